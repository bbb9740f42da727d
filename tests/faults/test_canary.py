"""A name and a number typed wherever a person may type: after a day they stand in no fact, no log and no file.

PINs and tokens stand in none either. Codes of staff, numbers of tickets and reasons from fixed lists may. The PINs here
are long: the four digits of a short one turn up by chance in times and hashes.
"""

import json
from pathlib import Path
from typing import get_args

import argon2
import pytest

from kiosk_app import api
from kiosk_app.client import Client, CoreRefused
from kiosk_app.settings_staff import PIN_MEMORY_KIB, PIN_ROUNDS
from tests.faults.house import House

NAME, NUMBER = "丹下桜子", "123456789018"
"""Synthetic; the number has the form of a 個人番号."""
WRONG_PIN = "97531862"
PINS = {"1001": "40918273", "1002": "61527384"}
TYPED = (NAME, NUMBER, f"A-105 {NAME}", f"{NAME}様", NUMBER[:4] + "-" + NUMBER[4:8] + "-" + NUMBER[8:])
REASONED = ("cancel", "call_number", "grant_priority")


def stored(folder: Path) -> dict[str, bytes]:
    """Everything that the machine has written, and what a person may export of it."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def traces(data: bytes, *canaries: str) -> list[str]:
    """As UTF-8, escaped as in JSON, and in the printer's own code."""
    forms = {c: (c.encode(), json.dumps(c)[1:-1].encode(), c.encode("cp932")) for c in canaries}
    return [c for c, written in forms.items() if any(form in data for form in written)]


def tried(ask: object) -> None:
    """A refusal is as good as an answer here."""
    assert callable(ask)
    try:
        ask()
    except CoreRefused as refused:
        assert refused.status in (401, 422), refused


def type_everywhere(house: House, staff: Client) -> None:
    """In every field of every request, with every verb."""
    for number, text in enumerate(TYPED):
        tried(lambda text=text: house.client.sign_in(api.SignIn(staff_code=text, pin=WRONG_PIN)))
        tried(lambda text=text: house.client.sign_in(api.SignIn(staff_code="1002", pin=text)))
        tried(lambda text=text: house.client.get("/v1/display/view", api.DisplayView, zone=text))
        for field in ("screen_id", "control"):
            press = {"press_id": f"x{number}", "screen_id": house.view().screen_id, "control": "ticket", field: text}
            tried(lambda press=press: house.client.press(api.Press(**press)))
        slot = api.SlotAct(letter="H", start_min=834, name=text[:40], booking=text[:64], version=text[:80])
        booked = api.StaffAct(intent=f"book{number}", verb="book_slot", service="move-in", slot=slot)
        tried(lambda booked=booked: staff.act(booked))
        for verb in get_args(api.StaffVerb):
            if verb == "sign_out":
                continue
            for field in ("number", "reason", "service", "ticket", "alert"):
                act = {"intent": f"{verb}{number}{field}", "verb": verb, "counter": 3, "number": "A-001", field: text}
                tried(lambda act=act: staff.act(api.StaffAct(**act)))


def give_long_pins(house: House) -> None:
    hasher = argon2.PasswordHasher(time_cost=PIN_ROUNDS, memory_cost=PIN_MEMORY_KIB, parallelism=1)
    people = (
        f'[[staff]]\ncode = "{code}"\nrole = "clerk"\npin_hash = "{hasher.hash(pin)}"\n' for code, pin in PINS.items()
    )
    staff_file = house.folder / "staff.toml"
    staff_file.write_text("schema = 1\n" + "".join(people))
    lines = house.machine_file.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("staff_file")]
    place = kept.index("schema = 1") + 1
    house.machine_file.write_text("\n".join([*kept[:place], f'staff_file = "{staff_file}"', *kept[place:]]))


@pytest.mark.slow
def test_nothing_personal_stays(house: House) -> None:
    give_long_pins(house)
    house.start()
    staff, other = (house.signed_in(code, pin) for code, pin in PINS.items())
    staff.act(api.StaffAct(intent="o", verb="open_counter", counter=3))
    for _ in range(3):
        house.take_ticket()
    type_everywhere(house, staff)
    next_morning = 1_775_433_600_000 + 24 * 3600 * 1000
    house.client.post("/v1/simulation/clock", api.ClockJump(utc_ms=next_morning), api.Reply)
    house.take_ticket()
    running = stored(house.folder)
    house.stop()
    assert len(house.facts()) > 20
    for moment in (running, stored(house.folder)):
        assert any(name.endswith("facts.db") for name in moment) and any("run/" in name for name in moment)
        for name, data in moment.items():
            assert traces(data, *TYPED) == [], name
            assert traces(data, WRONG_PIN, *PINS.values(), staff.token, other.token) == [], name
    paper = b"".join(piece.data for piece in house.printer.wait_for_pieces(0))
    assert traces(paper, *TYPED) == []


@pytest.mark.parametrize("verb", REASONED)
def test_a_reason_comes_from_a_list(house: House, verb: api.StaffVerb) -> None:
    house.start()
    staff = house.signed_in()
    staff.act(api.StaffAct(intent="o", verb="open_counter", counter=3))
    for _ in range(2):
        house.take_ticket()
    before = len(house.facts())
    reply = staff.act(api.StaffAct(intent="f", verb=verb, counter=3, number="A-002", reason=f"{NAME}様の希望"))
    assert not reply.ok and "一覧" in reply.message
    assert len(house.facts()) == before
    listed = {"call_number": api.CALL_REASONS, "grant_priority": api.PRIORITY_REASONS}
    reason = listed.get(verb, staff.staff_view().cancel_reasons)[0]
    assert staff.act(api.StaffAct(intent="l", verb=verb, counter=3, number="A-002", reason=reason)).ok
