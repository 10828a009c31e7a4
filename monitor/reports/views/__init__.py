"""The pages of documents: ask for them and take them away, check what leaves the mechanism."""
