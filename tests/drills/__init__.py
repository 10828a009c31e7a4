"""The drills: security and reliability at full size, figures beside goals."""
