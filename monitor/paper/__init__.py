"""The form on paper and back: printed with a code on every page, entered page by page in the paper's order."""
