"""The register of authorities that recommendations and letters go to, and of partners."""
