"""What waits for whom: the start page."""
