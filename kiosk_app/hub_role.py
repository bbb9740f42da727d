"""What this machine is in its office now, and the facts by which that changes. Used by the core, and on virtual time.

Who takes over keeps what an earlier hub wrote; who stops says so in its own chain. Both are durable before anything is
done about them, so a kill at any moment comes back on the right side.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk_app.book import DurableBook
from kiosk_app.office import fold_hubs, reigns
from kiosk_app.office.authorship import OF_A_MACHINE
from kiosk_app.office.facts import Fact, HubFollowed
from kiosk_app.office.facts_hub import TakenBecause
from kiosk_app.office.reigns import Rank, Role

ACTOR = "hub"


class HubRole:
    """`candidates`: the other machines that may be hub; `first`: this one is the hub where none has been. `may_be_hub`
    is false on a machine that never is."""

    def __init__(
        self,
        book: DurableBook,
        code: str,
        office: str,
        candidates: Sequence[str] = (),
        first: bool = False,
        may_be_hub: bool = False,
    ) -> None:
        self._book = book
        self.code = code
        self.office = office
        self.candidates = tuple(candidates)
        self._first = first
        self._may_be_hub = may_be_hub

    @property
    def machine(self) -> str:
        return self._book.machine

    @property
    def now(self) -> Role:
        return reigns.role_of(self._book.state, self.code, self._first) if self._may_be_hub else "machine"

    @property
    def handing_to(self) -> str:
        """Who is to take over from this hub; empty where nobody is."""
        handed = self._book.state.handed.get(self.code)
        return handed.hub if handed is not None and self.now == "handing_over" else ""

    @property
    def hurried(self) -> bool:
        return self.now == "handing_over"

    def hub(self) -> Rank:
        """The highest that this machine knows of."""
        known = reigns.highest(self._book.state)
        return known if self.now == "machine" else max(known, self.own())

    def own(self) -> Rank:
        """Under which this machine is the hub; lower than any where it has never been."""
        mine = [one for one in self._book.state.line if one.code == self.code]
        return reigns.rank(mine[0].epoch if mine else reigns.FIRST_EPOCH if self._first else 0, self.code)

    def allows(self, facts: Sequence[Fact]) -> bool:
        """Whatever waits for something else may come too late: nothing that only a hub writes follows its last word."""
        of_anybody = OF_A_MACHINE | fold_hubs.TELL_OF_THE_CHANGE
        return all(type(fact) in of_anybody for fact in facts) or self.now == "hub"

    def may_lease(self) -> bool:
        """Whether it may grant numbers, itself or others."""
        return self.now == "hub" and reigns.may_lease(self._book.state, self.code, self.candidates)

    # --- what changes it -------------------------------------------------------------------------------------

    def settle(self) -> None:
        """To be called when time has passed, and when facts have come. Raises StoreFull; then nothing happened."""
        state = self._book.state
        if not self._may_be_hub or self._book.closed:
            return
        if self.now == "hub" and not state.reigns and self.candidates:
            self._take("first", ACTOR)
        elif self.now == "machine" and reigns.is_named_next(state, self.code):
            self._take("planned", ACTOR)
        else:
            self.heard_of(reigns.highest(state))

    def heard_of(self, theirs: Rank) -> None:
        """Another machine is the hub. Said in this machine's own chain, once each. Raises StoreFull."""
        if not self._may_be_hub or theirs.code in ("", self.code) or theirs.epoch <= reigns.FIRST_EPOCH:
            return
        followed = self._book.state.followed.get(self.code)
        if followed is not None and reigns.rank(followed.epoch, followed.hub) >= theirs:
            return
        if theirs >= self.hub():
            self._book.commit(ACTOR, [HubFollowed(hub=theirs.code, epoch=theirs.epoch)])

    def overtaken(self, theirs: Rank) -> None:
        """Heard of by a machine that may be hub. On a full disk the outcome uses the reserve, or waits."""
        if theirs > self.hub() and theirs.code != self.code:
            self._book.settle(ACTOR, [HubFollowed(hub=theirs.code, epoch=theirs.epoch)])

    def hand_over(self, to: str, actor: str) -> None:
        """The last act of this hub. Raises StoreFull, and ValueError where this is no hub or `to` cannot be one."""
        if self.now != "hub" or to not in self.candidates:
            raise ValueError(to)
        if not self._book.state.reigns:
            self._take("first", ACTOR)
        self._book.commit(actor, [reigns.handed_over(self._book.state, to)])

    def take_by_force(self, actor: str) -> None:
        """A person has said that the hub is off, or that the one to which this hub handed over is. Raises StoreFull,
        and ValueError where this machine is the hub or can be none."""
        if not self._may_be_hub or self.now == "hub":
            raise ValueError(self.code)
        self._take("forced", actor)

    def _take(self, cause: TakenBecause, actor: str) -> None:
        heads = {machine: seq for machine, (seq, _) in self._book.log.heads().items()}
        self._book.commit(actor, [reigns.taken(self._book.state, heads, self.code, cause)])
