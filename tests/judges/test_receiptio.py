"""Our simulated printer judged by a client that is not ours: receiptio asks it, prints on it and is stopped by it.

It talks to nothing but port 9100, so each printer has an address of its own under 127.0.0.0/8.
"""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from tests.drivers.escpos_printer.patience import PATIENCE_S
from tests.judges.npos import NODE_FOLDER, needs_node_judges, node

pytestmark = needs_node_judges
ADDRESS = "https://example.jp/t/7Kq2mX9bLw"
LINES = ("A-105", "小倉北区役所", "ソ予表能申十", "お待ちの方 12人")
CODE = f"{{code:{ADDRESS}; option:qrcode,6,m}}"
PORT = 9100
CUT = b"\x1dVB\x00"


@pytest.fixture
def host() -> str:
    chance = random.SystemRandom()
    return f"127.{chance.randrange(64, 128)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"


@pytest.fixture
def printer(host: str) -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(PORT, host=host, speed_dots_s=1e6, cut_s=0.0) as made:
        yield made


def asked(host: str) -> str:
    """What receiptio says of the printer, in its own word."""
    return _said(host, "-q")


def printed(host: str, folder: Path, *options: str, lines: tuple[str, ...] = (*LINES, CODE)) -> str:
    (folder / "ticket.receipt").write_text("\n\n".join(lines))
    return _said(host, "-l", "ja", *options, str(folder / "ticket.receipt"))


def _said(host: str, *arguments: str) -> str:
    client = str(NODE_FOLDER / "node_modules" / "receiptio" / "bin" / "cli.js")
    return node(client, "-d", host, "-t", str(round(PATIENCE_S)), *arguments).stderr.strip()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("condition", "word"),
    [(None, "online"), ("near_end", "online"), ("paper_out", "paperempty"), ("cover_open", "coveropen")],
)
def test_it_understands_the_status(printer: SimulatedPrinter, host: str, condition: str | None, word: str) -> None:
    if condition:
        printer.faults.fail_repeatedly(condition)
    assert asked(host) == word
    printer.faults.clear()
    assert asked(host) == "online"


@pytest.mark.slow
@pytest.mark.parametrize(("condition", "afterwards"), [("cutter_error", "online"), ("head_hot", "error")])
def test_it_understands_an_error_and_recovers_from_what_can_be(
    printer: SimulatedPrinter, host: str, condition: str, afterwards: str
) -> None:
    """It sends DLE ENQ 2 with each error that it sees: that ends a cutter's, and does not cool a head."""
    printer.faults.fail_repeatedly(condition)
    assert asked(host) == "error"
    assert asked(host) == afterwards


@pytest.mark.slow
@pytest.mark.parametrize("model", ["SIMULATED", "TM-T88V"])
def test_its_ticket_stands_on_our_paper(host: str, model: str, tmp_path: Path) -> None:
    """In the language that it chooses by what the printer says it is."""
    with SimulatedPrinter(PORT, host=host, speed_dots_s=1e6, cut_s=0.0, model=model) as printer:
        assert printed(host, tmp_path) == "success"
        (piece,) = printer.wait_for_pieces(1, PATIENCE_S)
    assert tuple(line for line in piece.lines if line.strip()) == LINES
    piece.image.save(tmp_path / "paper.png")
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", tmp_path / "paper.png"], capture_output=True, text=True, check=True
    )
    assert read.stdout.strip() == ADDRESS


@pytest.mark.slow
def test_nothing_of_another_language_is_printed_as_text(printer: SimulatedPrinter, host: str, tmp_path: Path) -> None:
    """`-p escpos` has commands that our driver never sends (FS ( A, GS 8 L): how long they are, the simulator knows."""
    assert printed(host, tmp_path, "-p", "escpos") == "success"
    (piece,) = printer.wait_for_pieces(1, PATIENCE_S)
    assert tuple(line for line in piece.lines if line.strip()) == LINES


@pytest.mark.slow
def test_it_learns_of_paper_that_ends_in_mid_print(host: str, tmp_path: Path) -> None:
    """And it leaves the rest in the printer's buffer, which comes out on the next paper, as from a real printer."""
    with SimulatedPrinter(PORT, host=host, speed_dots_s=1e6, cut_s=0.0) as printer:
        printer.faults.fail_after("paper_out", 80, "dots")
        assert printed(host, tmp_path, lines=LINES) == "paperempty"
        before = printer.lines_on_paper()
        assert LINES[0] in before
        assert LINES[-1] not in before
        assert printer.pieces == []
        deadline_s = time.monotonic() + PATIENCE_S
        while CUT not in printer.received:
            assert time.monotonic() < deadline_s, "the line still brings what was sent before it was closed"
            time.sleep(0.01)
        printer.faults.clear()
        torn, rest = printer.wait_for_pieces(2, PATIENCE_S)
    assert torn.torn
    assert list(torn.lines) == before
    assert not rest.torn
    assert LINES[-1] in rest.lines
