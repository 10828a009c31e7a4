"""Sealing texts to people and to records: pure functions over bytes, without a database."""
