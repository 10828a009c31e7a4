"""Who did what to which record, whether the log is whole, and what each role permits."""
