"""The simulated printer judged by others: zbarimg reads its paper, and a child process obeys its control socket."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.escpos_printer.commands import text_of
from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.protocol import CLEAR_BUFFER, report
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.escpos_printer.transport import PrinterSettings
from drivers.ports import TicketLine, TicketPaper

Ticket = Callable[..., TicketPaper]
QR = "https://example.jp/t/7Kq2mX9bLw"


def ask(connection: socket.socket, data: bytes, length: int) -> bytes:
    connection.sendall(data)
    answer = b""
    while len(answer) < length:
        answer += connection.recv(length - len(answer))
    return answer


@pytest.fixture
def connection(printer: SimulatedPrinter) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", printer.port), 2.0) as made:
        yield made


@pytest.mark.parametrize("width_dots", [384, 420, 512, 576, 832])
def test_every_width_gives_a_readable_qr_code(make_ticket: Ticket, tmp_path: Path, width_dots: int) -> None:
    with SimulatedPrinter(out_dir=tmp_path, width_dots=width_dots, speed_dots_s=200_000.0) as printer:
        driver = EscPosTicketPrinter(PrinterSettings(port=printer.port, width_dots=width_dots))
        assert driver.print_ticket(make_ticket(reprint=True), "one").verdict == "issued"
        driver.close()
        printer.wait_for_pieces(1)
    read = subprocess.run(["zbarimg", "-q", "--raw", str(tmp_path / "001.png")], capture_output=True, check=True)
    assert read.stdout.decode().strip() == QR
    text = subprocess.run(
        ["iconv", "-f", "CP932", "-t", "UTF-8"],
        input=text_of((tmp_path / "001.bin").read_bytes()),
        capture_output=True,
        check=True,
    ).stdout.decode()
    lines = [part.text for part in make_ticket(reprint=True).parts if isinstance(part, TicketLine)]
    printed = [line.strip() for line in text.replace("～", "〜").splitlines()]
    assert "".join(printed) == "".join(lines)
    # On 58 mm paper one line is folded, by us and not by the printer.
    assert len(printed) == len(lines) + (width_dots == 384)


def test_real_time_commands_act_inside_a_picture(connection: socket.socket) -> None:
    picture = b"\x1dv0\x00\x02\x00\x02\x00" + b"\x10\x04\x01"
    assert ask(connection, picture, 1) == b"\x12"


def test_clearing_inside_a_picture_leaves_a_usable_printer(
    printer: SimulatedPrinter, connection: socket.socket
) -> None:
    picture = b"\x1dv0\x00\x48\x00\xff\x00" + b"\xff" * 100
    assert ask(connection, picture + CLEAR_BUFFER, 3) == b"\x37\x25\x00"
    assert ask(connection, b"A-105\n" + report(b"done"), 7) == b"\x37\x22done\x00"
    assert printer.lines_on_paper() == ["A-105"]


def test_ids_of_cleared_data_are_never_sent(printer: SimulatedPrinter, connection: socket.socket) -> None:
    printer.faults.fail_repeatedly("paper_out")
    assert ask(connection, b"lost\n" + report(b"lost") + CLEAR_BUFFER, 3) == b"\x37\x25\x00"
    printer.faults.clear()
    assert ask(connection, report(b"next"), 7) == b"\x37\x22next\x00"
    assert printer.lines_on_paper() == []


def test_reset_switches_the_automatic_status_off(printer: SimulatedPrinter, connection: socket.socket) -> None:
    assert ask(connection, b"\x1da\x0e", 4) == b"\x10\0\0\0"
    printer.faults.fail_repeatedly("near_end")
    assert ask(connection, b"", 4) == b"\x10\0\x03\0"
    assert ask(connection, b"\x1b@\x1dr\x01", 1) == b"\x03"
    printer.faults.clear()
    assert ask(connection, b"\x10\x04\x04", 1) == b"\x12", "no automatic status before this answer"


def test_cutter_error_is_recovered_by_dle_enq(printer: SimulatedPrinter, connection: socket.socket) -> None:
    printer.faults.fail_next("cutter_error")
    connection.sendall(b"A-105\n\x1dV\x42\x00")
    deadline = time.monotonic() + 30.0
    while ask(connection, b"\x10\x04\x03", 1) != b"\x1a":
        assert time.monotonic() < deadline
    assert printer.pieces == []
    connection.sendall(b"\x10\x05\x01")
    assert len(printer.wait_for_pieces(1)) == 1


@pytest.mark.parametrize(
    "command",
    [b"\x1b$A0", b"\x1b\\A0", b"\x1d$A0", b"\x1d\\A0", b"\x1c(A\x02\x000A", b"\x1d8L\x03\x00\x00\x000pA"],
)
def test_what_belongs_to_a_command_is_not_printed_as_text(
    printer: SimulatedPrinter, connection: socket.socket, command: bytes
) -> None:
    ask(connection, command + b"A-105\n" + report(b"end."), 7)
    assert printer.lines_on_paper() == ["A-105"]


def test_a_finite_buffer_pushes_back(printer: SimulatedPrinter, connection: socket.socket) -> None:
    printer.faults.fail_repeatedly("paper_out")
    connection.setblocking(False)
    sent = 0
    with pytest.raises(BlockingIOError):
        for _ in range(100_000):
            sent += connection.send(b"0123456789\n" * 1000)
            time.sleep(0.002)
    assert len(printer.received) <= 4096


def test_torn_paper_is_kept_apart(make_ticket: Ticket, tmp_path: Path) -> None:
    with SimulatedPrinter(out_dir=tmp_path, speed_dots_s=200_000.0) as printer:
        driver = EscPosTicketPrinter(PrinterSettings(port=printer.port))
        driver.preflight()
        printer.faults.fail_after("paper_out", 300, "dots")
        outcome = driver.print_ticket(make_ticket(), "one")
        assert (outcome.verdict, outcome.cause) == ("maybe", "paper_out")
        printer.faults.clear()
        assert driver.print_ticket(make_ticket(reprint=True), "two").verdict == "issued"
        driver.close()
        printer.wait_for_pieces(2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["001-torn.bin", "001-torn.png", "002.bin", "002.png"]


def test_alone_in_its_process_it_obeys_the_control_socket(make_ticket: Ticket, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "drivers.escpos_printer.simulator", "--port", "0", "--out", str(tmp_path)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
    try:
        assert child.stdout is not None
        ports = json.loads(child.stdout.readline())
        driver = EscPosTicketPrinter(PrinterSettings(port=ports["port"]))
        with socket.create_connection(("127.0.0.1", ports["control_port"]), 5.0) as control:
            lines = control.makefile("rwb")

            def order(request: dict[str, object]) -> dict[str, object]:
                lines.write(json.dumps(request).encode() + b"\n")
                lines.flush()
                answer: dict[str, object] = json.loads(lines.readline())
                return answer

            assert driver.preflight() == "ready"
            assert order({"set": "paper_out"})["ok"]
            assert driver.preflight() == "paper_out"
            assert order({"set": "ready"})["ok"]
            assert order({"paper_out_after_lines": 300})["ok"]
            assert driver.print_ticket(make_ticket(), "one").verdict == "maybe"
            assert order({"set": "ready"}) == {"ok": True, "pieces": 1, "torn": 1}
            assert driver.print_ticket(make_ticket(reprint=True), "two").verdict == "issued"
            assert not order({"nonsense": 1})["ok"]
            lines.close()
        driver.close()
        assert (tmp_path / "002.png").exists()
    finally:
        child.terminate()
        child.wait(30.0)
        if child.stdout:
            child.stdout.close()
