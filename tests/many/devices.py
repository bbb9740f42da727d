"""Consoles, displays and voices of an office of several computers: each paired with the hub by `hitofuda pair`, while a
technician compares the six digits of both screens, and each behind a cable of its own.
"""

from __future__ import annotations

import itertools
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk_app import api
from kiosk_app.client import Client
from scripts.office import PROGRAM
from scripts.supervisor import end_with_us
from tests.many.cable import Cable
from tests.many.computers import HERE, PATIENCE_S, Computer, InVain, until

AT_ONCE = 3
"""More the hub lets nobody pair at a time."""
DIGITS = re.compile(r"^この番号：(\d{3}) (\d{3})$", re.MULTILINE)
_acts = itertools.count(1)


@dataclass(frozen=True)
class Device:
    """`core`: as faces and clients are told where their hub is."""

    name: str
    use: api.DeviceUse
    folder: Path
    cable: Cable

    @property
    def core(self) -> str:
        return f"device:{self.folder}"


def paired(
    hub: Computer, wanted: Sequence[tuple[str, api.DeviceUse, str]], folder: Path, technician: Client
) -> dict[str, Device]:
    """By name. `wanted`: name, use, and of a display its zone. `technician` is signed in at the hub. Raises InVain."""
    assert hub.listens is not None
    found: dict[str, Device] = {}
    for some in _batches(wanted):
        asking = []
        for name, use, zone in some:
            device = Device(name, use, folder / f"d{len(found) + 1}", Cable(*hub.listens))
            found[name] = device
            at = f"https://{HERE}:{device.cable.port}"
            command = (*PROGRAM, "pair", "--hub", at, "--use", use, "--name", name, "--dir", str(device.folder))
            said = (folder / f"pairing-{device.folder.name}.txt").open("w+")
            more = ("--zone", zone) if zone else ()
            process = subprocess.Popen((*command, *more), stdout=said, stderr=said, preexec_fn=end_with_us)
            asking.append((device, process, said))
        for device, process, said in asking:
            _confirm(device, process, Path(said.name), technician)
            said.close()
    return found


def _batches(
    wanted: Sequence[tuple[str, api.DeviceUse, str]],
) -> Iterator[Sequence[tuple[str, api.DeviceUse, str]]]:
    for first in range(0, len(wanted), AT_ONCE):
        yield wanted[first : first + AT_ONCE]


def _confirm(device: Device, process: subprocess.Popen[bytes], said: Path, technician: Client) -> None:
    """What a technician does: looks at both screens, and says yes only where they show the same."""

    def shown() -> str:
        if process.poll() is not None:
            raise InVain(f"{device.name} cannot be paired: {said.read_text()}")
        digits = DIGITS.search(said.read_text())
        return digits[1] + digits[2] if digits else ""

    until(lambda: bool(shown()), f"{device.name} shows its digits")
    until(lambda: bool(_rows(technician, device.name)), f"the hub shows the digits of {device.name}")
    (row,) = _rows(technician, device.name)
    if row.code != shown():
        raise InVain(f"{device.name} shows {shown()} and the hub {row.code}")
    intent = f"pair-{next(_acts)}-{time.monotonic_ns()}"
    reply = technician.act(api.StaffAct(intent=intent, verb="confirm_pairing", pairing=row.id))
    if not reply.ok or process.wait(PATIENCE_S) != 0:
        raise InVain(f"{device.name} is not paired: {reply.message} {said.read_text()}")


def _rows(technician: Client, name: str) -> list[api.PairingRow]:
    part = technician.staff_view().technician
    if part is None or part.pairing_off:
        raise InVain(f"nobody can be paired: {part.pairing_off if part else 'no technician'}")
    return [row for row in part.pairings if row.name == name]
