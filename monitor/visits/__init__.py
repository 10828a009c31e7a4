"""Visits: plan, team, life cycle, findings."""
