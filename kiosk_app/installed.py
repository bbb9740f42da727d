"""What must not be on a machine that serves visitors, looked for before anything is opened.

vpcd, the virtual card reader of the tests, listens on every address of the computer: whoever reaches it could lay a
pretended card at the reader. It is therefore not enough that it is not used.
"""

from __future__ import annotations

from pathlib import Path

from kiosk_app.settings import MachineSettings, SettingsError, parse_machine

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


def check(settings: MachineSettings, file_name: str, root: Path = Path("/")) -> None:
    """Raises SettingsError on an installed machine with a virtual card reader; says what to remove."""
    if settings.installed and (found := virtual_readers(root)):
        raise SettingsError(
            f"{file_name}: installed: expected no virtual card reader (vpcd) on an installed machine, because anyone "
            f"on the network could pretend a card; found {', '.join(found)}; next: apt-get purge vsmartcard-vpcd, then "
            "restart pcscd"
        )


def refuse_simulation(machine: Path) -> None:
    """Raises SettingsError where this machine.toml says that visitors are served; without the file nothing does."""
    if machine.exists() and parse_machine(machine.read_text(encoding="utf-8"), machine.name).installed:
        raise SettingsError(
            f"{machine.name}: installed: expected false where devices are simulated: here visitors are served, and "
            "nobody gets what a simulated printer prints"
        )


def _names_vpcd(path: Path) -> bool:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return any("vpcd" in line.lower() for line in lines if not line.lstrip().startswith("#"))


def _listening(table: Path) -> set[int]:
    if not table.exists():
        return set()
    rows = [line.split() for line in table.read_text().splitlines()[1:]]
    return {int(row[1].rpartition(":")[2], 16) for row in rows if len(row) > 3 and row[3] == LISTENING}
