"""Certificates at kiosks: who the card proves to be here, what may be had, the documents, and what became of them."""
