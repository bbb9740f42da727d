"""What stands on the fleet page: who needs somebody comes first, one place is one entry, a closed office is none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from central_server.fleet import page, wording
from central_server.fleet.alerts import Open
from central_server.fleet.course import Standing
from central_server.fleet.page import Fleet
from central_server.fleet.problems import Key, Severity, opening_of
from central_server.fleet.seen import OfficeSeen
from central_server.fleet.table import Kind
from kiosk_app.office.alert_words import ALERTS
from tests.central_server.fleet.fleet_house import NIGHT, NOON, machine, office
from tests.central_server.house import OFFICE, ROOT, here

OPEN = {OFFICE: opening_of(here()[OFFICE].office)}
HOUR = timedelta(hours=1)


def of(*seen: OfficeSeen, opened: Iterable[Open] = (), now: datetime = NOON, everything: bool = False) -> Fleet:
    return page.fleet(seen, list(opened), here(), OPEN, now, everything)


def alert(
    code: str,
    kind: Kind,
    part: str = "",
    severity: Severity = "critical",
    since: datetime = NOON - HOUR,
    gone: datetime | None = None,
    place: str = OFFICE,
    detail: str = "",
) -> Open:
    return Open(Key(place, code, kind, part), Standing("a", severity, detail, since, since, gone))


def entries(found: Fleet) -> list[tuple[str, str, list[str]]]:
    return [(one.machine, one.tone, [trouble.what for trouble in one.troubles]) for one in found.needs]


def test_who_is_well_is_told_in_one_sentence() -> None:
    found = of(office(machine("m1", hub=True, paper={"printer": "ready"}), machine("m2")))
    assert found.needs == [] and found.counts == {"要対応": 0, "注意": 0, "正常": 2, "不明": 0, "閉庁中": 0}
    assert [one.state.text for one in found.offices] == ["正常"]


def test_the_worst_comes_first_then_the_oldest_and_one_machine_is_one_entry() -> None:
    out, near = machine("m1", paper={"printer": "paper_out"}), machine("m2", paper={"printer_2": "near_end"})
    found = of(
        office(out, near, machine("m3", paper={"printer": "head_hot"}, checks={"disk_speed": "bad"})),
        opened=[
            alert("m2", "paper_near_end", "printer_2", "warning", NOON - 5 * HOUR),
            alert("m1", "paper_out", "printer"),
            alert("m3", "printer", "printer", detail="cover_open"),
            alert("m3", "check", "disk_speed", since=NOON - 3 * HOUR),
        ],
    )
    assert entries(found) == [
        ("m3", "err", ["ディスクの速さ：使えません", "プリンターが熱くなっています"]),
        ("m1", "err", ["用紙がありません"]),
        ("m2", "care", ["2台目：用紙が残りわずかです"]),
    ]
    assert found.needs[0].troubles[0].since == "9:00から（3時間）"
    assert [machine.state.text for machine in found.offices[0].machines] == ["要対応", "注意", "要対応"]


def test_what_has_just_begun_is_to_be_looked_at_and_not_yet_gone_to() -> None:
    (need,) = of(office(machine("m1", paper={"printer": "paper_out"}))).needs
    assert (need.tone, need.troubles[0].since) == ("care", page.JUST_SEEN)


def test_a_silent_office_is_one_entry_since_its_last_word_and_its_machines_are_unknown() -> None:
    found = of(
        office(machine("m1"), machine("m2", paper={"printer": "paper_out"}), silent=HOUR),
        opened=[alert("", "offline", since=NOON - timedelta(minutes=50))],
    )
    assert entries(found) == [("", "err", ["庁舎全体とつながりません"])]
    assert found.needs[0].troubles[0].since == "11:00から（1時間）"
    assert found.counts["不明"] == 2 and found.offices[0].state.text == "要対応"


def test_a_silent_machine_is_silent_since_its_own_last_word() -> None:
    found = of(office(machine("m1"), machine("m2", at=NOON - 2 * HOUR)), opened=[alert("m2", "offline")])
    assert found.needs[0].troubles[0].since == "10:00から（2時間）"


def test_at_night_nobody_is_needed_because_all_is_switched_off() -> None:
    found = of(office(machine("m1"), machine("m2"), at=NIGHT, silent=5 * HOUR), now=NIGHT)
    assert found.needs == [] and found.counts["閉庁中"] == 2
    # A trouble that was not mended before is still there in the evening.
    found = of(
        office(machine("m1", paper={"printer": "paper_out"}), at=NIGHT, silent=5 * HOUR),
        opened=[alert("m1", "paper_out", "printer", since=NIGHT - 7 * HOUR)],
        now=NIGHT,
    )
    assert entries(found) == [("m1", "err", ["用紙がありません"])]


def test_what_is_over_is_no_need_and_says_so() -> None:
    found = of(
        office(machine("m1", paper={"printer": "ready"})),
        opened=[alert("m1", "paper_out", "printer", gone=NOON - timedelta(minutes=4))],
    )
    assert found.needs == [] and [one.next_step for one in found.settled] == ["11:56に直りました"]


def test_an_office_that_never_came_an_old_program_and_this_server_itself() -> None:
    never = OfficeSeen(OFFICE, None)
    found = of(never)
    assert found.needs == [] and found.offices[0].state.text == "未接続"
    old = of(office(machine("m1"), replace(machine("m2"), version="1.4.10")))
    assert old.needs == [] and [one.version.text for one in old.offices[0].machines] == ["1.5.0", "1.4.10（古い）"]
    own = of(opened=[alert("", "certificate_expiry", "central", "warning", place="", detail="2026-04-26")])
    assert (own.needs[0].place, own.needs[0].office) == ("中央サーバー", "")
    assert own.needs[0].troubles[0].what == "中央サーバーの証明書は2026-04-26までです"


def test_calls_that_the_office_answers_itself_are_none_of_a_technician() -> None:
    found = of(office(machine("m1", bells=("help", "visitor", "card_left", "clock_behind", "of_a_newer_one"))))
    assert entries(found) == [("m1", "care", ["時計が前に戻っています"])]


def test_of_a_large_city_only_offices_in_trouble_are_opened() -> None:
    many = office(*(machine(f"m{n}") for n in range(page.FEW + 1)))
    assert not of(many).offices[0].is_shown and of(many, everything=True).offices[0].is_shown
    broken = replace(many.machines[0], checks={"disk_speed": "bad"})
    assert of(many._replace(machines=(broken, *many.machines[1:]))).offices[0].is_shown


@pytest.mark.parametrize("version", ["", "1.10.0", "dev", "1.5.0-rc1", "²", "1..2"])
def test_any_version_can_be_compared(version: str) -> None:
    found = of(office(machine("m1"), replace(machine("m2"), version=version)))
    assert len(found.offices[0].machines) == 2


def test_names_of_checks_are_those_that_a_technician_reads_at_the_machine() -> None:
    folder = ROOT / "kiosk_app/diagnosis"
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    pattern = r'(?:check, name(?:, \w+)? = |(?:good|look|bad)\(\s*)"(\w+)", "([^"]+)"'
    found = dict(re.findall(pattern, text)) | dict(re.findall(r'"(tls_\w+)": \("([^"]+)"', text))
    assert len(found) > 20 and {check: wording.CHECKS.get(check) for check in found} == found


def test_each_call_for_staff_is_either_a_technicians_or_told_otherwise() -> None:
    of_staff = {"visitor", "help", "practice", "many_tickets", "doubt", "card_left"}
    of_staff |= {"certificate_paper", "form_paper", "certificate_doubt", "certificate_claim"}
    of_devices = {"paper_out", "cover_open", "cutter_error", "head_hot", "offline", "silent", "unknown", "other_model"}
    elsewhere = of_staff | of_devices | {"one_printer", "machine_away"}
    assert wording.BELLS.keys() | elsewhere == ALERTS.keys() and not wording.BELLS.keys() & elsewhere
