"""The machine's side of replication: what to ask the hub next, what an answer means, and how long to wait.

A state machine without sockets and clock: whoever drives a `Link` carries its requests and tells it the time. One
request is on its way at a time; an answer that comes late, or twice, has another number and changes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import msgspec

from kiosk_app.office.reigns import Rank, code_of, rank
from kiosk_app.replication import (
    PROTOCOL,
    Find,
    Found,
    Given,
    Hello,
    No,
    Pull,
    Push,
    Reply,
    Request,
    Sell,
    Sold,
    Taken,
    Welcome,
)
from offline_store.envelope import MalformedEnvelope
from offline_store.errors import StoreFull
from offline_store.exchange import NOTHING, Have
from offline_store.intake import Intake
from offline_store.wire import Batch

ANSWER_MS = 10_000
"""So long may an answer take before the request counts as lost."""
POLL_MS = 1_000
"""Between two questions for news while there is none. What this machine writes goes at once."""
RETRY_MS, RETRY_MAX_MS = 500, 30_000
ERRANDS_MAX, ERRAND_MS = 4, 5_000
"""So many visitors' questions wait, and so long at most until they are on their way."""
REFUSED_MS = 60_000
"""After a refusal that only a person can end."""


class NotTaken(Exception):
    """What came cannot be true; `cause` is for a person. Nothing of it was kept."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class NotNow(Exception):
    """Whether what came can be true is not known now: it is asked for again after a while."""


class Shelf(Protocol):
    """What a link knows of its machine: its log, and what is done with facts that come."""

    @property
    def code(self) -> str: ...

    @property
    def office(self) -> str: ...

    @property
    def machine(self) -> str:
        """The name of the log, with its incarnation."""
        ...

    @property
    def position(self) -> int: ...

    @property
    def closed(self) -> bool:
        """While the log is being mended nothing can be read or kept."""
        ...

    def have(self) -> Have: ...

    def marks(self) -> dict[str, bytes]: ...

    def digest(self) -> bytes: ...

    def batch_for(self, have: Have, after: int) -> Batch | None: ...

    @property
    def reading(self) -> bool:
        """The next batch is being read; until it is there `batch_for` has none."""
        ...

    def take(self, batch: Batch) -> Intake:
        """Raises StoreFull, MalformedEnvelope, msgspec.ValidationError, NotTaken and NotNow; then nothing was taken."""
        ...

    def own_is_old(self) -> None:
        """The hub has facts of ours that we have not, or others in their place: a new incarnation begins."""
        ...

    def hub(self) -> Rank:
        """The highest that the log tells of."""
        ...

    def heard_of(self, rank: Rank) -> None:
        """A hub that the log need not tell of yet. Raises StoreFull."""
        ...

    def hub_time(self, now_utc_ms: int) -> None:
        """What the hub's clock says. Raises StoreFull."""
        ...


@dataclass(frozen=True)
class Ask:
    """A request to carry. Its answer or its failure comes back under the same number. `where`: to which address."""

    number: int
    request: Request
    where: int = 0


class Errand(NamedTuple):
    """A question of this machine beside the facts: a time to be sold, a telephone to be found. `done` hears the answer
    once, or None: then nothing is known of it, and it may be asked again."""

    ask: Callable[[str], Request]
    """Given the session."""
    done: Callable[[Reply | None], None]
    until_ms: int


