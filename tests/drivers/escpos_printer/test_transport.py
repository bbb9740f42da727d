"""Lines of every kind that can be had without a printer: TCP, a serial line and a device file over a pty."""

import os
import pty
import socket
import threading
import tty
from collections.abc import Callable, Iterator
from typing import Literal

import pytest

from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.escpos_printer.transport import LineLost, PrinterSettings, open_transport
from drivers.ports import TicketPaper


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.mark.parametrize("kind", ["serial", "file"])
def test_a_ticket_over_a_pty(make_ticket: Callable[..., TicketPaper], kind: Literal["serial", "file"]) -> None:
    with SimulatedPrinter(over="pty", speed_dots_s=200_000.0) as printer:
        driver = EscPosTicketPrinter(PrinterSettings(kind=kind, device=printer.device, flow="paced"))
        assert driver.preflight() == "ready"
        assert driver.print_ticket(make_ticket(english=True), "one").verdict == "issued"
        printer.faults.fail_after("paper_out", 300, "dots")
        assert driver.print_ticket(make_ticket("A-106"), "two").verdict == "maybe"
        printer.faults.clear()
        assert driver.print_ticket(make_ticket("A-107"), "three").verdict == "issued"
        driver.close()


@pytest.mark.parametrize("kind", ["tcp", "serial", "file"])
def test_an_absent_printer_is_a_lost_line(kind: Literal["tcp", "serial", "file"], listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    with pytest.raises(LineLost):
        open_transport(PrinterSettings(kind=kind, port=port, device="/dev/no-such-printer"))


def test_no_usb_printer_is_a_lost_line() -> None:
    with pytest.raises(LineLost):
        open_transport(PrinterSettings(kind="usb", device="04b8:ffff"))


def test_a_write_gives_up_in_time_and_says_how_much_was_taken() -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    line = open_transport(PrinterSettings(kind="file", device=os.ttyname(slave)))
    taken = line.write(bytes(1_000_000), 0.1)
    assert 0 < taken < 1_000_000
    line.close()
    os.close(master)
    os.close(slave)


def test_closing_reads_what_the_printer_still_says_so_that_nothing_sent_is_lost(listener: socket.socket) -> None:
    whole = []

    def printer() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"\x10\0\0\0" * 100)
            received = b""
            while data := connection.recv(300):
                received += data
            whole.append(len(received))

    for _ in range(20):
        thread = threading.Thread(target=printer)
        thread.start()
        line = open_transport(PrinterSettings(port=listener.getsockname()[1]))
        assert line.write(bytes(48_000), 2.0) == 48_000
        line.close()
        thread.join()
    assert whole == [48_000] * 20


def test_the_end_of_the_line_is_said_once(listener: socket.socket) -> None:
    line = open_transport(PrinterSettings(port=listener.getsockname()[1]))
    connection, _ = listener.accept()
    connection.close()
    with pytest.raises(LineLost):
        line.read(1.0)
    line.close()
