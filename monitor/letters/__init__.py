"""Letters about a visit to an authority or a partner: begun from what the visit says, edited, checked, sent."""
