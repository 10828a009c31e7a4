"""Visit documents and lists that leave and enter the application."""
