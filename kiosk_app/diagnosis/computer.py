"""What the computer under the machine says of itself, read from /proc, /sys and /run of a root folder. Changes nothing.

What a computer does not tell is None or empty, and is then no fault: not each has a thermometer.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from kiosk_app.virtual_readers import virtual_readers

TOUCH_BIT, KEYS_BIT = "ABS_MT_POSITION_X", "KEY"
ABS_MT_POSITION_X = 0x35
"""Linux, include/uapi/linux/input-event-codes.h: an input device with it reports fingers."""
KEY_1, KEY_KP1 = 2, 79
"""A pad of five keys is a keyboard to the kernel; real ones send figures, of the row or of the pad."""


class Computer(msgspec.Struct, frozen=True, kw_only=True):
    memory_total_mib: int | None = None
    memory_free_mib: int | None = None
    """What processes could still have."""
    swap_used_mib: int = 0
    hottest_c: float | None = None
    links: dict[str, bool] = {}
    """Network adapters that are no loopback: whether there is a line."""
    screens: dict[str, bool] = {}
    """Connectors: whether a screen is plugged in."""
    touch: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    sound_cards: tuple[str, ...] = ()
    time_synchronised: bool | None = None
    """None: this computer does not keep its time by the network."""
    virtual_readers: tuple[str, ...] = ()
    machine_id: str = ""
    board: str = ""
    installed_on: tuple[str, ...] = ()
    """The machine-id and board on which it was installed (scripts/installer/refusals.py)."""
    uptime_s: float | None = None
    read_only: tuple[str, ...] = ()
    """Of the folders that must be writable, those on a file system that was mounted read-only, as after a fault."""


def measure(root: Path = Path("/"), must_be_writable: tuple[str, ...] = ("/var/lib/hitofuda",)) -> Computer:
    memory = _memory(root / "proc/meminfo")
    inputs = _inputs(root / "proc/bus/input/devices")
    installed = _text(root / "etc/hitofuda/installed-on").split()
    uptime = _text(root / "proc/uptime").split()
    return Computer(
        memory_total_mib=memory.get("MemTotal"),
        memory_free_mib=memory.get("MemAvailable"),
        swap_used_mib=memory.get("SwapTotal", 0) - memory.get("SwapFree", 0),
        hottest_c=_hottest_c(root / "sys/class/thermal"),
        links=_links(root / "sys/class/net"),
        screens=_screens(root / "sys/class/drm"),
        touch=tuple(name for name, is_touch, _ in inputs if is_touch),
        keys=tuple(name for name, _, has_keys in inputs if has_keys),
        sound_cards=_sound_cards(root / "proc/asound/cards"),
        time_synchronised=_synchronised(root / "run/systemd/timesync"),
        virtual_readers=tuple(virtual_readers(root)),
        machine_id=_text(root / "etc/machine-id").strip(),
        board=_text(root / "sys/class/dmi/id/product_uuid").strip(),
        installed_on=tuple(installed),
        uptime_s=float(uptime[0]) if uptime else None,
        read_only=tuple(_read_only(root / "proc/self/mounts", must_be_writable)),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _memory(path: Path) -> dict[str, int]:
    """MiB by name."""
    rows = re.findall(r"^(\w+):\s+(\d+) kB$", _text(path), re.MULTILINE)
    return {name: int(kib) // 1024 for name, kib in rows}


def _hottest_c(folder: Path) -> float | None:
    told = [_text(path).strip() for path in sorted(folder.glob("thermal_zone*/temp"))]
    degrees = [int(one) / 1000 for one in told if re.fullmatch(r"-?\d+", one)]
    # A sensor that is not connected says zero or less.
    return max((one for one in degrees if one > 0), default=None)


def _links(folder: Path) -> dict[str, bool]:
    found = {}
    for path in sorted(folder.glob("*")):
        state = _text(path / "operstate").strip()
        # 1 is Ethernet (and wireless), 772 the loopback (if_arp.h).
        if _text(path / "type").strip() == "1":
            found[path.name] = state == "up" or (state == "unknown" and _text(path / "carrier").strip() == "1")
    return found


def _screens(folder: Path) -> dict[str, bool]:
    return {path.parent.name: _text(path).strip() == "connected" for path in sorted(folder.glob("card*-*/status"))}


def _inputs(path: Path) -> list[tuple[str, bool, bool]]:
    """Name, whether it feels fingers, whether it has keys for figures."""
    found = []
    for block in _text(path).split("\n\n"):
        name = re.search(r'^N: Name="(.*)"$', block, re.MULTILINE)
        if name is None:
            continue
        axes, keys = (_bits(block, kind) for kind in ("ABS", "KEY"))
        figures = bool(keys >> KEY_1 & 1 or keys >> KEY_KP1 & 1)
        found.append((name[1], bool(axes >> ABS_MT_POSITION_X & 1), figures))
    return found


def _bits(block: str, kind: str) -> int:
    """A bit map as the kernel prints it: words of 64 bits in hexadecimal, the highest first."""
    line = re.search(rf"^B: {kind}=([0-9a-f ]+)$", block, re.MULTILINE)
    bits = 0
    for word in line[1].split() if line is not None else ():
        bits = bits << 64 | int(word, 16)
    return bits


def _sound_cards(path: Path) -> tuple[str, ...]:
    return tuple(re.findall(r"^\s*\d+ \[(\S+)\s*\]", _text(path), re.MULTILINE))


def _synchronised(folder: Path) -> bool | None:
    return (folder / "synchronized").exists() if folder.is_dir() else None


def _read_only(path: Path, wanted: tuple[str, ...]) -> list[str]:
    mounts = [line.split() for line in _text(path).splitlines()]
    places = [(row[1], "ro" in row[3].split(",")) for row in mounts if len(row) > 3]
    found = []
    for folder in wanted:
        within = [(place, only) for place, only in places if f"{folder}/".startswith(f"{place.rstrip('/')}/")]
        if within and max(within, key=lambda one: len(one[0]))[1]:
            found.append(folder)
    return found
