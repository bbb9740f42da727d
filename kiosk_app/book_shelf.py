"""What every link reads of its machine's book, whether it leads to the hub or to central."""

from __future__ import annotations

from kiosk_app.book import DurableBook
from kiosk_app.office import reigns
from offline_store.exchange import Have, have_of

ACTOR = "core"


class BookShelf:
    """The half of `hub_link.Shelf` that is the same for both; each says what goes, and what is done with what comes."""

    reading = False

    def __init__(self, book: DurableBook, code: str, office: str) -> None:
        self._book, self.code, self.office = book, code, office

    @property
    def machine(self) -> str:
        return self._book.machine

    @property
    def position(self) -> int:
        return self._book.log.last_position

    @property
    def closed(self) -> bool:
        return self._book.closed

    def have(self) -> Have:
        return have_of(self._book.log)

    def marks(self) -> dict[str, bytes]:
        return {machine: mark for machine, (_, mark) in self._book.log.heads().items()}

    def own_is_old(self) -> None:
        self._book.begin_again(ACTOR, self.code)

    def hub(self) -> reigns.Rank:
        return reigns.highest(self._book.state)
