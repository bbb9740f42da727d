"""The hub's side of the way to central: what is asked next, what an answer means, how long to wait.

A state machine without sockets and clock. Facts go by the link that ticket machines have to their hub (hub_link.py);
beside them go the board, today's check-in rows and the catalogue, of which the latest counts. One request is on its
way at a time, and beside it one question that central holds until it has news.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from kiosk_app.hub_link import ANSWER_MS, RETRY_MAX_MS, RETRY_MS, Link, Shelf
from kiosk_app.office.board import Board
from kiosk_app.office.check_in_rows import CheckInRow
from kiosk_app.office.contact_rows import ContactRow
from kiosk_app.office.fleet import MachineNow
from kiosk_app.replication import Find, Sell
from kiosk_app.sync_messages import (
    WAIT_S,
    CatalogueAsked,
    CatalogueGiven,
    ContactsAsked,
    ContactsGiven,
    Reply,
    Request,
    RowsAsked,
    RowsGiven,
    Show,
    Shown,
    Wait,
    Waited,
)

BOARD_MS = 3_000
"""Between two boards while the office changes."""
SIGN_OF_LIFE_MS = 60_000
"""Between two boards while nothing does: so old is central's last word of this office at most."""
POLL_MS = 30_000
"""Between two questions for facts without a hint that there are any, or that the line is gone."""
CONTACTS_MS = 3_000
"""Between two questions for contacts while a leader looks at them: whom a mail reaches need not be rung up."""
HELD_MS = int(WAIT_S * 1000) + 10_000
AFTER_NEWS_MS = 500
Failure = Literal["", "away", "untrusted", "busy", "garbled"]
"""untrusted: its certificate is not of the authority that this office knows. busy: it said that it has no time now."""


@dataclass(frozen=True)
class Told:
    """Which rows are wanted: `version` grows when those of the day may have changed. No date: none."""

    date: str = ""
    version: int = 0


class SyncShelf(Shelf, Protocol):
    """What a sync knows of its hub besides the log."""

    def board_version(self) -> int:
        """Another one when there may be something new to show."""
        ...

    def board(self) -> Board: ...

    def machines(self) -> tuple[MachineNow, ...]:
        """Of this office, for the city's technicians."""
        ...

    def central_head(self) -> tuple[str, int]:
        """The latest of central's chains and how far it is known here."""
        ...

    def rows_wanted(self) -> Told: ...

    def keep_rows(self, date: str, rows: tuple[CheckInRow, ...]) -> None: ...

    def contacts_wanted(self) -> tuple[str, ...]:
        """Of whom a leader looks for the telephone number now; empty: nobody looks."""
        ...

    def keep_contacts(self, rows: tuple[ContactRow, ...]) -> None: ...

    def wants_catalogue(self, sha256: str) -> bool: ...

    def keep_catalogue(self, text: str) -> None: ...


@dataclass(frozen=True)
class Ask:
    """A request to carry. Its answer or its failure comes back under the same number."""

    number: int
    request: Request
    answer_ms: int = ANSWER_MS


