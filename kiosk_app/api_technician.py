"""What a console shows of the office's computers: devices that are trusted, the hub, its machines, the way to central.

Faces import it through kiosk_app/api.py. Its words are Japanese, which staff read.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from kiosk_app.api_base import Id, View

DeviceUse = Literal["console", "display", "ticket_machine"]
"""窓口端末, 呼出表示, 番号発券機."""


class PairingRow(View, frozen=True, kw_only=True):
    """A device that waits for its confirmation; the same `code` must stand on its own screen."""

    id: str
    code: str
    use: DeviceUse
    name: str
    zone: str
    until: str


class DeviceRow(View, frozen=True, kw_only=True):
    """`fixed`: a ticket machine that machine.toml names. `heard`: 10:42, or empty when it was never heard."""

    id: str
    use: DeviceUse
    name: str
    zone: str = ""
    heard: str = ""
    connected: bool = False
    fixed: bool = False
    revoked: str = ""
    """When and why; such a row is the latest of those whose trust was taken back."""


class CentralPart(View, frozen=True, kw_only=True):
    """How the hub stands with the city's central server. `pending`: facts that are not there yet, -1 where that is not
    known. `since`: of a silence. `trouble`: the last one, with a next step. `catalogue`: of a newer one that has
    come."""

    linked: bool
    pending: int
    since: str = ""
    heard: str = ""
    trouble: str = ""
    catalogue: str = ""


class TechnicianPart(View, frozen=True, kw_only=True):
    """What only a technician sees. `pairing_off` says why no device can be paired here; empty when one can. `central`:
    None in an office that has none. `stopped`: kiosks that sell no certificates; `id` is the machine, `heard` since
    when."""

    pairings: tuple[PairingRow, ...] = ()
    devices: tuple[DeviceRow, ...] = ()
    stopped: tuple[DeviceRow, ...] = ()
    revoke_reasons: tuple[str, ...] = ()
    pairing_off: str = ""
    central: CentralPart | None = None


CheckGrade = Literal["good", "look", "bad"]
"""よい, 見てください, 使えません."""


class PrinterSays(View, frozen=True, kw_only=True):
    """`table`: printer or printer_2 of machine.toml. `present` and `known`: models, where they differ."""

    table: str
    label: str
    status: str
    present: str = ""
    known: str = ""


class CheckedBefore(View, frozen=True, kw_only=True):
    check: str
    grade: str
    good_utc_ms: int
    """0 where it has never been good."""


class CoreDiagnosis(View, frozen=True, kw_only=True):
    """What only the core knows of its machine, for `hitofuda diag`. Empty texts: the machine has no such thing."""

    machine: str
    code: str
    version: str
    now_utc_ms: int
    """Office time; `wall_utc_ms` is what this computer's clock says."""
    wall_utc_ms: int
    driven: bool
    """A story moves its clock."""
    clock_doubt: str
    printers: tuple[PrinterSays, ...]
    card_reader: str
    code_reader: str
    hub: str
    central: str
    central_pending: int
    """Facts that are not there yet; -1 where that is not known, or there is no central."""
    log: Literal["ok", "damaged", "unreadable"]
    facts: int
    disk_free_mib: int
    fsync_ms: float
    """The median of some writes as the log makes them; -1 where the disk refused one."""
    certificates_stopped: bool
    waiting_webhooks: tuple[str, ...]
    """Names of receivers that take nothing."""
    cash_unit: str = ""
    """Of a coin-and-note unit: its status as the driver names it; selling: somebody pays there just now."""
    documents: str = ""
    """Of a printer of documents that only the core can ask: its status as the driver names it; printing: it prints."""
    backup_utc_ms: int | None = None
    """When the newest copy of the log was made; 0 where none was, None where none is made on this machine."""
    checked: tuple[CheckedBefore, ...] = ()


CheckName = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}\Z")]
SAID_MAX = 300
Said = Annotated[str, Meta(max_length=SAID_MAX)]
FOUND_MAX = 60


class FoundRow(View, frozen=True, kw_only=True):
    """One thing that was looked at, in the words of `hitofuda diag`. `good_utc_ms`: 0 where that is not known."""

    check: CheckName
    name: Said
    grade: CheckGrade
    says: Said
    cause: Said = ""
    next_step: Said = ""
    good_utc_ms: int = 0


class DiagnosisMade(View, frozen=True, kw_only=True):
    """What was found; the core keeps the grades as a fact, and the words until the next time for the technician's
    screen."""

    grades: dict[CheckName, CheckGrade]
    found: Annotated[tuple[FoundRow, ...], Meta(max_length=FOUND_MAX)] = ()


PICTURE_BYTES_MAX = 512 * 1024


class PictureSent(View, frozen=True, kw_only=True):
    """A face's picture of its screen. `asked`: of the view that asked for it; `screen_id`: of the screen it shows."""

    asked: Id
    screen_id: Id
    png: Annotated[bytes, Meta(max_length=PICTURE_BYTES_MAX)]


class ScreenPicture(View, frozen=True, kw_only=True):
    """Of one screen, citizen or display-ZONE; else why there is none."""

    screen: str
    png: bytes = b""
    why: str = ""


class ScreenPictures(View, frozen=True, kw_only=True):
    """Of the visitors' first screen, and of each zone's displays where one answers."""

    pictures: tuple[ScreenPicture, ...]


class HubMachineRow(View, frozen=True, kw_only=True):
    """A machine of this hub. `candidate`: it may become the hub. `heard`: 10:42, or empty when it was never heard."""

    code: str
    candidate: bool = False
    heard: str = ""
    connected: bool = False


class HubPart(View, frozen=True, kw_only=True):
    """What leaders and technicians see of the hub; `epoch` counts the changes."""

    code: str
    epoch: int
    machines: tuple[HubMachineRow, ...] = ()


class VoidedRow(View, frozen=True, kw_only=True):
    """A call that does not count, because another machine was the hub already. `ended`: what was done last there."""

    id: str
    number: str
    counter: str
    time: str
    ended: str = ""


class HubTake(View, frozen=True, kw_only=True):
    """A technician says that `old_hub` is off, and that this machine shall be the hub."""

    old_hub: Id
    staff_code: Id
    pin: Annotated[str, Meta(max_length=64)]
