"""Cards at a real core: what each is told, what reaches the card and what is kept of it, which is nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pcsc_card.simulator.emulator import File, Switches
from drivers.pcsc_card.simulator.kinds import KINDS, SURFACE, TEXT, Kind
from kiosk_app.office.facts import CardChecked, StaffCalled
from tests.kiosk_app.card_house import PIN, CardHouse, MakeCardHouse, a_card, card_house, pins_sent
from tests.kiosk_app.house import MORNING, House

pytestmark = pytest.mark.slow

EXCHANGES = 16
"""More than a whole check has."""


@pytest.fixture
async def make(
    tmp_path: Path, printer: SimulatedPrinter, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MakeCardHouse]:
    async with AsyncExitStack() as open_houses:

        async def opened(start: datetime = MORNING, **options: Any) -> CardHouse:
            house = House(tmp_path, printer, start)
            open_houses.push_async_callback(house.close)
            return await open_houses.enter_async_context(card_house(house, monkeypatch, **options))

        yield opened


async def result(cards: CardHouse, kind: Kind = "my_number") -> str:
    card = a_card(kind)
    await cards.to_pin(card)
    await cards.enter()
    assert cards.screen == "card_result"
    return cards.house.screen.title


async def test_a_good_card_works_until_its_certificate_ends(make: MakeCardHouse) -> None:
    cards = await make()
    assert await result(cards) == "このカードは使えます。"
    assert "2030年11月3日" in cards.house.screen.notice
    assert cards.house.facts(CardChecked) == [CardChecked(result="works")]
    await cards.press("end")
    assert (cards.screen, cards.house.screen.chime) == ("card_take", True)
    await cards.take()
    await cards.sees("idle")
    assert not cards.house.screen.chime
    assert cards.desk.last_day is None


@pytest.mark.parametrize(
    ("generations", "kind", "title"),
    [
        ((), "my_number", "暗証番号は合っています。"),
        ((1,), "my_number", "暗証番号は合っています。"),
        ((1, 2), "old_generation", "このカードは使えます。"),
        ((2,), "old_generation", "暗証番号は合っています。"),
    ],
)
async def test_only_a_card_of_an_installed_authority_is_said_to_work(
    make: MakeCardHouse, generations: tuple[int, ...], kind: Kind, title: str
) -> None:
    cards = await make(generations=generations)
    assert await result(cards, kind) == title


async def test_a_certificate_that_names_an_authority_but_was_not_signed_by_it_is_not_confirmed(
    make: MakeCardHouse,
) -> None:
    """Both generations have one name: with the key of one of them missing, the name alone must not do."""
    cards = await make(generations=(2,))
    assert await result(cards, "old_generation") == "暗証番号は合っています。"
    assert cards.house.facts(CardChecked) == [CardChecked(result="unconfirmed")]


TOLD: dict[Kind, tuple[str, str]] = {
    "expired": ("card_result", "電子証明書の有効期限が切れています。"),
    "locked": ("card_result", "暗証番号がロックされています。"),
    "one_try": ("card_last", "あと1回です。"),
    "no_authentication": ("card_result", "このカードには、利用者証明用の電子証明書がありません。"),
    "old_juki": ("card_place", "これは住民基本台帳カードです。"),
    "phone": ("card_place", "スマートフォンは、ここでは使えません。"),
    "driving_licence": ("card_place", "これは運転免許証です。"),
    "residence_card": ("card_place", "これは在留カードです。"),
    "payment": ("card_place", "これは支払いのカードです。"),
    "transit": ("card_place", "これは交通のカードです。"),
    "unknown": ("card_place", "マイナンバーカードではありません。"),
    "strange_token": ("card_place", "マイナンバーカードではありません。"),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_is_told_exactly_and_asked_nothing_that_it_must_not_be_asked(
    make: MakeCardHouse, kind: Kind
) -> None:
    cards = await make()
    card = a_card(kind)
    screen, title = TOLD.get(kind, ("card_pin", ""))
    await cards.press("card", "begin")
    await cards.lay(card)
    await cards.house.until(lambda: cards.screen == screen and cards.house.screen.title.startswith(title), 30)
    if screen == "card_pin":
        await cards.enter("0000")
        await cards.enter()
        assert cards.house.screen.title == "このカードは使えます。"
    elif screen == "card_last":
        await cards.press("spend")
        await cards.enter()
    await cards.still_gives_tickets()
    assert not card.is_open
    selected = [command[5 : 5 + command[4]] for command in card.journal if command[1] == 0xA4 and len(command) > 5]
    assert TEXT not in selected and SURFACE not in selected
    # No file 0001 of any application: neither the 個人番号 nor the certificate with the four attributes.
    assert bytes.fromhex("0001") not in selected
    assert not [c for c in card.journal if c[1] == 0xB0 and c[2] & 0x80], "no file is read by its short name"
    if screen != "card_pin" and kind != "one_try":
        assert not pins_sent(card)


async def test_two_wrong_pins_then_the_last_only_after_a_yes_then_locked(make: MakeCardHouse) -> None:
    cards = await make()
    card = a_card()
    await cards.to_pin(card)
    await cards.enter("1111")
    assert cards.house.screen.keypad is not None
    assert cards.house.screen.keypad.tries == "あと2回です。"
    await cards.enter("2222")
    assert cards.screen == "card_last"
    assert len(pins_sent(card)) == 2
    await cards.press("spend")
    await cards.enter("3333")
    assert (cards.screen, cards.house.screen.icon) == ("card_result", "lock")
    assert [command[5:] for command in pins_sent(card)] == [b"1111", b"2222", b"3333"]
    await cards.press("reset")
    await cards.take()
    await cards.sees("confirm")
    await cards.press("take")
    await cards.sees("take")
    assert cards.house.screen.slip is not None
    assert cards.house.screen.slip.number.startswith("M-")


async def test_a_double_press_of_enter_sends_one_pin(make: MakeCardHouse) -> None:
    cards = await make()
    card = a_card()
    await cards.to_pin(card)
    await cards.type("1111")
    screen_id = cards.house.screen.screen_id
    for _ in range(3):
        await cards.house.press("pin:enter", screen_id)
    await cards.house.until(lambda: cards.screen != "card_reading", 30)
    assert len(pins_sent(card)) == 1


async def test_what_is_typed_too_late_or_beside_the_keypad_is_not_taken(make: MakeCardHouse) -> None:
    cards = await make()
    await cards.press("pin:1")
    await cards.to_pin(a_card())
    old = cards.house.screen.screen_id
    await cards.press("pin:1")
    await cards.house.press("pin:2", old)
    await cards.press("language", "pin:3", "close_sheet", "pin:erase", "pin:4", "pin:5", "pin:6", "pin:7", "pin:8")
    pad = cards.house.screen.keypad
    assert pad is not None
    assert (pad.typed, pad.enter.state) == (4, "go")


# --- faults ------------------------------------------------------------------------------------------------------


async def ends_well(cards: CardHouse, card: Any) -> None:
    """Back at "place your card" or at a result, nothing open, at most one PIN sent; and tickets are given."""
    await cards.sees("card_place", "card_result", "card_pin")
    assert not card.is_open or cards.screen == "card_pin"
    assert len(pins_sent(card)) <= 1
    await cards.still_gives_tickets()
    assert not card.is_open


@pytest.mark.slow
@pytest.mark.parametrize("at", range(1, EXCHANGES + 1))
async def test_a_card_that_is_pulled_at_any_exchange(make: MakeCardHouse, at: int) -> None:
    cards = await make()
    card = a_card(switches=Switches(remove_at=at))
    await cards.press("card", "begin")
    await cards.lay(card)
    # Its identification may be what it is pulled from: then nothing lies there.
    await cards.house.until(lambda: cards.screen == "card_pin" or len(card.journal) >= at, 30)
    if cards.screen == "card_pin":
        await cards.enter()
    await ends_well(cards, card)


@pytest.mark.slow
@pytest.mark.parametrize("at", (1, 4, 7, 9, 10, 11, 12, 13))
async def test_a_card_that_falls_silent(make: MakeCardHouse, at: int) -> None:
    cards = await make(exchange_s=0.3)
    card = a_card(switches=Switches(silent_at=at))
    await cards.press("card", "begin")
    await cards.lay(card)
    await cards.house.until(lambda: cards.screen == "card_pin" or len(card.journal) >= at, 30)
    if cards.screen == "card_pin":
        await cards.enter()
    await ends_well(cards, card)


@pytest.mark.parametrize("state", ["card_place", "card_pin", "card_last", "card_result", "card_take"])
async def test_the_card_service_dies_in_any_state_and_comes_back(make: MakeCardHouse, state: str) -> None:
    cards = await make()
    card = a_card("one_try" if state == "card_last" else "my_number")
    await cards.press("card", "begin")
    if state != "card_place":
        await cards.lay(card)
        await cards.sees("card_pin", "card_last")
    if state in ("card_result", "card_take"):
        await cards.enter()
    if state == "card_take":
        await cards.press("end")
    assert cards.screen == state
    cards.service.stop()
    await cards.house.until(lambda: cards.desk.seen == "service_away", 30)
    assert cards.house.core.health().card_reader == "service_away"
    assert cards.screen == {"card_result": "card_result", "card_take": "idle"}.get(state, "card_place")
    cards.service.take()
    cards.service.start()
    await cards.house.until(lambda: cards.desk.seen == "empty", 30)
    assert cards.house.core.health().card_reader == "ready"
    await cards.still_gives_tickets()


async def test_a_core_that_is_killed_before_a_pin_comes_back_to_place_your_card(make: MakeCardHouse) -> None:
    cards = await make()
    await cards.to_pin(a_card())
    await cards.type("12")
    await cards.house.restart()
    await cards.sees("card_place", "card_pin")
    pad = cards.house.screen.keypad
    assert pad is None or pad.typed == 0


async def test_who_leaves_a_card_is_followed_by_a_call_for_staff_until_it_is_taken(make: MakeCardHouse) -> None:
    cards = await make()
    await cards.to_pin(a_card())
    for _ in range(2):
        await cards.house.pass_s(61)
    assert cards.screen == "card_take" or cards.screen == "card_pin"
    await cards.house.pass_s(61)
    await cards.house.pass_s(61)
    await cards.sees("idle")
    assert [call.cause for call in cards.house.facts(StaffCalled)] == ["card_left"]  # type: ignore[attr-defined]
    assert cards.house.screen.chime
    token = await cards.house.sign_in()
    (alert,) = (await cards.house.staff_view(token)).alerts
    assert "カードが残っています" in alert.title
    await cards.take()
    await cards.house.until(lambda: not cards.house.screen.chime, 30)
    assert (await cards.house.staff_view(token)).alerts == ()


def written_in(folder: Path) -> dict[str, bytes]:
    """Every file but the authorities that a technician installed."""
    files = [path for path in folder.rglob("*") if path.is_file() and "authorities" not in path.parts]
    return {str(path): path.read_bytes() for path in files}


# --- nothing is kept ---------------------------------------------------------------------------------------------


async def test_of_pin_card_and_person_nothing_is_on_a_screen_in_a_log_or_in_a_file(
    make: MakeCardHouse, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cards = await make()
    card = a_card()
    seen: list[str] = []

    def look() -> None:
        seen.append(msgspec.json.encode(cards.house.screen).decode())
        seen.append((cards.house.folder / "run" / "journey.json").read_text())

    await cards.to_pin(card)
    for digit in PIN:
        await cards.press(f"pin:{digit}")
        look()
        assert PIN not in repr(vars(cards.desk)) and f'"{digit}"' not in repr(cards.house.core.lobby.state)
    await cards.press("pin:enter")
    await cards.house.until(lambda: cards.screen == "card_result", 30)
    assert len(cards.desk._typed) == 0
    journey = (cards.house.folder / "run" / "journey.json").read_text()
    # The day is on the screen, and nowhere else: it is a birthday.
    assert "2030" in cards.house.screen.notice
    assert "2030" not in journey
    await cards.press("end")
    await cards.take()
    await cards.sees("idle")
    look()
    await cards.house.close()
    certificate = next(a for a in card.applications.values() if 0x000A in a.entries).entries[0x000A]
    assert isinstance(certificate, File)
    for path, data in written_in(tmp_path).items():
        assert b"pin:" not in data, path
        assert certificate.content[100:140] not in data, path
        assert b"TEST00000" not in data, path
    said = capfd.readouterr()
    for text in (*seen, said.out, said.err):
        assert f'"pin:{PIN}' not in text and f'"{PIN}"' not in text
        assert "髙﨑" not in text and "1985" not in text
