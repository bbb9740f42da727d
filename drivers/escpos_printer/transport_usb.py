"""A USB printer: its endpoints are looked up, never assumed. Where libusb may not or cannot have it, the kernel's own
/dev/usb/lp* of the same printer serves. Tried on no real printer yet.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import usb.core
import usb.util

from drivers.escpos_printer.transport import READ_BYTES, FileTransport, LineLost, Transport

PRINTER_CLASS = 7
WRITE_BYTES = 512
KERNEL_PRINTERS = Path("/sys/class/usbmisc")


def open_usb(device: str, kernel_printers: Path = KERNEL_PRINTERS) -> Transport:
    """`device`: vendor:product in hexadecimal, or empty for the only printer."""
    try:
        return UsbTransport(device)
    except LineLost as error:
        for node in kernel_nodes(device, kernel_printers):
            with contextlib.suppress(LineLost):
                return FileTransport(str(node))
        raise error


def kernel_nodes(device: str, kernel_printers: Path) -> Iterator[Path]:
    """The /dev/usb/lp* of this printer, by the ids that the kernel tells of it: never another printer's."""
    for known in sorted(kernel_printers.glob("lp[0-9]*")):
        with contextlib.suppress(OSError):
            owner = (known / "device").resolve().parent
            ids = ":".join((owner / name).read_text().strip().lower() for name in ("idVendor", "idProduct"))
            if device in ("", ids):
                yield Path("/dev/usb") / known.name


class UsbTransport:
    def __init__(self, device: str) -> None:
        self._detached = -1
        try:
            self._device = _find(device)
            interface = _printer_interface(self._device)
            if interface is None:
                raise ValueError("has no printer interface that both takes and answers")
            number = interface.bInterfaceNumber
            if self._device.is_kernel_driver_active(number):
                self._device.detach_kernel_driver(number)
                self._detached = number
            usb.util.claim_interface(self._device, number)
            if interface.bAlternateSetting:
                interface.set_altsetting()
        except (usb.core.USBError, NotImplementedError, ValueError) as error:
            self._give_back()
            raise LineLost(f"USB printer {device}: {error}") from error
        self._out = _endpoint(interface, usb.util.ENDPOINT_OUT)
        self._in = _endpoint(interface, usb.util.ENDPOINT_IN)

    def write(self, data: bytes, timeout_s: float) -> int:
        deadline = time.monotonic() + timeout_s
        taken: int = 0
        while taken < len(data):
            left_ms = max(1, round(1000 * (deadline - time.monotonic())))
            try:
                taken += int(self._out.write(data[taken : taken + WRITE_BYTES], left_ms))
            except usb.core.USBTimeoutError:
                # pyusb returns what was taken of a transfer that ran out of time; this one took nothing.
                return taken
            except usb.core.USBError as error:
                raise LineLost(str(error), may_have_taken=True) from error
            if time.monotonic() >= deadline:
                return taken
        return taken

    def read(self, timeout_s: float) -> bytes:
        try:
            return bytes(self._in.read(READ_BYTES, max(1, round(1000 * timeout_s))))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            raise LineLost(str(error)) from error

    def close(self, timeout_s: float = 1.0) -> None:
        deadline = time.monotonic() + timeout_s
        with contextlib.suppress(LineLost):
            while time.monotonic() < deadline and self.read(0.01):
                pass
        self._give_back()

    def _give_back(self) -> None:
        """The kernel's own driver gets its printer again."""
        device = getattr(self, "_device", None)
        if device is None:
            return
        usb.util.dispose_resources(device)
        if self._detached >= 0:
            with contextlib.suppress(usb.core.USBError, NotImplementedError):
                device.attach_kernel_driver(self._detached)


def _find(device: str) -> usb.core.Device:
    if device:
        vendor, product = (int(part, 16) for part in device.split(":"))
        found = usb.core.find(idVendor=vendor, idProduct=product)
    else:
        found = usb.core.find(custom_match=lambda candidate: _printer_interface(candidate) is not None)
    if found is None:
        raise ValueError("not connected")
    return found


def _printer_interface(device: usb.core.Device) -> usb.core.Interface | None:
    """The first setting of the printer class that goes both ways: some printers offer a one-way one before it."""
    return next(
        (
            interface
            for configuration in device
            for interface in configuration
            if interface.bInterfaceClass == PRINTER_CLASS
            and all(_endpoint_or_none(interface, way) for way in (usb.util.ENDPOINT_OUT, usb.util.ENDPOINT_IN))
        ),
        None,
    )


def _endpoint_or_none(interface: usb.core.Interface, direction: int) -> usb.core.Endpoint | None:
    """Bulk, by its descriptor."""
    return usb.util.find_descriptor(
        interface,
        custom_match=lambda e: (
            usb.util.endpoint_direction(e.bEndpointAddress) == direction
            and usb.util.endpoint_type(e.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
        ),
    )


def _endpoint(interface: usb.core.Interface, direction: int) -> usb.core.Endpoint:
    endpoint = _endpoint_or_none(interface, direction)
    assert endpoint is not None, "_printer_interface has looked"
    return endpoint
