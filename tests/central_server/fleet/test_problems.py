"""What is a trouble and what only looks like one: closed offices, silent hubs, sensors that cannot be read."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from central_server.fleet.problems import PENDING_MANY, Judged, Key, judge, opening_of
from central_server.fleet.seen import OfficeSeen
from tests.central_server.fleet.fleet_house import NIGHT, NOON, machine, ms, office
from tests.central_server.house import OFFICE, here

OPEN = {OFFICE: opening_of(here()[OFFICE].office)}
LATE = timedelta(minutes=20)


def of(one: OfficeSeen, now: datetime = NOON) -> Judged:
    return judge([one], OPEN, now)


def kinds(judged: Judged) -> set[tuple[str, str, str, str]]:
    return {(key.machine, key.kind, key.part, found.severity) for key, found in judged.found.items()}


def test_the_sample_office_is_open_at_noon_and_closed_at_night() -> None:
    assert OPEN[OFFICE](NOON) and not OPEN[OFFICE](NIGHT)


def test_an_office_that_is_well_has_none() -> None:
    judged = of(office(machine("m1", hub=True, paper={"printer": "ready"}, checks={"disk": "good", "tls_hub": "good"})))
    assert judged.found == {} and judged.blind == set() and judged.held == set()


@pytest.mark.parametrize(
    ("status", "kind", "severity"),
    [
        ("near_end", "paper_near_end", "warning"),
        ("paper_out", "paper_out", "critical"),
        ("cover_open", "printer", "critical"),
        ("other_model", "printer", "critical"),
    ],
)
def test_paper_and_printers(status: str, kind: str, severity: str) -> None:
    assert kinds(of(office(machine("m2", paper={"printer_2": status})))) == {("m2", kind, "printer_2", severity)}


def test_a_roll_that_is_being_changed_has_not_been_changed_yet() -> None:
    near, out = Key(OFFICE, "m1", "paper_near_end", "printer"), Key(OFFICE, "m1", "paper_out", "printer")
    for status in ("near_end", "paper_out", "cover_open", "unknown"):
        assert not of(office(machine(paper={"printer": status}))).can_end(near), status
    assert not of(office(machine(paper={"printer": "cover_open"}))).can_end(out)
    assert of(office(machine(paper={"printer": "near_end"}))).can_end(out)
    assert of(office(machine(paper={"printer": "ready"}))).can_end(near)


def test_a_silent_hub_is_one_trouble_and_nothing_is_said_of_its_machines() -> None:
    judged = of(office(machine("m1"), machine("m2", paper={"printer": "paper_out"}), silent=LATE))
    assert kinds(judged) == {("", "offline", "", "critical")}
    assert not judged.can_end(Key(OFFICE, "m2", "paper_out", "printer"))
    assert not judged.can_end(Key(OFFICE, "", "backlog"))


def test_a_silent_machine_is_counted_from_its_own_last_word() -> None:
    judged = of(office(machine("m1"), machine("m2", at=NOON - LATE, paper={"printer": "paper_out"})))
    assert kinds(judged) == {("m2", "offline", "", "critical")}
    assert not judged.can_end(Key(OFFICE, "m2", "paper_out", "printer"))
    assert judged.can_end(Key(OFFICE, "m1", "offline"))
    # The clock of the hub may be wrong: what counts is how long ago it heard of its machine by that same clock.
    hub_is_late = OfficeSeen(OFFICE, NOON, "m1", 1, 0, "", NOON, ms(NOON - LATE), (machine("m2", at=NOON - LATE),))
    assert of(hub_is_late).found == {}


def test_who_is_switched_off_for_the_night_is_no_trouble_and_none_has_ended() -> None:
    judged = of(office(machine("m1"), at=NIGHT, silent=timedelta(hours=5)), NIGHT)
    assert judged.found == {} and not judged.can_end(Key(OFFICE, "", "offline"))
    on = of(office(machine("m2", at=NIGHT - LATE), at=NIGHT), NIGHT)
    assert on.found == {} and not on.can_end(Key(OFFICE, "m2", "offline"))


def test_who_has_just_opened_has_some_minutes() -> None:
    zone_day = NOON - timedelta(hours=12)
    opens = next(zone_day + timedelta(minutes=n) for n in range(1440) if OPEN[OFFICE](zone_day + timedelta(minutes=n)))
    night = office(machine("m1"), at=opens, silent=timedelta(hours=12))
    assert of(night, opens + timedelta(minutes=1)).found == {}
    assert kinds(of(night, opens + timedelta(minutes=6))) == {("", "offline", "", "critical")}


def test_certificates_checks_and_a_backlog() -> None:
    checks = {"tls_hub": "look", "tls_central_ca": "bad", "disk": "bad", "clock": "look"}
    checks |= {"printer": "bad", "hub": "bad"}
    found = kinds(of(office(machine("m1", checks=checks), pending=PENDING_MANY)))
    assert found == {
        ("m1", "certificate_expiry", "tls_hub", "warning"),
        ("m1", "certificate_expiry", "tls_central_ca", "critical"),
        ("m1", "check", "disk", "critical"),
        ("", "backlog", "", "warning"),
    }


@pytest.mark.parametrize(("days", "severity"), [(31, ""), (29, "warning"), (6, "critical"), (-1, "critical")])
def test_the_certificate_of_central_itself(days: int, severity: str) -> None:
    judged = judge([], OPEN, NOON, NOON + timedelta(days=days))
    assert [one.severity for one in judged.found.values()] == ([severity] if severity else [])


def test_an_office_that_is_not_served_here_is_left_alone() -> None:
    judged = judge([office(silent=LATE)], {}, NOON)
    assert judged.found == {} and not judged.can_end(Key(OFFICE, "m1", "paper_out", "printer"))
