"""Addresses of pages that messages lead to. The pages themselves are the web part's."""

from __future__ import annotations

from urllib.parse import quote


def booking_page(public_url: str, office: str, booking: str, key: str) -> str:
    """The visitor's own page: whoever has the key may change and cancel."""
    return f"{public_url}/b/{quote(office)}/{quote(booking)}/{quote(key)}"
