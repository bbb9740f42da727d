"""Tickets that have arrived whose numbers were called before: said by the hub before anybody else is called.

Between the arrival of a ticket and this word the hub may have been killed, or it may not have been the hub yet; a call
decided then would call the same visitor a second time.
"""

from __future__ import annotations

from kiosk_app.book import Book
from kiosk_app.office import stand_ins

ACTOR = "hub"


def match(book: Book) -> None:
    """To be called at the hub. Raises StoreFull; then nothing happened."""
    if book.state.day.stand_ins:
        book.commit(ACTOR, stand_ins.matches(book.state), outcome=True)
