"""Bodies' keys, who holds them, and what is sealed with them: only people open it, never the server by itself."""
