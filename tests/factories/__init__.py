"""Builders of rows for tests, one module per domain; all people and places are invented."""
