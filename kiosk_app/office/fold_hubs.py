"""Folds of who the hub is, and what becomes of facts that a hub wrote when it was none any more.

They do not count, and the calls among them are listed, because a person stood there: staff look who was served.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office import reigns
from kiosk_app.office.across_days import Followed, Reign
from kiosk_app.office.fold_base import Origin, is_of_an_earlier_day, remember
from kiosk_app.office.state import OfficeState, VoidedCall

REIGNS_KEPT = 1_000
"""More changes than any office makes; of older ones nobody is left who could come back."""
TELL_OF_THE_CHANGE: frozenset[type[f.Fact]] = frozenset({f.HubTaken, f.HubHandedOver, f.HubFollowed})
COUNT_WHOEVER_WROTE_THEM: frozenset[str] = frozenset(
    {
        "NumbersLeased",
        "DeviceRevoked",
        "PadRegistered",
        "BookingMade",
        "BookingCancelled",
        "BookingMissed",
        "PaymentConfirmed",
        "ClaimSettled",
        "MoneyReturned",
    }
)
"""Numbers that were leased may be on paper, sheets of the pad are, a device that was revoked must not come back, and
somebody was promised a time or told that it is cancelled; money went from hand to hand."""
NO_END_OF_A_CALL: frozenset[type[f.Fact]] = frozenset({f.Recalled, f.CallContinued})


def hub_taken(state: OfficeState, origin: Origin, fact: f.HubTaken) -> None:
    reign = Reign(
        machine=origin.machine,
        seq=origin.seq,
        code=fact.machine_code,
        epoch=fact.epoch,
        cause=fact.cause,
        after=fact.after,
        day=state.machine_days.get(origin.machine, ""),
    )
    keep(state, [reign])


def keep(state: OfficeState, more: list[Reign] | tuple[Reign, ...]) -> None:
    """Some may be known already: who folds again knows all of them from the beginning."""
    known = {(one.machine, one.seq) for one in state.reigns}
    new = [one for one in more if (one.machine, one.seq) not in known]
    if new:
        state.reigns = sorted([*state.reigns, *new], key=reigns.order)[-REIGNS_KEPT:]
        state.line = reigns.line_of(state.reigns)


def hub_followed(state: OfficeState, origin: Origin, fact: f.HubFollowed) -> None:
    _latest(state.followed, origin, fact.hub, fact.epoch)


def hub_handed_over(state: OfficeState, origin: Origin, fact: f.HubHandedOver) -> None:
    _latest(state.handed, origin, fact.to, fact.epoch)


def _latest(known: dict[str, Followed], origin: Origin, hub: str, epoch: int) -> None:
    code = reigns.code_of(origin.machine)
    before = known.get(code)
    if before is None or reigns.place(before.machine, before.seq) < reigns.place(origin.machine, origin.seq):
        known[code] = Followed(machine=origin.machine, seq=origin.seq, hub=hub, epoch=epoch)


def accepted(state: OfficeState, origin: Origin, fact: f.VoidedCallsAccepted) -> None:
    day = state.day
    remember(day, origin, fact)
    for machine, seq in fact.calls:
        key = f"{machine} {seq}"
        if key in day.voided:
            day.voided[key] = replace(day.voided[key], accepted=True)


def voided(state: OfficeState, origin: Origin, fact: Any) -> None:
    """Facts of one chain come in their order, so what follows a call is its end."""
    if not getattr(fact, "ticket", "") or is_of_an_earlier_day(state, origin):
        return
    day = state.day
    if isinstance(fact, f.NumberMatched):
        for key, one in day.voided.items():
            if (one.machine, one.ticket) == (origin.machine, fact.stand_in):
                day.voided[key] = replace(one, ticket=fact.ticket)
        return
    if isinstance(fact, f.Called | f.NumberCalled):
        day.voided[f"{origin.machine} {origin.seq}"] = VoidedCall(
            ticket=fact.ticket,
            counter=fact.counter,
            stage=fact.stage,
            called_utc_ms=origin.at_utc_ms,
            machine=origin.machine,
            seq=origin.seq,
        )
        return
    own = [one for one in day.voided.values() if one.ticket == fact.ticket and one.machine == origin.machine]
    last = max(own, key=lambda one: one.seq, default=None)
    if last is not None and type(fact) not in NO_END_OF_A_CALL:
        day.voided[f"{last.machine} {last.seq}"] = replace(last, ended=type(fact).__name__)
