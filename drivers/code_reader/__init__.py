"""A reader of two-dimensional codes at the ticket machine."""
