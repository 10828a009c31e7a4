"""The `flask ...` commands: each parses, calls one operation and prints; one module per noun."""
