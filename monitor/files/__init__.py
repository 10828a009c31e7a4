"""Files that people send, made anew: of what was sent nothing stays but what it shows."""
