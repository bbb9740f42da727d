"""Which hub a client speaks to: its device's addresses in turn, and never one of a lower epoch than it has seen.

Shared by Qt's wire and http.client's, and without either: they tell what became of each attempt, and ask where next.
A core of this computer is one address, without a token and with any epoch.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from kiosk_app.device_settings import DeviceUse

DEVICE_HEADER, EPOCH_HEADER = "Hitofuda-Device", "Hitofuda-Epoch"
"""With which a device says who it is, and a hub which of the office's hubs it is."""
DEVICE_PREFIX = "device:"
"""Before the name of a device's folder, in the place of a core's address."""
NOT_THE_HUB = 421
EPOCH_DIGITS_MAX = 15
EPOCH_FILE = "epoch"

Trouble = Literal["", "away", "token", "certificate", "older"]
"""Nothing; nobody answers; the hub refuses this device; it is none of this office's; it has been replaced as hub."""
_FIRST_TOLD: tuple[Trouble, ...] = ("away", "token", "certificate", "older")
"""Who waits for a hub that is away need not hear that another address is wrong."""


class Hubs:
    """`seen` is the highest epoch so far: an answer of a lower one is refused, also after a restart of this program."""

    def __init__(
        self, addresses: Sequence[str], token: str = "", ca_file: Path | None = None, folder: Path | None = None
    ) -> None:
        self.addresses = tuple(addresses)
        self.token, self.ca_file = token, ca_file
        self._folder = folder
        self.seen = 0 if folder is None else read_epoch(folder)
        self._at = 0
        self._found: dict[str, Trouble] = {}

    @property
    def address(self) -> str:
        """Where to ask next; empty where there is none."""
        return self.addresses[self._at] if self.addresses else ""

    @property
    def is_device(self) -> bool:
        return self._folder is not None

    @property
    def trouble(self) -> Trouble:
        """Since the last good answer. What one address says counts only when every other has been asked."""
        if not self._found:
            return ""
        if set(self._found) < set(self.addresses):
            return "away"
        return next((kind for kind in _FIRST_TOLD if kind in self._found.values()), "away")

    def headers(self) -> dict[str, str]:
        """By which the device says who it is, and a hub hears that it has been replaced."""
        return {DEVICE_HEADER: self.token, EPOCH_HEADER: str(self.seen)} if self.is_device else {}

    def failed(self, address: str, trouble: Trouble = "away") -> None:
        """No answer from there, or none that counts: the next one is asked next."""
        self._found[address] = trouble
        if address == self.address:
            self._at = (self._at + 1) % len(self.addresses)

    def counts(self, address: str, status: int, epoch: str, refuses_device: bool = False) -> bool:
        """Whether an answer from there is the hub's. `epoch` as in its header, `refuses_device` for a 401 of ours."""
        if not self.is_device:
            self._found.clear()
            return True
        told = int(epoch) if epoch.isascii() and epoch.isdigit() and len(epoch) <= EPOCH_DIGITS_MAX else None
        if told is not None and told > self.seen:
            self.seen = keep_epoch(self._folder, told) if self._folder else told
        if told is not None and told < self.seen:
            self.failed(address, "older")
        elif status == NOT_THE_HUB:
            self.failed(address, "")
        elif refuses_device:
            self.failed(address, "token")
        elif told is None and status < 500:
            # Something answers that knows nothing of hubs.
            self.failed(address, "older")
        else:
            self._found.clear()
            return True
        return False

    def renew(self) -> None:
        """A technician may have paired the device anew, or may be doing so."""
        from kiosk_app.device_settings import load
        from kiosk_app.office.toml_config import ConfigError

        if self._folder is None:
            return
        try:
            device = load(self._folder)
        except ConfigError:
            return
        if device.hubs != self.addresses:
            self.addresses, self._at, self._found = device.hubs, 0, {}
        self.token, self.ca_file = device.token, device.ca_file


def refuses_device(status: int, authenticate: str, signed_in: bool) -> bool:
    """Whether an answer refuses the device, and not who sat down at it. `authenticate`: its header WWW-Authenticate."""
    return status == 401 and (not signed_in or DEVICE_HEADER.lower() in authenticate.lower())


def hubs_of(core: str, use: DeviceUse | None = None) -> Hubs:
    """`core`: the address of one core, or device:FOLDER. `use`: what the device must have been paired for.

    Raises ConfigError for a folder that cannot be used.
    """
    if not core.startswith(DEVICE_PREFIX):
        return Hubs([core])
    # Loaded only here: a face of this computer's own core needs none of it.
    from kiosk_app.device_settings import load

    device = load(Path(core.removeprefix(DEVICE_PREFIX)), (use,) if use else ("console", "display"))
    return Hubs(device.hubs, device.token, device.ca_file, device.folder)


def hubs_or_fault(core: str, use: DeviceUse | None) -> Hubs | str:
    """The same for a face: what is wrong with the folder, in one message."""
    if not core.startswith(DEVICE_PREFIX):
        return hubs_of(core, use)
    from kiosk_app.office.toml_config import ConfigError

    try:
        return hubs_of(core, use)
    except ConfigError as error:
        return str(error)


# --- the highest epoch seen, kept over restarts ----------------------------------------------------------------


def read_epoch(folder: Path) -> int:
    """0 where none was seen yet."""
    try:
        text = (folder / EPOCH_FILE).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return 0
    except OSError as error:
        _say(folder, f"cannot be read: {error.strerror}; an old hub would be taken for the hub")
        return 0
    if not text.isdigit() or len(text) > EPOCH_DIGITS_MAX:
        _say(folder, "expected a whole number; it is written anew with the next answer of a hub")
        return 0
    return int(text)


def keep_epoch(folder: Path, epoch: int) -> int:
    """The highest of all programs of this device, on disk before it is used. A full disk only loses the memory."""
    try:
        whole = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            # A display and its voice are two programs with one folder.
            fcntl.flock(whole, fcntl.LOCK_EX)
            highest = max(epoch, read_epoch(folder))
            new = folder / f"{EPOCH_FILE}.new"
            with new.open("w", encoding="ascii") as file:
                file.write(f"{highest}\n")
                file.flush()
                os.fsync(file.fileno())
            new.replace(folder / EPOCH_FILE)
            os.fsync(whole)
        finally:
            os.close(whole)
    except OSError as error:
        _say(folder, f"cannot be written: {error.strerror}; make room, or give the folder to this user")
        return epoch
    return highest


def _say(folder: Path, what: str) -> None:
    sys.stderr.write(f"{folder / EPOCH_FILE}: {what}\n")
