"""Sheets and their answers: the one path that writes an answer, from whichever entrance."""
