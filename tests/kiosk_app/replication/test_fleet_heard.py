"""What a hub knows of its machines beside their facts: version, last word, and how much is still to come."""

from __future__ import annotations

from kiosk_app.hub_link import Link
from kiosk_app.replication import Hello, Push
from kiosk_app.shelf import MachineShelf
from tests.kiosk_app.replication.machines import small_office
from tests.kiosk_app.replication.test_link import Pair


def with_version(version: str) -> Pair:
    pair = Pair()
    machine = pair.machine
    machine.link = Link(MachineShelf(machine.book, machine.clock, machine.code, small_office()), version=version)
    return pair


def test_a_greeting_tells_the_version_and_what_is_missing_and_facts_make_it_less() -> None:
    pair = with_version("1.5.0")
    for number in range(5):
        pair.machine.issue("residence", f"i{number}")
    assert pair.hub.door.fleet()["m2"].version == "" and pair.hub.door.fleet()["m2"].heard_utc_ms == 0
    turn = pair.turn()
    assert turn is not None and isinstance(turn[0].request, Hello)
    heard = pair.hub.door.fleet()["m2"]
    assert (heard.version, heard.heard_utc_ms) == ("1.5.0", pair.hub.clock.now_utc_ms())
    assert heard.behind == pair.machine.log.head("m2")[0] > 5
    turns = pair.until_quiet()
    assert any(isinstance(ask.request, Push) for ask, _ in turns)
    assert pair.hub.door.fleet()["m2"].behind == 0


def test_a_machine_that_never_came_stands_there_all_the_same_and_a_silent_one_keeps_its_last_word() -> None:
    pair = with_version("1.5.0")
    pair.until_quiet()
    heard_at = pair.hub.clock.now_utc_ms()
    pair.pass_ms(3_600_000)
    found = pair.hub.door.fleet()
    assert found["m2"].heard_utc_ms == heard_at and sorted(found) == ["m2", "m3"]
    assert found["m3"].heard_utc_ms == 0


def test_a_machine_of_before_says_no_version_and_is_known_all_the_same() -> None:
    pair = Pair()
    pair.until_quiet()
    assert pair.hub.door.fleet()["m2"].version == "" and pair.hub.door.fleet()["m2"].heard_utc_ms > 0
