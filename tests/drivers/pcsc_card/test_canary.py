"""A PIN and a person go through the driver and the real pcscd; then they are looked for where they must not be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from drivers.card_ports import CardDetails, MyNumberCard, PinAccepted, PinWrong
from drivers.pcsc_card.simulator.kinds import Pins
from drivers.pcsc_card.simulator.people import Person
from tests.drivers.pcsc_card.pcscd_house import PcscdHouse, card

PERSON = Person("丹下󠄀　桜子", "福岡県小倉北区検札町４丁目０９１８番", date(1973, 3, 9), "2", "123456789018")
PIN, TEXT_PIN, WRONG_PIN = "7391", "6048", "2957"


def writable_memory(process: int) -> bytes:
    """What a core dump of it would hold of its own data."""
    held = []
    with Path(f"/proc/{process}/maps").open() as maps, Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            if rights.startswith("rw") and "[v" not in line:
                begin, end = (int(part, 16) for part in place.split("-"))
                memory.seek(begin)
                held.append(memory.read(end - begin))
    return b"\n".join(held)


def as_sent(pin: str) -> bytes:
    """Four digits alone turn up by chance; the command with them does not."""
    return bytes.fromhex("0020008004") + pin.encode()


@pytest.mark.slow
def test_nothing_of_a_pin_or_a_person_stays() -> None:
    with PcscdHouse() as house:
        laid = card(person=PERSON, pins=Pins(PIN.encode(), b"CANARY9", TEXT_PIN.encode()))
        house.place(laid)
        house.host.presence_becomes(MyNumberCard)
        house.host.ask("open", "authenticate")
        assert house.host.ask("verify", WRONG_PIN) == PinWrong(2)
        assert house.host.ask("verify", PIN) == PinAccepted()
        house.host.ask("do", "sign", b"nonce")
        house.host.ask("do", "end")
        house.host.ask("open", "read_attributes")
        assert house.host.ask("verify", TEXT_PIN) == PinAccepted()
        assert house.host.ask("take_names") == len(PERSON.name) + len(PERSON.address)
        house.host.ask("do", "end")
        assert as_sent(PIN) in laid.journal and as_sent(TEXT_PIN) in laid.journal, "they did go through"
        details = house.host.ask("details")
        assert isinstance(details, CardDetails)
        said = "\n".join([*house.host.ask("traced"), repr(details)])
        memory = writable_memory(house.host.process_id)
        logged = (house.folder / "pcscd.log").read_bytes()
        written = house.host.end()
    for secret in (PIN, TEXT_PIN, WRONG_PIN, PERSON.name, PERSON.address, PERSON.individual_number, "19730309"):
        assert secret not in said, secret
        for stream in (written, logged):
            assert secret.encode() not in stream, secret
    for pin in (PIN, TEXT_PIN, WRONG_PIN):
        assert as_sent(pin) not in memory, "a PIN's command is in memory that is the driver's own"
        assert as_sent(pin).hex().encode() not in memory
    assert PERSON.individual_number.encode() not in memory
    assert b"JPKIAPICCTOKEN2" in memory, "what must be there is found"
    for form in ("utf-8", "utf-32-le", "utf-16-le"):
        print(form, memory.count(PERSON.name.encode(form)), memory.count(PERSON.address.encode(form)))
