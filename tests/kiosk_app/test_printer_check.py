"""The technician's check of a printer, and how one of another model is adopted: asked, shown, and never by itself."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import printer_check
from kiosk_app.settings import load_machine
from tests.kiosk_app.house import MORNING, House, machine_toml


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def machine(tmp_path: Path, printer: SimulatedPrinter) -> Path:
    path = tmp_path / "machine.toml"
    path.write_text(machine_toml(tmp_path, printer.port, MORNING).replace("[printer]", "[printer]  # beside the door"))
    return path


def answers(*given: str) -> Iterator[str]:
    yield from given


def test_a_printer_that_is_well(machine: Path, said: list[str]) -> None:
    assert printer_check.check(machine, "printer", said.append) == 0
    assert said[1:] == [
        "答え　　：印刷できます",
        "機種　　：SIMULATED",
        "設定　　：幅512ドット・203dpi",
        "切った紙の確認：できます（工程番号）",
        "途中の紙の取消：できます（消去の答え）",
    ]


@pytest.mark.slow
def test_what_is_missing_is_said_with_what_it_means(tmp_path: Path, said: list[str]) -> None:
    with SimulatedPrinter(process_ids=False, clear_response=False, model="OLD") as plain:
        path = tmp_path / "machine.toml"
        text = machine_toml(tmp_path, plain.port, MORNING)
        path.write_text(text.replace("[printer]", '[printer]\nmodel = "NEW"'))
        assert printer_check.check(path, "printer", said.append) == 1
        assert sum(line.startswith("足りない") for line in said) == 2
        assert any("NEW" in line and "--adopt" in line for line in said)


@pytest.mark.parametrize("fault", ["paper_out", "silent"])
@pytest.mark.slow
def test_trouble_is_named_with_the_next_step(
    machine: Path, printer: SimulatedPrinter, said: list[str], fault: str
) -> None:
    printer.faults.fail_repeatedly(fault)
    assert printer_check.check(machine, "printer", said.append) == 1
    assert said[-1].startswith("次にする：")
    assert printer_check.check(machine, "printer_2", said.append) == 2


def at_core(machine: Path, socket_path: Path) -> Path:
    machine.write_text(re.sub(r"runtime_dir = .*", f'runtime_dir = "{socket_path.parent}"', machine.read_text()))
    return machine


async def test_a_running_core_keeps_its_printer(machine: Path, house: House, said: list[str]) -> None:
    async with house.serve() as socket_path:
        at_core(machine, socket_path)
        assert await asyncio.to_thread(printer_check.check, machine, "printer", said.append) == 2
    assert "コアを止めて" in said[-1]


def test_another_model_is_adopted_after_a_ruler_a_preview_and_a_yes(
    machine: Path, printer: SimulatedPrinter, said: list[str]
) -> None:
    before = machine.read_text()
    given = answers("576", "40.2", "いいえ", "576", "40.2", "はい", "576", "40")
    for code, is_written in ((1, False), (0, True), (0, True)):
        assert printer_check.adopt(machine, "printer", said.append, lambda question: next(given)) == code
        assert (machine.read_text() != before) == is_written
    found = load_machine(machine).printer
    assert found is not None
    assert (found.model, found.width_dots, found.dpi) == ("SIMULATED", 576, 203)
    assert "# beside the door" in machine.read_text()
    assert '+model = "SIMULATED"' in said and "+width_dots = 576" in said
    assert list(machine.parent.glob(".machine*")) == []
    page = printer.wait_for_pieces(1)[0].image
    assert page.getbbox() is not None and page.width == 576


@pytest.mark.parametrize(("width", "length"), [("577", "40"), ("576", "four"), ("576", "12"), ("", "40")])
def test_an_answer_that_fits_no_printer_changes_nothing(
    machine: Path, said: list[str], width: str, length: str
) -> None:
    before = machine.read_text()
    given = answers(width, length)
    assert printer_check.adopt(machine, "printer", said.append, lambda question: next(given)) == 1
    assert machine.read_text() == before


def test_a_name_that_is_no_plain_text_cannot_break_the_file() -> None:
    text = '[printer]\nkind = "tcp"\n[screen]\n'
    changed = printer_check.with_printer(text, "printer", {"model": 'a"\n[x]\\'})
    assert changed == '[printer]\nkind = "tcp"\nmodel = "a\\"[x]\\\\"\n[screen]\n'
