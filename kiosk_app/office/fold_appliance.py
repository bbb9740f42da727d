"""Folds of what a machine found when it was looked over."""

from __future__ import annotations

from kiosk_app.office import checks
from kiosk_app.office import facts as f
from kiosk_app.office.fold_base import Origin
from kiosk_app.office.state import OfficeState


def diagnosed(state: OfficeState, origin: Origin, fact: f.Diagnosed) -> None:
    """By its own chain: what one of them says of itself comes in its order, whatever arrives first of others."""
    known = state.last_checks.get(origin.machine, {})
    state.last_checks[origin.machine] = checks.after(known, fact.grades, origin.at_utc_ms)
