"""What a hub tells of its machines: latest words, nothing of people, and never more than a message may hold."""

from __future__ import annotations

import msgspec

from kiosk_app.office import fleet
from kiosk_app.office.across_days import Alert
from kiosk_app.office.checks import LastCheck
from kiosk_app.office.fleet import MACHINES_MAX, Heard, MachineNow, Machines
from kiosk_app.office.state import OfficeState

AT = 1_775_437_200_000


def told(state: OfficeState, heard: dict[str, Heard]) -> tuple[MachineNow, ...]:
    found = fleet.now(state, "m1", heard)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Machines) == found
    return found


def test_each_machine_has_its_own_paper_checks_and_bells() -> None:
    state = OfficeState()
    state.printers = {"m1.printer": "ready", "m2.printer": "near_end", "m2.printer_2": "paper_out"}
    # m2 has had another log before: what it said last counts.
    state.last_checks = {
        "m2": {"disk": LastCheck(grade="bad", at_utc_ms=AT, good_utc_ms=AT)},
        "m2~2": {"disk": LastCheck(grade="good", at_utc_ms=AT + 1, good_utc_ms=AT + 1)},
    }
    state.alerts = {
        "a": Alert(machine_code="m2", cause="paper_out", since_utc_ms=AT),
        "b": Alert(machine_code="m2", cause="paper_out", since_utc_ms=AT),
        "c": Alert(machine_code="m1", cause="visitor", since_utc_ms=AT, cleared=True),
    }
    first, second = told(state, {"m2": Heard("1.4.0", AT, 7), "m1": Heard("1.5.0", AT)})
    assert first == MachineNow(code="m1", hub=True, version="1.5.0", heard_utc_ms=AT, paper={"printer": "ready"})
    assert second == MachineNow(
        code="m2",
        version="1.4.0",
        heard_utc_ms=AT,
        behind=7,
        paper={"printer": "near_end", "printer_2": "paper_out"},
        checks={"disk": "good"},
        checked_utc_ms=AT + 1,
        bells=("paper_out",),
    )


def test_what_is_too_long_is_cut_and_never_refused_at_the_other_end() -> None:
    state = OfficeState()
    state.printers = {f"m1.{'p' * 100}{n}": "x" * 100 for n in range(50)}
    state.last_checks = {"m1": {f"{n}{'c' * 100}": LastCheck(grade="g" * 100, at_utc_ms=AT) for n in range(200)}}
    state.alerts = {str(n): Alert(machine_code="m1", cause=f"{n}{'c' * 100}", since_utc_ms=AT) for n in range(90)}
    found = told(state, {"m1": Heard("v" * 100, AT), **{f"x{n}": Heard() for n in range(2 * MACHINES_MAX)}})
    assert len(found) == MACHINES_MAX
