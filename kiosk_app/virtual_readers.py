"""Finds vpcd, the virtual card reader of the tests: whoever reaches its port could lay a pretended card at the reader.

Of Python's own library alone: the installer asks too, before anything is installed.
"""

from __future__ import annotations

from pathlib import Path

CONFIGURATIONS = ("etc/reader.conf.d/*", "etc/reader.conf")
DRIVERS = ("usr/lib/pcsc/drivers/serial/*vpcd*", "usr/lib/*/pcsc/drivers/serial/*vpcd*", "usr/local/lib/pcsc/**/*vpcd*")
CONNECTIONS = ("proc/net/tcp", "proc/net/tcp6")
LISTENING = "0A"
VPCD_PORTS = frozenset({0x8C7B, 0x8C7C})
"""35963 and 35964, which it takes unless it is told otherwise."""


def virtual_readers(root: Path = Path("/")) -> list[str]:
    """Every trace of vpcd: its files, configurations that name it, and its ports where somebody listens."""
    found = [str(path) for pattern in DRIVERS for path in sorted(root.glob(pattern))]
    for pattern in CONFIGURATIONS:
        found += [str(path) for path in sorted(root.glob(pattern)) if path.is_file() and _names_vpcd(path)]
    listening = {port for table in CONNECTIONS for port in _listening(root / table)}
    return found + [f"port {port}" for port in sorted(VPCD_PORTS & listening)]


def _names_vpcd(path: Path) -> bool:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return any("vpcd" in line.lower() for line in lines if not line.lstrip().startswith("#"))


def _listening(table: Path) -> set[int]:
    if not table.exists():
        return set()
    rows = [line.split() for line in table.read_text().splitlines()[1:]]
    return {int(row[1].rpartition(":")[2], 16) for row in rows if len(row) > 3 and row[3] == LISTENING}
