"""The mechanism of authorisation: names of permissions, marks on views, the guard before every request."""