class Sync:
    """One hub's way to central. Times and `jitter` as those of `Link`."""

    def __init__(self, shelf: SyncShelf, version: str = "") -> None:
        self._shelf = shelf
        self.link = Link(shelf, poll_ms=POLL_MS, version=version)
        self._number = 0
        self._asked: Ask | None = None
        """Of what is no fact."""
        self._deadline_ms = 0
        self._failures = 0
        self._wait_until_ms = 0
        self._shown = -1
        self._shown_at_ms: int | None = None
        self._rows = Told()
        """Those that are here."""
        self._rows_asked = Told()
        self._contacts: tuple[str, ...] = ()
        """Asked for last, while somebody still looks."""
        self._contacts_at_ms = 0
        self._catalogue = ""
        """What central has, as it last said."""
        self._held: Ask | None = None
        self._held_until_ms = 0
        self._held_failures = 0
        self._hold_at_ms = 0
        self._delivered: int | None = None
        self.failure: Failure = ""
        """Why the last request had no answer; empty when it had one."""
        self.heard_ms: int | None = None
        """When central last answered."""

    @property
    def linked(self) -> bool:
        return self.link.linked and not self.failure

    # --- facts, and what is no fact ------------------------------------------------------------------------------

    def tick(self, now_ms: int, jitter: float) -> Ask | None:
        """To be called when time has passed, when the hub wrote something, and after each answer."""
        if self._asked is not None:
            if now_ms < self._deadline_ms:
                return None
            self.failed(now_ms, self._asked.number, "away", jitter)
        if not self.link.asking and self.link.linked and now_ms >= self._wait_until_ms and not self._shelf.closed:
            request = self._next(now_ms)
            if request is not None:
                self._number -= 1
                self._asked = Ask(self._number, request)
                self._deadline_ms = now_ms + ANSWER_MS
                return self._asked
        asked = self.link.tick(now_ms, jitter)
        if asked is None:
            return None
        assert not isinstance(asked.request, Sell | Find), "questions of visitors are for the hub"
        return Ask(asked.number, asked.request)

    def _next(self, now_ms: int) -> Request | None:
        """Before the next facts, so that a long backlog keeps nobody's board waiting."""
        shown_at, version = self._shown_at_ms, self._shelf.board_version()
        since_ms = SIGN_OF_LIFE_MS if shown_at is None else now_ms - shown_at
        if since_ms >= SIGN_OF_LIFE_MS or (since_ms >= BOARD_MS and version != self._shown):
            self._shown, self._shown_at_ms = version, now_ms
            pending = self._shelf.position - self.link.delivered if not self._shelf.reading else None
            board, machines = self._shelf.board(), self._shelf.machines()
            return Show(self.link.session, self._shelf.hub().epoch, board, pending, machines)
        wanted = self._shelf.rows_wanted()
        if wanted.date and wanted != self._rows:
            self._rows_asked = wanted
            return RowsAsked(wanted.date)
        contacts = self._shelf.contacts_wanted()
        if contacts and (contacts != self._contacts or now_ms >= self._contacts_at_ms):
            return ContactsAsked(contacts)
        self._contacts = contacts
        if self._catalogue and self._shelf.wants_catalogue(self._catalogue):
            return CatalogueAsked()
        return None

    def failed(self, now_ms: int, number: int, failure: Failure, jitter: float) -> None:
        """No answer, or none that can be read."""
        self.failure = failure
        if number > 0:
            self.link.failed(now_ms, number, jitter)
        elif self._is_answer(number):
            self._back_off(now_ms, jitter)

    def answered(self, now_ms: int, number: int, reply: Reply, jitter: float) -> None:
        self.failure, self.heard_ms = "", now_ms
        if number > 0:
            if isinstance(reply, Shown | RowsGiven | ContactsGiven | CatalogueGiven | Waited):
                self.link.failed(now_ms, number, jitter)
            else:
                self.link.answered(now_ms, number, reply, jitter)
            return
        asked = self._asked
        if asked is None or not self._is_answer(number):
            return
        match asked.request, reply:
            case Show(), Shown():
                self._catalogue = reply.catalogue
            case RowsAsked(date=date), RowsGiven() if reply.date == date:
                self._shelf.keep_rows(date, reply.rows)
                self._rows = self._rows_asked
            case ContactsAsked(bookings=bookings), ContactsGiven():
                self._shelf.keep_contacts(reply.rows)
                self._contacts, self._contacts_at_ms = bookings, now_ms + CONTACTS_MS
            case CatalogueAsked(), CatalogueGiven():
                self._shelf.keep_catalogue(reply.text)
            case _:
                if isinstance(asked.request, Show):
                    self._shown_at_ms = None
                self._back_off(now_ms, jitter)
                return
        self._failures = 0

    def _is_answer(self, number: int) -> bool:
        mine = self._asked is not None and self._asked.number == number
        if mine:
            self._asked = None
        return mine

    def _back_off(self, now_ms: int, jitter: float) -> None:
        longest = min(RETRY_MAX_MS, RETRY_MS * 2**self._failures)
        self._failures = min(self._failures + 1, 16)
        self._wait_until_ms = now_ms + int(longest * (0.5 + jitter / 2))
        self._shown_at_ms = None

    # --- news ------------------------------------------------------------------------------------------------------

    def hold(self, now_ms: int, jitter: float) -> Ask | None:
        """A question that central holds. It goes beside the others, and nothing depends on it but how soon they go."""
        if self._held is not None:
            if now_ms < self._held_until_ms:
                return None
            self.held(now_ms, self._held.number, None, jitter)
        if not self.link.linked or now_ms < self._hold_at_ms or self._shelf.closed:
            return None
        chain, seq = self._shelf.central_head()
        self._number -= 1
        self._held = Ask(self._number, Wait(chain, seq, self._catalogue), HELD_MS)
        self._held_until_ms = now_ms + HELD_MS
        return self._held

    def held(self, now_ms: int, number: int, reply: Reply | None, jitter: float) -> None:
        if self._held is None or self._held.number != number:
            return
        self._held = None
        if not isinstance(reply, Waited):
            self._held_failures = min(self._held_failures + 1, 16)
            longest = min(RETRY_MAX_MS, RETRY_MS * 2**self._held_failures)
            self._hold_at_ms = now_ms + int(longest * (0.5 + jitter / 2))
            # It may be the line: so it is asked whether central is still there, and nobody is told before.
            self.link.pull_soon(now_ms)
            return
        self._held_failures = 0
        if reply.news:
            # The catalogue's comes with the next board.
            self.link.pull_soon(now_ms)
            self._shown_at_ms = None
            self._hold_at_ms = now_ms + AFTER_NEWS_MS

    # --- for people ------------------------------------------------------------------------------------------------

    def pending(self) -> int | None:
        """At most so many facts are not at central, as far as this hub has heard; None where it never has."""
        if self.link.session and not self._shelf.reading:
            self._delivered = self.link.delivered
        return None if self._delivered is None else max(0, self._shelf.position - self._delivered)
