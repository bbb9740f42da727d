"""The technician's two commands at each other: what stands at `sim cash-unit` is what `diag cash-unit` asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.cctalk_unit.simulated_lines import ServedCashUnit
from drivers.cctalk_unit.simulator import SimulatedCashUnit
from kiosk_app import cash_unit_check, cash_unit_trial
from kiosk_app.settings import UnitPay, parse_machine
from tests.kiosk_app.house import House
from tests.kiosk_app.money_house import FarKiosk
from tests.kiosk_app.test_settings import a_kiosk

ANSWER_S = 3.0
"""A loaded machine answers late; a real bus answers within milliseconds."""


@pytest.fixture
def served() -> Iterator[ServedCashUnit]:
    with ServedCashUnit(SimulatedCashUnit()) as served:
        yield served


def machine(folder: Path, place: str, means: str = "unit") -> Path:
    path = folder / "machine.toml"
    text = a_kiosk(f'\n[payment]\nmeans = "{means}"\n{place}\n')
    for key in ("data_dir", "runtime_dir"):
        text, found = re.subn(rf'^{key} = ".*"', f'{key} = "{folder}/{key}"', text, flags=re.MULTILINE)
        assert found == 1
    path.write_text(text, encoding="utf-8")
    return path


def at(served: ServedCashUnit) -> str:
    return f'host = "127.0.0.1"\nport = {served.port}\nanswer_s = {ANSWER_S}'


def line_of(said: list[str], begin: str) -> str:
    return next((line for line in said if line.startswith(begin)), "")


@pytest.mark.slow
def test_a_unit_that_is_well_says_what_it_holds(tmp_path: Path, served: ServedCashUnit) -> None:
    said: list[str] = []
    assert cash_unit_check.check(machine(tmp_path, at(served)), False, said.append) == 0
    assert "受け取れます" in line_of(said, "答え") and line_of(said, "次にする") == ""
    assert line_of(said, "お釣り") == "お釣り　：10円 50枚・50円 20枚・100円 50枚・500円 20枚"
    assert "硬貨 0・紙幣 0・払い出し 0" in line_of(said, "数え")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("condition", "words"),
    [("coin_jam", "硬貨がつまって"), ("box_full", "いっぱい"), ("box_out", "箱がありません"), ("silent", "答えません")],
)
def test_each_trouble_has_its_next_step(tmp_path: Path, served: ServedCashUnit, condition: str, words: str) -> None:
    served.unit.faults.fail_repeatedly(condition)
    said: list[str] = []
    # One that is silent is waited for as long as that.
    place = at(served).replace(str(ANSWER_S), "0.2") if condition == "silent" else at(served)
    assert cash_unit_check.check(machine(tmp_path, place), False, said.append) == 1
    assert words in line_of(said, "答え") and line_of(said, "次にする")


def test_every_status_has_words_and_a_next_step() -> None:
    from typing import get_args

    from drivers.payment_ports import TAKES, UnitStatus

    assert set(cash_unit_check.WORDS) == set(get_args(UnitStatus))
    assert {status for status, (_, step) in cash_unit_check.WORDS.items() if not step} == set(TAKES)


@pytest.mark.slow
def test_a_trial_takes_money_and_gives_all_of_it_back(tmp_path: Path, served: ServedCashUnit) -> None:
    said: list[str] = []
    hands = iter((10, 500, 0, 100, 500))

    def say(line: str) -> None:
        said.append(line)
        if "入れてください" in line or line.startswith(("入りました", "戻りました")):
            yen = next(hands, None)
            if yen is not None:
                served.hand(lambda unit: unit.insert_coin(yen) if yen else unit.insert_rubbish())

    assert cash_unit_check.check(machine(tmp_path, at(served)), True, say, 60.0) == 0, said
    assert line_of(said, "お返し") == "お返し　：1,110円（入れた額 1,110円）"
    cash = served.unit.cash
    assert (cash.tray_yen, cash.inside_yen, cash.back_yen) == (1_110, 0, 0)


@pytest.mark.slow
def test_a_trial_in_which_the_payout_jams_says_where_the_money_is(tmp_path: Path, served: ServedCashUnit) -> None:
    said: list[str] = []
    served.unit.faults.fail_next("hopper_jam")

    def say(line: str) -> None:
        said.append(line)
        if "入れてください" in line:
            served.hand(lambda unit: unit.insert_note(1000))

    assert cash_unit_check.check(machine(tmp_path, at(served)), True, say, 60.0) == 1
    assert line_of(said, "お返し") == "お返し　：0円（入れた額 1,000円）" and line_of(said, "わけ")


@pytest.mark.slow
def test_nothing_that_was_put_in_is_no_trial(tmp_path: Path, served: ServedCashUnit) -> None:
    said: list[str] = []
    assert cash_unit_check.check(machine(tmp_path, at(served)), True, said.append, 0.3) == 1
    assert said[-1] == "何も入りませんでした。"


async def test_a_unit_whose_counts_a_log_knows_is_not_tried(house: House, tmp_path: Path) -> None:
    """Its money would be somebody's claim there."""
    FarKiosk(house).sells(means="unit")
    await house.close()
    found = machine(tmp_path, 'host = "127.0.0.1"\nport = 1')
    found.write_text(found.read_text().replace(f"{tmp_path}/data_dir", f"{house.folder}/data"))
    said: list[str] = []
    assert cash_unit_check.check(found, True, said.append) == 2
    assert "返金引換票" in said[0]
    assert cash_unit_check.check(found, False, said.append) == 1 and "線がありません" in line_of(said, "答え")


@pytest.mark.parametrize(("place", "means"), [("", "counter"), ("baud = 1", "unit")])
def test_a_machine_without_a_unit_says_so(tmp_path: Path, place: str, means: str) -> None:
    said: list[str] = []
    assert cash_unit_check.check(machine(tmp_path, place, means), False, said.append) == 2
    assert "payment" in said[0]


# --- the simulated one -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_hands_at_the_simulated_unit(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["500", "1000", "7", "x", "j", "j", "n", "n", "r", "o", "o", "", "q", "100"]
    assert cash_unit_trial.run(0, None, lines) == 0
    out = capsys.readouterr().out
    assert 'means = "unit"' in out and "500円を入れました" in out and "硬貨がつまっています：終わり" in out
    # Nobody had opened it: everything is in the visitor's hand again.
    assert "出口 0円　戻した 1,500円" in out
    assert out.count("100円を入れました") == 0


@pytest.mark.slow
def test_it_stands_at_a_name_or_at_a_port_that_machine_toml_can_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    device = tmp_path / "new" / "cash"
    assert cash_unit_trial.run(0, device, ["q"]) == 0 and not device.exists()
    shown = capsys.readouterr().out.split("\n金額")[0]
    settings = parse_machine(a_kiosk("\n" + shown), "machine.toml").payment
    assert isinstance(settings, UnitPay) and settings.device == str(device)
    with ServedCashUnit(SimulatedCashUnit()) as other:
        assert cash_unit_trial.run(other.port, None, ["q"]) == 2
    device.parent.joinpath("file").write_text("")
    assert cash_unit_trial.run(0, device.parent / "file", ["q"]) == 2
