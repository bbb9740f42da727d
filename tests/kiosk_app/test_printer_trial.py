"""`hitofuda sim printer` as a person works it: a process on a terminal, the driver at its line, a key pressed."""

from __future__ import annotations

import os
import pty
import re
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.transport import PrinterSettings
from drivers.ports import NumberMark, PrintOutcome, TicketLine, TicketPaper
from kiosk_app import printer_trial
from tests.kiosk_app.house import MORNING, machine_toml

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
HITOFUDA = [sys.executable, "-P", "-m", "kiosk_app.main"]
PATIENCE_S = 60.0
TICKET = TicketPaper((TicketLine("小倉北区役所", 2), NumberMark(), TicketLine("A-105", 8), TicketLine("証明書", 2)))


class Terminal:
    """A person at the simulated printer: sees what it says, presses keys without Enter."""

    def __init__(self, *words: str) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [*HITOFUDA, "sim", "printer", *words], cwd=ROOT, stdin=slave, stdout=slave, stderr=slave
        )
        os.close(slave)
        self._unread = ""

    def until(self, wanted: str) -> re.Match[str]:
        """What was said up to there counts as seen."""
        deadline = time.monotonic() + PATIENCE_S
        while not (match := re.search(wanted, self._unread)):
            assert time.monotonic() < deadline, self._unread
            if select.select([self._master], [], [], 0.1)[0]:
                self._unread += os.read(self._master, 4096).decode("utf-8", "replace")
        self._unread = self._unread[match.end() :]
        return match

    def press(self, key: str) -> None:
        os.write(self._master, key.encode())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)


@pytest.fixture
def sit_down() -> Iterator[Callable[..., Terminal]]:
    terminals: list[Terminal] = []

    def start(*words: str) -> Terminal:
        terminals.append(Terminal(*words))
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.close()


def patient(**place: object) -> PrinterSettings:
    return PrinterSettings(
        **place,  # type: ignore[arg-type]
        answer_timeout_s=3.0,
        ticket_timeout_s=PATIENCE_S,
        clear_timeout_s=5.0,
        probe_timeout_s=5.0,
    )


def test_the_paper_is_pulled_out_in_mid_ticket(sit_down: Callable[..., Terminal], tmp_path: Path) -> None:
    # So slow that a ticket takes half a minute: the key comes long before its end, on any computer.
    person = sit_down("--tcp", ":0", "--speed", "2", "--out", str(tmp_path / "paper"))
    driver = EscPosTicketPrinter(patient(port=int(person.until(r"tcp 127\.0\.0\.1:(\d+)\r")[1])))
    person.until("p 用紙")
    person.until("印刷できます　出た紙 0枚")
    assert driver.preflight() == "ready"
    outcomes: list[PrintOutcome] = []
    printing = threading.Thread(target=lambda: outcomes.append(driver.print_ticket(TICKET, "one")))
    printing.start()
    person.until("途中の紙あり")
    person.press("p")
    person.until("用紙なし　出た紙 0枚　途中の紙あり")
    printing.join(PATIENCE_S)
    assert outcomes[0].cause == "paper_out" and outcomes[0].verdict != "issued"
    person.press("p")
    person.until(r"印刷できます　出た紙 1枚（うち途中まで 1枚）\r")
    assert sorted(path.name for path in (tmp_path / "paper").iterdir()) == ["001-torn.bin", "001-torn.png"]
    assert driver.preflight() == "ready"
    driver.close()
    person.press("q")
    assert person.process.wait(PATIENCE_S) == 0


@pytest.mark.slow
def test_each_key_is_a_trouble_and_its_end(sit_down: Callable[..., Terminal]) -> None:
    person = sit_down("--tcp", "0", "--pty", "--speed", "2000")
    port = int(person.until(r"tcp 127\.0\.0\.1:(\d+)\r")[1])
    device = person.until(r"pty (/dev/\S+)\r")[1]
    person.until("印刷できます")
    lines = [EscPosTicketPrinter(patient(port=port)), EscPosTicketPrinter(patient(kind="file", device=device))]
    for driver in lines:
        assert driver.preflight() == "ready", "it answers where it is asked"
    for key, told, status in (
        ("c", "ふたが開いています", "cover_open"),
        ("j", "カッターが止まっています", "cutter_error"),
        ("s", "返事をしません", "silent"),
        ("o", "電源が切れています", "silent"),
    ):
        person.press(key)
        person.until(told)
        assert {driver.preflight() for driver in lines} == {status}
        person.press(key)
        person.until("印刷できます")
        assert {driver.preflight() for driver in lines} == {"ready"}
    person.press("?")
    person.until("q 終わる")
    for driver in lines:
        driver.close()
    person.press("q")
    assert person.process.wait(PATIENCE_S) == 0


def test_keys_from_a_pipe() -> None:
    done = subprocess.run(
        [*HITOFUDA, "sim", "printer", "--pty"], cwd=ROOT, input="p\nq\n", text=True, capture_output=True, check=True
    )
    assert "用紙なし" in done.stdout and "tcp" not in done.stdout


@pytest.mark.parametrize("place", ["printer", ":", "localhost:http", "1.2.3.4:70000"])
def test_a_place_that_is_none(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert printer_trial.run(place, False, 576, None, 50.0) == 2
    assert ":9100" in capsys.readouterr().err


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert printer_trial.run(f":{port}", False, 576, None, 50.0) == 2
    assert "Address already in use" in capsys.readouterr().err


@pytest.mark.parametrize("device", ["printer", "card"])
def test_nothing_is_simulated_where_visitors_are_served(tmp_path: Path, device: str) -> None:
    machine = tmp_path / "machine.toml"
    machine.write_text(machine_toml(tmp_path, 9100, MORNING).replace("schema = 1", "schema = 1\ninstalled = true"))
    command = [*HITOFUDA, "sim", "--machine", str(machine), device]
    said = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith("machine.toml: installed: expected false")


def test_the_core_knows_no_simulator() -> None:
    program = "import sys, kiosk_app.serve, kiosk_app.command_line; print([n for n in sys.modules if 'simulator' in n])"
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, text=True, capture_output=True, check=True)
    assert found.stdout.strip() == "[]"
