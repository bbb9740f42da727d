"""Folds of enrolment and revocation. They commute: after a change of the hub two may have written of one device."""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office.across_days import Device
from kiosk_app.office.fold_base import Origin, is_of_an_earlier_day, remember
from kiosk_app.office.state import OfficeState


def device_enrolled(state: OfficeState, origin: Origin, fact: f.DeviceEnrolled) -> None:
    if not is_of_an_earlier_day(state, origin):
        remember(state.day, origin, fact, reason=fact.name)
    known = state.devices.get(fact.device) or Device()
    state.devices[fact.device] = replace(
        known,
        use=fact.use,
        name=fact.name,
        token_sha256=fact.token_sha256,
        zone=fact.zone,
        enrolled_utc_ms=origin.at_utc_ms,
        enrolled_by=origin.actor,
    )


def device_revoked(state: OfficeState, origin: Origin, fact: f.DeviceRevoked) -> None:
    """For good, whatever arrives first."""
    if not is_of_an_earlier_day(state, origin):
        remember(state.day, origin, fact, reason=f"{fact.device} {fact.reason}")
    revoked = Device(revoked_utc_ms=max(1, origin.at_utc_ms), revoked_by=origin.actor, revoked_reason=fact.reason)
    state.devices[fact.device] = _both(state.devices.get(fact.device) or Device(), revoked)


def merged(ours: dict[str, Device], theirs: dict[str, Device]) -> dict[str, Device]:
    """What two knew of the same devices."""
    return theirs | {key: _both(known, theirs.get(key) or Device()) for key, known in ours.items()}


def _both(one: Device, other: Device) -> Device:
    """The enrolment that one of them knows, and the earlier revocation."""
    enrolled = one if one.name else other
    revoked = min(one, other, key=lambda known: (not known.revoked_utc_ms, _revocation(known)))
    return replace(
        enrolled,
        revoked_utc_ms=revoked.revoked_utc_ms,
        revoked_by=revoked.revoked_by,
        revoked_reason=revoked.revoked_reason,
    )


def _revocation(device: Device) -> tuple[int, str, str]:
    return device.revoked_utc_ms, device.revoked_by, device.revoked_reason
