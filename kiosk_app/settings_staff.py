"""Who may sign in: codes and roles, with the hash of each PIN. Read through settings.py, once at start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import argon2
from msgspec import Meta

from kiosk_app.api import Role
from kiosk_app.config_text import SettingsError, read_text
from kiosk_app.office import toml_config
from kiosk_app.office.catalogue_parts import Part

StaffCode = Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{2,12}$", description="2 to 12 letters and digits, no name")]
PIN_MEMORY_KIB = 19456
PIN_ROUNDS = 2


class StaffMember(Part, frozen=True, kw_only=True):
    """A code, never a name. The PIN itself is nowhere."""

    code: StaffCode
    role: Role
    pin_hash: str


class StaffFile(Part, frozen=True, kw_only=True):
    schema: Literal[1]
    staff: tuple[StaffMember, ...]


def parse_staff(toml_text: str, file_name: str) -> StaffFile:
    """Raises SettingsError; refuses hashes that are weaker than this product makes them."""
    found = toml_config.read(toml_text, file_name, StaffFile, SettingsError)
    seen: set[str] = set()
    for member in found.staff:
        path = f"{file_name}: staff[{member.code}]"
        if member.code in seen:
            raise SettingsError(f"{path}.code: expected each code only once, {member.code!r} stands there twice")
        seen.add(member.code)
        if not _is_strong(member.pin_hash):
            raise SettingsError(f"{path}.pin_hash: expected an argon2id hash of at least 19 MiB and 2 rounds")
    return found


def _is_strong(pin_hash: str) -> bool:
    try:
        parameters = argon2.extract_parameters(pin_hash)
    except (argon2.exceptions.InvalidHashError, ValueError):
        return False
    strong = parameters.memory_cost >= PIN_MEMORY_KIB and parameters.time_cost >= PIN_ROUNDS
    return parameters.type is argon2.Type.ID and strong


def load_staff(path: Path) -> StaffFile:
    return parse_staff(read_text(path, SettingsError), path.name)
