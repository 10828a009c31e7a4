"""Forms of people and mechanisms."""
