"""Documents: what they say, how they look, and the PDF made of it."""
