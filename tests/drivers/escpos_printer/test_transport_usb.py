"""USB without a USB port: this kernel has no dummy_hcd. All of pyusb runs; only its backend (what libusb would be) is a
stand-in that carries the simulated printer's bytes. A real cable remains for the checklist of a technician.
"""

import array
import select
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import usb.backend
import usb.backend.libusb1
import usb.core

from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.escpos_printer.transport import LineLost
from drivers.escpos_printer.transport_usb import UsbTransport, kernel_nodes, open_usb
from drivers.ports import TicketPaper
from tests.drivers.escpos_printer.patience import patient

TAKES, ANSWERS = 0x03, 0x84
"""Endpoints that no library would guess."""
BULK, INTERRUPT = 2, 3


def descriptor(**fields: Any) -> SimpleNamespace:
    return SimpleNamespace(bLength=0, bDescriptorType=0, extra_descriptors=[], **fields)


def interface(number: int, setting: int, kind: int, endpoints: list[tuple[int, int]]) -> SimpleNamespace:
    return descriptor(
        bInterfaceNumber=number,
        bAlternateSetting=setting,
        bNumEndpoints=len(endpoints),
        bInterfaceClass=kind,
        bInterfaceSubClass=1,
        bInterfaceProtocol=1 + setting,
        iInterface=0,
        endpoints=endpoints,
    )


SETTINGS = [
    [interface(0, 0, 3, [(0x81, INTERRUPT)])],
    [interface(1, 0, 7, [(TAKES, BULK)]), interface(1, 1, 7, [(0x85, INTERRUPT), (ANSWERS, BULK), (TAKES, BULK)])],
]


class Cable(usb.backend.IBackend):  # type: ignore[misc]
    """One device: a keypad, then a printer with a one-way setting before the one that also answers."""

    def __init__(self, printer: SimulatedPrinter) -> None:
        self.line = socket.create_connection(("127.0.0.1", printer.port))
        self.line.setblocking(False)
        self.said: list[str] = []
        self.gone = False

    def enumerate_devices(self) -> list[str]:
        return [] if self.gone else ["printer"]

    def get_device_descriptor(self, device: str) -> SimpleNamespace:
        names = (
            *("bcdUSB", "bDeviceClass", "bDeviceSubClass", "bDeviceProtocol", "bMaxPacketSize0", "bcdDevice"),
            *("iManufacturer", "iProduct", "iSerialNumber", "address", "bus", "port_number", "speed"),
        )
        known: dict[str, Any] = {"idVendor": 0x04B8, "idProduct": 0x0E15, "bNumConfigurations": 1, "port_numbers": None}
        return descriptor(**dict.fromkeys(names, 0), **known)

    def get_configuration_descriptor(self, device: str, config: int) -> SimpleNamespace:
        if config:
            raise IndexError
        names = ("wTotalLength", "iConfiguration", "bmAttributes", "bMaxPower")
        return descriptor(**dict.fromkeys(names, 0), bNumInterfaces=len(SETTINGS), bConfigurationValue=1)

    def get_interface_descriptor(self, device: str, number: int, setting: int, config: int) -> SimpleNamespace:
        return SETTINGS[number][setting]

    def get_endpoint_descriptor(self, device: str, at: int, number: int, setting: int, config: int) -> SimpleNamespace:
        address, kind = SETTINGS[number][setting].endpoints[at]
        names = ("wMaxPacketSize", "bInterval", "bRefresh", "bSynchAddress")
        return descriptor(**dict.fromkeys(names, 0), bEndpointAddress=address, bmAttributes=kind)

    def open_device(self, device: str) -> str:
        return device

    def close_device(self, handle: str) -> None:
        self.said.append("close")

    def get_configuration(self, handle: str) -> int:
        return 1

    def set_interface_altsetting(self, handle: str, number: int, setting: int) -> None:
        self.said.append(f"setting {number}.{setting}")

    def claim_interface(self, handle: str, number: int) -> None:
        self.said.append(f"claim {number}")

    def release_interface(self, handle: str, number: int) -> None:
        self.said.append(f"release {number}")

    def is_kernel_driver_active(self, handle: str, number: int) -> bool:
        return True

    def detach_kernel_driver(self, handle: str, number: int) -> None:
        self.said.append(f"detach {number}")

    def attach_kernel_driver(self, handle: str, number: int) -> None:
        self.said.append(f"attach {number}")

    def bulk_write(self, handle: str, endpoint: int, number: int, data: Any, timeout_ms: int) -> int:
        assert endpoint == TAKES
        self._wait(([], [self.line], []), timeout_ms)
        return self.line.send(bytes(data))

    def bulk_read(self, handle: str, endpoint: int, number: int, into: Any, timeout_ms: int) -> int:
        assert endpoint == ANSWERS
        self._wait(([self.line], [], []), timeout_ms)
        data = self.line.recv(len(into))
        into[: len(data)] = array.array("B", data)
        return len(data)

    def _wait(self, lines: tuple[Any, Any, Any], timeout_ms: int) -> None:
        if self.gone:
            raise usb.core.USBError("No such device")
        if not any(select.select(*lines, timeout_ms / 1000)):
            raise usb.core.USBTimeoutError("timed out")


