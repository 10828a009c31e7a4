"""The OPCAT visit guide: what monitors look at, on which standards, as versioned data and as objects."""
