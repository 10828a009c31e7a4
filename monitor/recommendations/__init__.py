"""Recommendations: what must change, by whom, by when."""
