"""The register of places of deprivation of liberty (OPCAT Art. 4)."""
