"""What must be true of calls after a schedule, from what each computer wrote at the time: not from the folds.

It knows how far whoever took over knew each chain, and so which calls the hub of now builds upon.
"""

from __future__ import annotations

from kiosk_app.office import facts as f
from kiosk_app.office.state import STAND_IN, Day, is_callable, visit_of
from tests.kiosk_app.replication.station import Said


class Judge:
    def __init__(self) -> None:
        self.calls: list[Said] = []
        self.takes: list[Said] = []

    def hear(self, said: Said) -> None:
        (self.takes if isinstance(said.fact, f.HubTaken) else self.calls).append(said)

    def line(self) -> list[Said]:
        """The hub that counts, the one it had followed, and so on."""
        left = sorted(self.takes, key=_order, reverse=True)
        line = left[:1]
        for take in left[1:]:
            if line[-1].known.get(take.machine, 0) >= take.seq:
                line.append(take)
        return line

    def counts(self, call: Said, line: list[Said]) -> bool:
        under = [take for take in self.takes if take.machine == call.machine and take.seq < call.seq]
        if not under:
            # The office of one hub that nobody ever replaces says nothing of it.
            return not line
        reign = max(under, key=lambda take: take.seq)
        if reign not in line:
            return False
        return all(later.known.get(call.machine, 0) >= call.seq for later in line[: line.index(reign)])

    def check(self, say: str, day: Day) -> None:
        """Nobody is called twice for one stage but those on the list, and the list is exactly theirs."""
        line = self.line()
        counted = [call for call in self.calls if self.counts(call, line)]
        stages = [_stage(call, day) for call in counted]
        assert len(set(stages)) == len(stages), f"{say}: called twice: {stages}"
        void = {f"{c.machine} {c.seq}" for c in self.calls if c not in counted and c.date == day.date}
        assert set(day.voided) == void, f"{say}: the list has {sorted(day.voided)}, the calls are {sorted(void)}"
        called = {ticket for date, ticket, _ in stages if date == day.date}
        for key, ticket in day.tickets.items():
            visit = visit_of(day, key)
            assert (visit.call > 0) == (key in called), f"{say}: {key} {visit}"
            if key not in called and is_callable(ticket):
                assert visit.status == "waiting" and key in day.live, f"{say}: {key} waits and is forgotten"


def _stage(call: Said, day: Day) -> tuple[str, str, str]:
    """A number that was called before its ticket came is that ticket."""
    fact = call.fact
    assert isinstance(fact, f.Called | f.NumberCalled)
    ticket = fact.ticket
    if call.date == day.date and ticket.startswith(STAND_IN):
        ticket = day.by_number.get(ticket.removeprefix(STAND_IN), ticket)
    return call.date, ticket, fact.stage


def _order(take: Said) -> tuple[int, int]:
    assert isinstance(take.fact, f.HubTaken)
    return take.fact.epoch, -int(take.fact.machine_code[1:])
