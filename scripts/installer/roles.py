"""What each role of a computer needs: packages of Debian, services, a port. One computer may have several roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

HUB_PORT, CENTRAL_PORT = 8470, 8480
BASE_PACKAGES = ("python3", "python3-venv", "nftables", "systemd-timesyncd", "libssl3", "libfribidi0", "tzdata")
OF_A_SCREEN = (
    "cage", "libegl1", "libgl1", "libopengl0", "libdbus-1-3", "libfontconfig1", "libglib2.0-0", "libxkbcommon0",
    "libwayland-client0", "libwayland-cursor0", "fonts-noto-cjk", "fonts-noto-core", "libpam-systemd",
)  # fmt: skip
OF_SPEECH = ("alsa-utils", "flite")
OF_CARDS = ("pcscd", "libpcsclite1", "polkitd", "fonts-ipamj-mincho")


@dataclass(frozen=True)
class Role:
    """`machine_roles` stand in machine.toml; a role without any has no core of its own where none else needs one."""

    machine_roles: tuple[str, ...] = ()
    face: str = ""
    units: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    needs_office: bool = True


ROLES = {
    "hub": Role(machine_roles=("hub",), ports=(HUB_PORT,)),
    "ticket-machine": Role(
        machine_roles=("ticket_machine",),
        face="citizen",
        units=("hitofuda-earphone.service",),
        packages=(*OF_A_SCREEN, *OF_SPEECH),
    ),
    "certificate-kiosk": Role(
        machine_roles=("ticket_machine", "certificate_kiosk"),
        face="citizen",
        units=("hitofuda-earphone.service", "pcscd.socket"),
        packages=(*OF_A_SCREEN, *OF_SPEECH, *OF_CARDS, "cups-daemon"),
    ),
    "staff": Role(face="staff", packages=OF_A_SCREEN, needs_office=False),
    "display": Role(
        face="display", units=("hitofuda-voice.service",), packages=(*OF_A_SCREEN, *OF_SPEECH), needs_office=False
    ),
    "central": Role(units=("hitofuda-central.service",), packages=("postgresql",), ports=(CENTRAL_PORT,)),
}


@dataclass(frozen=True)
class Needs:
    """Of all roles of one computer together, each thing once."""

    packages: tuple[str, ...] = ()
    machine_roles: tuple[str, ...] = ()
    faces: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    is_central: bool = False
    has_core: bool = field(default=False)
    needs_office: bool = False


def needs(names: Sequence[str]) -> Needs:
    """Raises KeyError for a name that is no role."""
    roles = [ROLES[name] for name in names]
    machine_roles = _each_once(role for one in roles for role in one.machine_roles)
    has_core = bool(machine_roles)
    faces = _each_once(one.face for one in roles if one.face)
    units = ["hitofuda-firewall.service", "hitofuda-settle.service", "hitofuda-update.timer"]
    if has_core:
        units += ["hitofuda-core.service", "hitofuda-backup.timer"]
        units += ["hitofuda-self-test.timer", "hitofuda-self-test.path"]
    for face in faces:
        # Beside a core of its own a face speaks to that one; else to the hub that it was paired with.
        units += [f"hitofuda-screen@{face}.service", f"hitofuda-{'' if has_core else 'remote-'}face@{face}.service"]
    for one in roles:
        units += [
            unit if has_core or unit != "hitofuda-voice.service" else "hitofuda-remote-voice.service"
            for unit in one.units
        ]
    return Needs(
        packages=_each_once((*BASE_PACKAGES, *(package for one in roles for package in one.packages))),
        machine_roles=machine_roles,
        faces=faces,
        units=_each_once(units),
        ports=tuple(sorted({port for one in roles for port in one.ports})),
        is_central="central" in names,
        has_core=has_core,
        needs_office=any(one.needs_office for one in roles),
    )


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
