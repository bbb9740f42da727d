"""What must not be on a computer that is made into a machine of an office. Each finding says what to do about it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from kiosk_app.virtual_readers import virtual_readers

ETC = "etc/hitofuda"
BOARD = "sys/class/dmi/id/product_uuid"
KNOWN_AS = f"{ETC}/installed-on"
"""The machine-id and the board on which it was installed, a line each."""
SUPPORTED = {"12": "bookworm", "13": "trixie"}


def refusals(root: Path, product: Path, staff_file: Path | None, authorities: Path | None = None) -> list[str]:
    """`product`: the folder whose example of staff has public PINs. Empty: nothing is in the way."""
    return [
        *_debian(root),
        *_virtual_readers(root),
        *_simulation(root),
        *_test_keys(root, product, staff_file),
        *_clone(root),
    ]


def _debian(root: Path) -> list[str]:
    told = _words(root / "etc/os-release")
    if told.get("ID") == "debian" and told.get("VERSION_ID") in SUPPORTED:
        return []
    found = told.get("PRETTY_NAME", "an unknown system")
    return [f"expected Debian 12 or 13, found {found}; next: install Debian 12 on this computer"]


def _virtual_readers(root: Path) -> list[str]:
    found = [one.removeprefix(str(root).rstrip("/")) for one in virtual_readers(root)]
    if not found:
        return []
    return [
        f"a virtual card reader (vpcd) is here: {', '.join(found)}; anyone on the network could pretend a card; next: "
        "apt-get purge vsmartcard-vpcd, then restart pcscd"
    ]


def _simulation(root: Path) -> list[str]:
    machine = _toml(root / ETC / "machine.toml")
    found = []
    if "simulation" in machine:
        found.append(
            f"/{ETC}/machine.toml: [simulation]: a clock that stories drive has no place here; next: remove that table"
        )
    simulators = sorted((root / "opt/hitofuda/current/app").glob("drivers/*/simulator*"))
    found += [f"a simulated device is installed: {path}; next: install anew from a bundle" for path in simulators]
    return found


def _test_keys(root: Path, product: Path, staff_file: Path | None) -> list[str]:
    found = []
    public = _hashes(product / "config/staff.example.toml")
    for path in (staff_file, root / ETC / "staff.toml"):
        if path is not None and (known := public & _hashes(path)):
            found.append(
                f"{path.name}: {len(known)} PINs are those of the example, which everybody can read; next: give "
                "each person a PIN of their own"
            )
            break
    reader = _toml(root / ETC / "machine.toml").get("card_reader")
    if isinstance(reader, dict) and reader.get("test_hierarchy"):
        found.append(
            "machine.toml: card_reader.test_hierarchy: cards of a test would be believed; next: remove that line"
        )
    certificates = _toml(root / ETC / "central/central.toml").get("certificates")
    if isinstance(certificates, dict) and certificates.get("test_hierarchy"):
        found.append(
            "central.toml: certificates.test_hierarchy: cards of a test would be believed; next: remove that line"
        )
    return found


def _clone(root: Path) -> list[str]:
    """Two computers of one disk image would write one log under one name, and hold each other's tokens."""
    machine, board = _line(root / "etc/machine-id"), _line(root / BOARD)
    if machine in ("", "uninitialized"):
        return [f"/etc/machine-id is {machine or 'empty'}; next: systemd-machine-id-setup"]
    known = (root / KNOWN_AS).read_text().split() if (root / KNOWN_AS).exists() else []
    if known and known[0] == machine and board and known[1:] not in ([], [board]):
        return [
            "this disk was copied from another computer: /etc/machine-id is that one's; next: remove /etc/machine-id "
            f"and /{KNOWN_AS}, run systemd-machine-id-setup, give this machine its own code, tokens and an empty "
            "/var/lib/hitofuda"
        ]
    return []


def identity(root: Path) -> str:
    """What KNOWN_AS holds; the board is left out where it has no number."""
    return "\n".join(filter(None, (_line(root / "etc/machine-id"), _line(root / BOARD)))) + "\n"


def debian(root: Path) -> str:
    return SUPPORTED.get(_words(root / "etc/os-release").get("VERSION_ID", ""), "")


def _words(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (line.partition("=") for line in path.read_text().splitlines() if "=" in line)
    return {name: value.strip().strip('"') for name, _, value in pairs}


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # What cannot be read is the core's to refuse, with the line and the reason.
        return {}


def _hashes(path: Path) -> set[str]:
    staff = _toml(path).get("staff", [])
    assert isinstance(staff, list)
    return {str(one.get("pin_hash", "")) for one in staff if isinstance(one, dict)} - {""}


def _line(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
