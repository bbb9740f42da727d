"""A newer catalogue of this office that central has: checked, kept aside, and taken into use with the next day or
start.

Never during opening hours: what a visitor reads at nine stands until closing. A file that an office could not work
with is refused with one sentence for the technician and asked for no more; whoever edits the local file afterwards is
right.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from kiosk_app.office import catalogue
from kiosk_app.office.catalogue import CatalogueError, Office
from kiosk_app.runtime import RuntimeFile

FILE = "central-catalogue.json"
NAME = "central's catalogue"


class KeptCatalogue(msgspec.Struct, frozen=True):
    """`beside`: SHA-256 of the local file when this came. `refused`: why it cannot be used; its text is then gone."""

    sha256: str
    beside: str
    text: str = ""
    refused: str = ""


class CentralCatalogue:
    """`office`: as it is in use. `local`: the file of machine.toml."""

    def __init__(self, file: RuntimeFile, office: Office, local: Path) -> None:
        self._file, self._office = file, office
        self._local = hash_of(local)
        found = file.load(KeptCatalogue)
        self._kept = found if found is not None and found.beside == self._local else None
        self._in_use = self._kept.sha256 if self._kept is not None and not self._kept.refused else self._local

    @property
    def refused(self) -> str:
        return self._kept.refused if self._kept is not None else ""

    @property
    def waits(self) -> bool:
        """Whether one is here that is not in use yet."""
        return self._kept is not None and not self._kept.refused and self._kept.sha256 != self._in_use

    def wants(self, sha256: str) -> bool:
        return sha256 not in {self._in_use, self._local, self._kept.sha256 if self._kept is not None else ""}

    def keep(self, text: str) -> None:
        if not text:
            return
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        if not self.wants(sha256):
            return
        refused = fault(text, self._office)
        kept = KeptCatalogue(sha256, self._local, "" if refused else text, refused)
        if self._file.save(kept):
            self._kept = kept


def fault(text: str, office: Office) -> str:
    """Why it cannot take the place of this one; empty when it can."""
    try:
        found = catalogue.parse(text, NAME)
    except CatalogueError as error:
        return str(error)
    if found.id != office.id or found.zone != office.zone:
        return f"{NAME}: id, zone: expected those of this office, {office.id} in {office.zone}"
    return ""


def in_use(data_dir: Path, local: Path, office: Office) -> Office:
    """What the office begins its day with: central's, where one has come since the local file was last changed."""
    found = RuntimeFile(data_dir / FILE).load(KeptCatalogue)
    if found is None or not found.text or found.beside != hash_of(local) or fault(found.text, office):
        return office
    return catalogue.parse(found.text, NAME)


def hash_of(path: Path) -> str:
    """Raises OSError."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
