"""Visits taken along on a device, worked on without a network, and handed in again."""
