"""Booking by telephone: what a caller says is understood by rules, and asked for one thing after the other."""
