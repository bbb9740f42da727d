"""Whom the hub trusts now, by what was enrolled and revoked. Pure; the door, the panel and the leases ask it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kiosk_app.office.across_days import Device
from kiosk_app.office.state import OfficeState

MACHINE = "ticket_machine"


def is_active(state: OfficeState, device: str) -> bool:
    known = state.devices.get(device)
    return known is not None and bool(known.name) and not known.revoked_utc_ms


def is_revoked(state: OfficeState, device: str) -> bool:
    known = state.devices.get(device)
    return known is not None and known.revoked_utc_ms > 0


def active(state: OfficeState) -> Iterator[tuple[str, Device]]:
    return ((key, one) for key, one in state.devices.items() if one.name and not one.revoked_utc_ms)


def machines(state: OfficeState, configured: Collection[str]) -> tuple[str, ...]:
    """The codes of the ticket machines: those of machine.toml and those that were paired, without revoked ones."""
    paired = [one.name for _, one in active(state) if one.use == MACHINE]
    return tuple(dict.fromkeys([*(code for code in configured if not is_revoked(state, code)), *paired]))
