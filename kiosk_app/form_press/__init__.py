"""Forms become PDF here, in a process of their own: one for each visit, which ends with it."""
