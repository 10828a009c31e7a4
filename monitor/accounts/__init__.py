"""Mechanisms, their bodies, people, roles, sign-in and sessions."""
