"""The training mechanism: a fictitious state with places, people and visits to try everything on."""
