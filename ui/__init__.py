"""Faces: citizen, staff, display, technician. Qt lives only here."""
