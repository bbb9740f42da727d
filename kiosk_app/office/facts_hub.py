"""Facts of who the hub of the office is. Import them from facts.py."""

from __future__ import annotations

from typing import Literal

from kiosk_app.office.fact_base import Fact

TakenBecause = Literal["first", "planned", "forced"]


class HubTaken(Fact, frozen=True, kw_only=True):
    """`machine_code` is the hub from here on, under a higher epoch than any that it has heard of.

    `after` says how much of each chain it knew (chain: seq). What an earlier hub wrote beyond that as a hub does not
    count, on any machine. `first`: nobody was the hub before.
    """

    machine_code: str
    epoch: int
    cause: TakenBecause
    after: dict[str, int]


class HubHandedOver(Fact, frozen=True, kw_only=True):
    """The last that this hub writes as a hub: `to` takes over under `epoch` as soon as it has read this."""

    to: str
    epoch: int


class HubFollowed(Fact, frozen=True, kw_only=True):
    """This machine, which might be the hub itself, has `hub` of `epoch` for its hub. If it was the hub, it stopped
    before this: who has read this knows everything that it has leased."""

    hub: str
    epoch: int


class VoidedCallsAccepted(Fact, frozen=True, kw_only=True):
    """Staff have looked after those whom an earlier hub had called without this one's knowledge. `calls`: the places
    (chain, seq) of the calls that the list showed."""

    calls: tuple[tuple[str, int], ...]
    intent: str = ""
