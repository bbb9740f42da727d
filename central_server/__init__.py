"""Reservations, certificates and fleet of a city: added by its own issue."""
