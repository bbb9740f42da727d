"""Devices: a port, a driver and a simulator that speaks the same bytes, for each."""
