"""One payout of the changer: sent once, and known by the changer's own counter, which moves when a payout has ended.

The specification recommends just that for a lost acknowledgement (header 125). A counter at 0 where it was not: the
power was cut, and its memory of the payout with it. At 0 before and after, that cannot be told, so it is in doubt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from drivers.cctalk_unit import messages as m
from drivers.cctalk_unit.counting import Count
from drivers.cctalk_unit.scripts import Command, Script, ask, pause
from drivers.payment_ports import UnitStatus

POLL_S = 0.2
PAYING_POLLS = 300
"""A minute: some hundred coins."""
IDLE_POLLS = 15
"""So long it may take before a command shows in what the changer does."""
SILENT_POLLS = 10


@dataclass(frozen=True)
class Found:
    """`now`: how far its counter is then."""

    now: Count
    paid_yen: int = 0
    doubt_yen: int = 0
    cause: UnitStatus | None = None


def verify() -> Script[m.MoneyOut | None]:
    answer = yield from ask(m.CHANGER, m.VERIFY_MONEY_OUT)
    return None if answer is None else m.money_out(answer)


def pay(yen: int, since: Count) -> Script[Found]:
    out = yield from verify()
    if out is None:
        return Found(since, cause="silent")
    if (told := _told(out, since, yen)) is not None:
        return told
    doing = yield from _activity()
    if doing is None:
        return Found(since, cause="silent")
    if doing.paying:
        # It was told before, by a call whose answer was lost.
        return (yield from _ended(yen, since, may_have_begun=True))
    answer = yield Command(m.CHANGER, m.PAY_MONEY_OUT, yen.to_bytes(4, "little"), once=True)
    if answer in ("nak", "busy"):
        return Found(since, cause="fault")
    return (yield from _ended(yen, since, may_have_begun=answer == b"" or since.seen == 0))


def paid_since(yen: int, since: Count) -> Script[Found]:
    return (yield from _ended(yen, since, may_have_begun=since.seen == 0))


def _ended(yen: int, since: Count, may_have_begun: bool) -> Script[Found]:
    idle = silent = 0
    for _ in range(PAYING_POLLS):
        doing = yield from _activity()
        out = (yield from verify()) if doing is not None and not doing.paying else None
        if doing is None or (not doing.paying and out is None):
            silent += 1
            if silent >= SILENT_POLLS:
                return Found(since, doubt_yen=yen, cause="silent")
        elif doing.paying:
            may_have_begun, idle, silent = True, 0, 0
        elif out is not None:
            if (told := _told(out, since, yen)) is not None:
                return told
            idle += 1
            if idle >= IDLE_POLLS:
                return Found(
                    since, doubt_yen=yen if may_have_begun else 0, cause="fault" if may_have_begun else "silent"
                )
        yield from pause(POLL_S)
    return Found(since, doubt_yen=yen, cause="fault")


def _told(out: m.MoneyOut, since: Count, yen: int) -> Found | None:
    """None: as far as the counter says, nothing has ended since."""
    if out.counter == since.counter:
        return None
    if out.counter == 0:
        return Found(since.new_life(), doubt_yen=yen, cause="fault")
    now = since.until(out.counter)
    if now != replace(since, seen=since.seen + 1) or out.paid_yen + out.unpaid_yen != yen:
        return Found(now, doubt_yen=yen, cause="fault")
    return Found(now, out.paid_yen, 0, "no_change" if out.unpaid_yen else None)


def _activity() -> Script[m.Activity | None]:
    answer = yield from ask(m.CHANGER, m.REQUEST_ACTIVITY)
    return None if answer is None else m.activity(answer)