class Link:
    """One machine's way to its hub. Times are milliseconds of any clock that never runs backwards; `jitter` is a
    random number from 0 up to 1, so that machines that lost their hub together do not come back together. `places`: how
    many addresses are tried in turn, `poll_ms` how long it does not ask for news while there is none. `version`: of
    this machine's program."""

    def __init__(self, shelf: Shelf, places: int = 1, poll_ms: int = POLL_MS, version: str = "") -> None:
        self._shelf = shelf
        self._version = version
        self._places = places
        self._poll_ms = poll_ms
        self._where = 0
        self._number = 0
        self._asked: Ask | None = None
        self._deadline_ms = 0
        self._wait_until_ms = 0
        self._failures = 0
        self._known = shelf.hub()
        self._session = ""
        self._named = ""
        """The log that greeted."""
        self._hub = Have()
        self._pushed = 0
        self._looked = -1
        self._pulled = 0
        self._pull_at_ms = 0
        self._pull_next = False
        self.delivered = 0
        """Up to this position of our log the hub has everything that it takes from us: what it said last holds while it
        is away, and is asked for again with each greeting."""
        self.trouble = ""
        """Why the hub, or this machine, refuses; empty when it does not. For a person to read."""
        self._errands: deque[Errand] = deque()
        self._errand: Errand | None = None
        """The one that is on its way."""
        self.in_step = False
        """Both held the same at the last comparison."""

    @property
    def linked(self) -> bool:
        """The hub has greeted, and nothing has been lost since."""
        return bool(self._session) and self._failures == 0

    @property
    def asking(self) -> bool:
        """An answer is waited for."""
        return self._asked is not None

    @property
    def session(self) -> str:
        """Empty before the greeting."""
        return self._session

    def pull_soon(self, now_ms: int) -> None:
        """Somebody says that there is news."""
        self._pull_at_ms = min(self._pull_at_ms, now_ms)

    # --- what to ask -----------------------------------------------------------------------------------------

    def tick(self, now_ms: int, jitter: float) -> Ask | None:
        """To be called when time has passed, when this machine wrote something, and after each answer."""
        while self._errands and self._errands[0].until_ms <= now_ms:
            self._errands.popleft().done(None)
        if self._asked is not None:
            if now_ms < self._deadline_ms:
                return None
            self.failed(now_ms, self._asked.number, jitter)
        if now_ms < self._wait_until_ms or self._shelf.closed:
            return None
        if self._named != self._shelf.machine:
            # Another log goes on in the place of the one that greeted, and positions mean something else in it.
            self._session, self._named, self.delivered = "", self._shelf.machine, 0
        request = self._next(now_ms)
        if request is None:
            return None
        self._number += 1
        self._asked = Ask(self._number, request, self._where)
        self._deadline_ms = now_ms + ANSWER_MS
        return self._asked

    def send(self, ask: Callable[[str], Request], done: Callable[[Reply | None], None], now_ms: int) -> None:
        """Goes before everything else with the next request; a visitor is waiting."""
        if not self.linked or len(self._errands) >= ERRANDS_MAX:
            done(None)
            return
        self._errands.append(Errand(ask, done, now_ms + ERRAND_MS))

    def _next(self, now_ms: int) -> Request | None:
        shelf = self._shelf
        if not self._session:
            known = self._known = max(self._known, shelf.hub())
            return Hello(
                PROTOCOL,
                shelf.code,
                shelf.machine,
                shelf.office,
                known.epoch,
                shelf.have(),
                shelf.marks(),
                known.code,
                self._version,
            )
        if self._errands:
            self._errand = self._errands.popleft()
            return self._errand.ask(self._session)
        pull = Pull(self._session, self._pulled, shelf.have()) if now_ms >= self._pull_at_ms else None
        if pull is not None and self._pull_next:
            # In turns, so that a long backlog of one does not keep the other waiting.
            return pull
        batch = self._batch()
        return Push(self._session, batch) if batch is not None else pull

    def _batch(self) -> Batch | None:
        if self._looked == self._shelf.position:
            return None
        batch = self._shelf.batch_for(self._hub, self._pushed)
        if batch is not None:
            self.delivered = max(self.delivered, batch.after)
        elif not self._shelf.reading:
            self._looked = self.delivered = self._shelf.position
        return batch

    # --- what came of it -------------------------------------------------------------------------------------

    def failed(self, now_ms: int, number: int, jitter: float) -> None:
        """No answer, or none that can be read."""
        if self._is_answer(number):
            self._answer_errand(None)
            self._elsewhere()
            self._back_off(now_ms, jitter)

    def _answer_errand(self, reply: Reply | None) -> None:
        errand, self._errand = self._errand, None
        if errand is not None:
            errand.done(reply)

    def answered(self, now_ms: int, number: int, reply: Reply, jitter: float) -> None:
        asked = self._asked
        if asked is None or not self._is_answer(number):
            return
        if now_ms >= self._deadline_ms or self._shelf.closed or self._named != self._shelf.machine:
            # This machine slept meanwhile, and what an old answer says of the time is wrong; or its log was mended.
            self._answer_errand(None)
            self._back_off(now_ms, jitter)
            return
        self._answer_errand(reply if isinstance(reply, Sold | Found) else None)
        match asked.request, reply:
            case Hello(), Welcome():
                self._welcomed(now_ms, reply, jitter)
            case Push(batch=batch), Taken():
                self._took(batch, reply)
            case Pull(), Given():
                self._given(now_ms, reply, jitter)
            case (Sell(), Sold()) | (Find(), Found()):
                self._failures = 0
            case _, No(what="greet"):
                self._greet(now_ms, jitter)
            case _, No(what="later"):
                self._elsewhere()
                self._back_off(now_ms, jitter)
            case _, No(what="elsewhere"):
                self._not_here(now_ms, reply, jitter)
            case _, No():
                self._refused(now_ms, reply.cause)
            case _:
                # An answer to something else: nothing is known of it.
                self._back_off(now_ms, jitter)

    def _is_answer(self, number: int) -> bool:
        mine = self._asked is not None and self._asked.number == number
        if mine:
            self._asked = None
        return mine

    def _welcomed(self, now_ms: int, reply: Welcome, jitter: float) -> None:
        theirs = rank(reply.epoch, reply.hub or code_of(reply.machine))
        if theirs < self._known:
            self._refused(now_ms, "older_hub")
            return
        try:
            self._shelf.heard_of(theirs)
            if reply.now_utc_ms:
                self._shelf.hub_time(reply.now_utc_ms)
        except StoreFull:
            self._back_off(now_ms, jitter)
            return
        self._known, self._session, self._hub = theirs, reply.session, reply.have
        self._pushed = self._pulled = self.delivered = 0
        self._looked, self._pull_at_ms = -1, now_ms
        self.trouble = ""
        if reply.have.head(self._shelf.machine) > self._shelf.have().head(self._shelf.machine):
            # Before anything is written in the place of what was lost.
            self._shelf.own_is_old()
        else:
            self._hear_of_forks(reply.forked)

    def _not_here(self, now_ms: int, reply: No, jitter: float) -> None:
        """It knows of another hub, or waits for one itself."""
        self._known = max(self._known, rank(reply.epoch, reply.hub))
        self._elsewhere()
        self._back_off(now_ms, jitter)

    def _elsewhere(self) -> None:
        """The next address, where there are several: what was known of this one means nothing there."""
        if self._places > 1:
            self._session = ""
            self._where = (self._where + 1) % self._places

    def _hear_of_forks(self, forked: tuple[str, ...]) -> None:
        if forked:
            self.delivered = 0
        if self._shelf.machine in forked:
            self._shelf.own_is_old()
        elif forked:
            self.trouble = "forked"

    def _took(self, batch: Batch, reply: Taken) -> None:
        self._pushed = self.delivered = batch.up_to
        self._failures, self._pull_next = 0, True
        self._hear_of_forks(reply.forked)

    def _given(self, now_ms: int, reply: Given, jitter: float) -> None:
        self._failures, self._pull_next = 0, False
        if reply.batch is not None:
            self._take(now_ms, reply.batch, jitter)
            return
        self._pull_at_ms = now_ms + self._poll_ms
        if self._batch() is None and not self._shelf.reading:
            self.in_step = reply.digest == self._shelf.digest()
            if not self.in_step:
                # Nothing to send either way, and yet not the same: compare each chain again, now and then.
                self._session = ""
                self._wait_until_ms = now_ms + RETRY_MAX_MS

    def _take(self, now_ms: int, batch: Batch, jitter: float) -> None:
        try:
            taken = self._shelf.take(batch)
        except (StoreFull, NotNow):
            self._back_off(now_ms, jitter)
            return
        except NotTaken as refused:
            self._refused(now_ms, refused.cause)
            return
        except (MalformedEnvelope, msgspec.ValidationError):
            self._refused(now_ms, "malformed")
            return
        if taken.refusal is not None and taken.refusal.cause == "missing_before":
            self._greet(now_ms, jitter)
        elif taken.refusal is not None:
            self._refused(now_ms, taken.refusal.cause)
        else:
            self._pulled = batch.up_to
            self._learn(taken)

    def _learn(self, taken: Intake) -> None:
        """What came from the hub need not go back to it."""
        heads = dict(self._hub.heads)
        for _, envelope in taken.accepted:
            heads[envelope.machine] = max(envelope.seq, heads.get(envelope.machine, 0))
        self._hub = Have(heads, self._hub.missing)
        self._hear_of_forks(tuple({fork.machine for fork in taken.forks}))
        if taken.own_ahead:
            self._shelf.own_is_old()

    # --- waiting ---------------------------------------------------------------------------------------------

    def _back_off(self, now_ms: int, jitter: float) -> None:
        longest = min(RETRY_MAX_MS, RETRY_MS * 2 ** (self._failures // self._places))
        self._failures = min(self._failures + 1, 16)
        self._wait_until_ms = now_ms + int(longest * (0.5 + jitter / 2))

    def _greet(self, now_ms: int, jitter: float) -> None:
        self._session, self._hub = "", NOTHING
        if self._failures:
            self._back_off(now_ms, jitter)
        else:
            self._failures = 1

    def _refused(self, now_ms: int, cause: str) -> None:
        self._session, self.trouble = "", cause
        self._elsewhere()
        # Where there are several, another one may take it; a person is needed when all have refused.
        self._wait_until_ms = now_ms + (RETRY_MS if self._where else REFUSED_MS)
