"""The fold of practice: at which step each machine is now. How many gave up where is counted from the log alone."""

from __future__ import annotations

from kiosk_app.office import facts as f
from kiosk_app.office.across_days import Practising
from kiosk_app.office.fold_base import Origin, is_of_an_earlier_day
from kiosk_app.office.state import OfficeState


def stepped(state: OfficeState, origin: Origin, fact: f.PracticeStepped) -> None:
    if is_of_an_earlier_day(state, origin):
        return
    if fact.ended:
        state.day.practising.pop(fact.machine_code, None)
    else:
        now = Practising(step=fact.step, language=fact.language, since_utc_ms=origin.at_utc_ms)
        state.day.practising[fact.machine_code] = now