@pytest.fixture
def cable(printer: SimulatedPrinter, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cable]:
    made = Cable(printer)
    monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda *arguments, **more: made)
    yield made
    made.line.close()


@pytest.mark.parametrize("device", ["04b8:0e15", ""])
def test_a_ticket_over_endpoints_that_were_looked_up(
    printer: SimulatedPrinter, cable: Cable, make_ticket: Callable[..., TicketPaper], device: str
) -> None:
    driver = EscPosTicketPrinter(patient(0), lambda settings: open_usb(device))
    assert driver.preflight() == "ready"
    assert driver.print_ticket(make_ticket(), "one").verdict == "issued"
    printer.faults.fail_repeatedly("paper_out")
    assert driver.preflight() == "paper_out"
    driver.close()
    assert cable.said == ["detach 1", "claim 1", "setting 1.1", "release 1", "close", "attach 1"]
    assert len(printer.wait_for_pieces(1)) == 1


def test_a_full_printer_takes_no_more_and_keeps_its_line(printer: SimulatedPrinter, cable: Cable) -> None:
    line = UsbTransport("04b8:0e15")
    printer.faults.fail_repeatedly("paper_out")
    taken = 0
    while (more := line.write(bytes(1_000_000), 0.2)) or taken == 0:
        taken += more
        assert taken < 10_000_000, "a printer without paper is full some time"
    assert taken > 4000, "and it is no lost line"
    cable.gone = True
    with pytest.raises(LineLost) as lost:
        line.write(b"more", 0.01)
    assert lost.value.may_have_taken
    with pytest.raises(LineLost):
        line.read(0.01)


def test_the_kernels_own_line_is_that_of_the_same_printer(tmp_path: Path) -> None:
    for name, ids in (("lp0", "0519:0003"), ("lp1", "04B8:0E15")):
        owner = tmp_path / "devices" / name
        (owner / "interface").mkdir(parents=True)
        for key, value in zip(("idVendor", "idProduct"), ids.split(":"), strict=True):
            (owner / key).write_text(f"{value}\n")
        known = tmp_path / "usbmisc" / name
        known.mkdir(parents=True)
        (known / "device").symlink_to(owner / "interface")
    at = tmp_path / "usbmisc"
    assert list(kernel_nodes("04b8:0e15", at)) == [Path("/dev/usb/lp1")]
    assert list(kernel_nodes("ffff:0000", at)) == []
    assert list(kernel_nodes("", at)) == [Path("/dev/usb/lp0"), Path("/dev/usb/lp1")]
    with pytest.raises(LineLost):
        open_usb("ffff:0000", at)


def test_a_printer_that_was_unplugged_for_an_hour_prints_the_next_ticket(
    printer: SimulatedPrinter, cable: Cable, make_ticket: Callable[..., TicketPaper], tmp_path: Path
) -> None:
    """The line breaks while it is open; as often as the core asks within the hour it is not there."""
    driver = EscPosTicketPrinter(patient(0), lambda settings: open_usb("04b8:0e15", tmp_path))
    assert driver.print_ticket(make_ticket("A-105"), "one").verdict == "issued"
    cable.gone = True
    assert {driver.preflight() for _ in range(360)} == {"silent"}
    assert driver.print_ticket(make_ticket("A-106"), "two").verdict == "not_issued"
    cable.gone = False
    assert driver.print_ticket(make_ticket("A-107"), "three").verdict == "issued"
    driver.close()
    assert [line for line in printer.lines_on_paper() if line.startswith("A-")] == ["A-105", "A-107"]
