"""A USB printer without the kernel's printer driver: its endpoints are looked up, never assumed.

Tried on no real printer yet: where /dev/usb/lp0 exists, the `file` line is the better known way.
"""

from __future__ import annotations

import contextlib

import usb.core
import usb.util

from drivers.escpos_printer.transport import READ_BYTES, LineLost

PRINTER_CLASS = 7
WRITE_BYTES = 512
"""One write is one transfer: after a time-out only this much is in doubt."""


class UsbTransport:
    def __init__(self, device: str) -> None:
        try:
            self._device = _find(device)
            interface = _printer_interface(self._device)
            number = interface.bInterfaceNumber
            if self._device.is_kernel_driver_active(number):
                self._device.detach_kernel_driver(number)
            usb.util.claim_interface(self._device, number)
        except (usb.core.USBError, NotImplementedError, ValueError) as error:
            raise LineLost(f"USB printer {device}: {error}") from error
        self._out = _endpoint(interface, usb.util.ENDPOINT_OUT)
        self._in = _endpoint(interface, usb.util.ENDPOINT_IN)

    def write(self, data: bytes, timeout_s: float) -> int:
        taken = 0
        while taken < len(data):
            try:
                taken += self._out.write(data[taken : taken + WRITE_BYTES], max(1, round(1000 * timeout_s)))
            except usb.core.USBError as error:
                raise LineLost(str(error), may_have_taken=True) from error
        return taken

    def read(self, timeout_s: float) -> bytes:
        try:
            return bytes(self._in.read(READ_BYTES, max(1, round(1000 * timeout_s))))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            raise LineLost(str(error)) from error

    def close(self, timeout_s: float = 1.0) -> None:
        with contextlib.suppress(LineLost):
            while self.read(0.01):
                pass
        usb.util.dispose_resources(self._device)


def _find(device: str) -> usb.core.Device:
    if device:
        vendor, product = (int(part, 16) for part in device.split(":"))
        found = usb.core.find(idVendor=vendor, idProduct=product)
    else:
        found = usb.core.find(custom_match=lambda candidate: _printer_interface_or_none(candidate) is not None)
    if found is None:
        raise ValueError("not connected")
    return found


def _printer_interface_or_none(device: usb.core.Device) -> usb.core.Interface | None:
    return next((i for configuration in device for i in configuration if i.bInterfaceClass == PRINTER_CLASS), None)


def _printer_interface(device: usb.core.Device) -> usb.core.Interface:
    interface = _printer_interface_or_none(device)
    if interface is None:
        raise ValueError("has no printer interface")
    return interface


def _endpoint(interface: usb.core.Interface, direction: int) -> usb.core.Endpoint:
    endpoint = usb.util.find_descriptor(
        interface, custom_match=lambda e: usb.util.endpoint_direction(e.bEndpointAddress) == direction
    )
    if endpoint is None:
        raise LineLost("the printer's interface lacks an endpoint")
    return endpoint
