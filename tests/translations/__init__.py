"""The catalogues of the interface's languages."""
