"""Who did what to which record: one chained event beside each write."""
