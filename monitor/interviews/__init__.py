"""Private interviews apart from the form, consent to what is done with them, and protection from reprisals."""
