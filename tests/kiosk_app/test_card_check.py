"""What a technician reads of reader and card, for every kind of card and trouble; never a PIN, a name or an address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from drivers.card_ports import (
    CardGone,
    CardInUse,
    CardNonsense,
    CardRefused,
    CardSilent,
    CardTrouble,
    ReaderAway,
    ReaderLost,
    ServiceAway,
    TwoCards,
    UnreadableCard,
    WrongCard,
)
from drivers.pcsc_card.simulator import kinds
from kiosk_app import card_check
from kiosk_app.settings import NoCardReader, PcscReader, SettingsError, parse_machine
from tests.drivers.pcsc_card.desk import TODAY, Desk, asks_for_number, card
from tests.kiosk_app.house import MORNING, machine_toml


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Desk() as desk:
        yield desk


def told(desk: Desk, today: date = TODAY) -> tuple[int, str]:
    said: list[str] = []
    code = card_check.report(desk.reader, "", today, said.append)
    return code, "\n".join(said)


def test_a_card_that_is_well(desk: Desk) -> None:
    laid = card()
    desk.place(laid)
    code, said = told(desk)
    assert code == 0
    assert said.splitlines() == [
        "読取機　：Simulated Reader 00 00",
        "カード　：マイナンバーカード",
        "ATR　　 ：3B 88 80 01 00 00 05 E0 B3 81 A1 00 7F（T=1。判別には使いません）",
        "トークン：JPKIAPICCTOKEN2",
        "利用者証明用：あります（2030年11月3日まで）",
        "署名用　：あります",
        "暗証番号：利用者証明用 あと3回",
        "　　　　　券面事項入力補助用 あと3回",
    ]
    assert asks_for_number(laid.journal) == []
    assert not [command for command in laid.journal if command[1] == 0x20 and len(command) > 4], "no try is spent"


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("locked", 1, "利用者証明用 ロックされています"),
        ("one_try", 0, "利用者証明用 あと1回"),
        ("attributes_locked", 0, "券面事項入力補助用 ロックされています"),
        ("no_signature", 0, "署名用　：ありません"),
        ("no_authentication", 1, "利用者証明用：ありません"),
        ("expired", 1, "期限が切れています（2024年11月3日まで）"),
        ("old_juki", 1, "住民基本台帳カード"),
        ("phone", 1, "スマートフォン"),
        ("driving_licence", 1, "運転免許証"),
        ("residence_card", 1, "在留カード"),
        ("payment", 1, "クレジットカード"),
        ("transit", 1, "交通系"),
        ("unknown", 1, "種類の分からない"),
    ],
)
def test_every_kind_is_named(desk: Desk, kind: kinds.Kind, code: int, words: str) -> None:
    desk.place(card(kind))
    found, said = told(desk)
    assert (found, words in said) == (code, True), said
    assert all(secret not in said for secret in ("1234", "5678", "髙﨑", "紺屋町", "1985"))


def test_a_certificate_ends_at_the_end_of_its_day(desk: Desk) -> None:
    desk.place(card())
    assert told(desk, date(2030, 11, 3))[0] == 0
    assert told(desk, date(2030, 11, 4))[0] == 1


def test_what_is_missing_has_a_next_step(desk: Desk) -> None:
    for move, words in (
        (lambda: None, "カードがありません"),
        (lambda: desk.place("mute"), "読めません"),
        (lambda: (desk.take(), desk.service.unplug(), desk.next()), "読取機がありません"),
        (lambda: (desk.service.stop(), desk.next()), "pcscd"),
    ):
        move()  # type: ignore[no-untyped-call]
        code, said = told(desk)
        assert code == 1 and words in said and "次にする：" in said


@pytest.mark.parametrize(
    "trouble",
    [
        CardGone(),
        ReaderLost(),
        CardSilent(),
        CardInUse(),
        CardRefused(0x6F00, "select"),
        CardNonsense("token", "an answer of 1 bytes"),
        *(WrongCard(presence) for presence in (UnreadableCard(), TwoCards(), ReaderAway(), ServiceAway())),
    ],
)
def test_every_trouble_has_words(trouble: CardTrouble) -> None:
    assert card_check.trouble_words(trouble)


def test_a_machine_without_a_reader_says_so(tmp_path: Path) -> None:
    machine = tmp_path / "machine.toml"
    machine.write_text(machine_toml(tmp_path, 9100, MORNING))
    said: list[str] = []
    assert card_check.check(machine, TODAY, said.append) == 2
    assert said == ['machine.toml の [card_reader] に kind = "pcsc" がありません。']
    machine.write_text("schema = 2")
    assert card_check.check(machine, TODAY, said.append) == 2


def test_settings_of_a_reader(tmp_path: Path) -> None:
    text = machine_toml(tmp_path, 9100, MORNING)
    assert parse_machine(text, "m").card_reader == NoCardReader()
    named = parse_machine(text + '\n[card_reader]\nkind = "pcsc"\nname = "RC-S300"\nanswer_s = 2.5\n', "m")
    assert named.card_reader == PcscReader(name="RC-S300", answer_s=2.5)
    assert card_check.reader_settings(named) == card_check.ReaderSettings("RC-S300", 2.5)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('kind = "usb"', r"m.toml: card_reader"),
        ('kind = "pcsc"\nanswer_s = 0', r"m.toml: card_reader.answer_s"),
        ('kind = "pcsc"\nreader = "x"', r"m.toml: card_reader.*reader"),
        ('name = "x"', r"m.toml: card_reader"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, lines: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        parse_machine(machine_toml(tmp_path, 9100, MORNING) + f"\n[card_reader]\n{lines}\n", "m.toml")
