"""What this one machine is: its files, printer, screen and people. Read once at start, before anything is opened.

Files are read here, at the edge, so that the office's rules stay pure. A file that cannot be used raises ConfigError,
whose text is one message for the person who edits it; the program then ends with code 2 and nothing started.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta

from kiosk_app import central_settings, form_settings, hub_settings, hub_tls, settings_certificates
from kiosk_app.central_settings import CentralTable
from kiosk_app.config_text import SettingsError, read_text
from kiosk_app.form_settings import FormsTable
from kiosk_app.hub_settings import HubTable
from kiosk_app.office import catalogue, catalogue_check, toml_config
from kiosk_app.office.catalogue_parts import LocalTime, Office, Part
from kiosk_app.office.news import KINDS as NEWS
from kiosk_app.office.news import Kind as NewsKind
from kiosk_app.office.toml_config import ConfigError
from kiosk_app.settings_certificates import CertificatesTable, CounterPay, PaymentTable, UnitPay
from kiosk_app.settings_devices import (
    AnyPrinter,
    CardReader,
    CodeReaderTable,
    CupsQueue,
    DocumentTable,
    FilePrinter,
    Filled,
    NoCardReader,
    NoCodeReader,
    PcscReader,
    PracticeTable,
    Printer,
    SerialPrinter,
    SerialScanner,
    TcpPrinter,
    UsbPrinter,
)
from kiosk_app.settings_staff import StaffFile, StaffMember, load_staff, parse_staff

if TYPE_CHECKING:
    from kiosk_app.office.jpki.anchors import Anchors

__all__ = [
    "AnyPrinter",
    "CardReader",
    "CertificatesTable",
    "CodeReaderTable",
    "ConfigError",
    "CounterPay",
    "CupsQueue",
    "DocumentTable",
    "FilePrinter",
    "HubTable",
    "MachineSettings",
    "NoCardReader",
    "NoCodeReader",
    "PaymentTable",
    "PcscReader",
    "PracticeTable",
    "Printer",
    "Screen",
    "SerialPrinter",
    "SerialScanner",
    "SettingsError",
    "Simulation",
    "Sound",
    "SoundOf",
    "StaffFile",
    "StaffMember",
    "TcpPrinter",
    "Tool",
    "UnitPay",
    "UsbPrinter",
    "WebhookTable",
    "check",
    "load_authorities",
    "load_machine",
    "load_office",
    "load_staff",
    "load_token",
    "parse_machine",
    "parse_staff",
    "read_text",
    "sound_of",
]

MachineRole = Literal["hub", "ticket_machine", "staff_console", "display", "certificate_kiosk", "technician"]
MachineCode = Annotated[
    str,
    Meta(pattern=r"^(?=.{2,8}$)[a-z]+[1-9][0-9]*$", description="a short code with the machine's number, such as m1"),
]
"""The number chooses the machine's own band of ticket numbers (office/numbers.py)."""


class Screen(Part, frozen=True, kw_only=True):
    orientation: Literal["portrait", "landscape"] = "portrait"


class Sound(Part, frozen=True, kw_only=True):
    """Names of ALSA devices, or none: what would be heard is then written as WAV files under runtime_dir."""

    device: Filled = "none"
    """The loudspeaker of the hall, for calls."""
    volume: Annotated[int, Meta(ge=10, le=100)] = 100
    """Percent of the hall's calls on this machine; the hour's, from the catalogue, goes on top."""
    earphone: Filled = "none"
    """At the five-key pad of the ticket machine, for who cannot see its screen."""
    machine: Annotated[str, Meta(max_length=80)] = ""
    """The ticket machine's own loudspeaker, for the chime of a card that was left; the earphone's where it is empty."""


class Simulation(Part, frozen=True, kw_only=True):
    """For stories and practice: `driven` starts at a given local time and moves only when it is told to."""

    clock: Literal["real", "driven"]
    start: LocalTime | None = None
    root: str = "/"
    """Of the computer that a technician's screen looks at."""


ToolName = Annotated[
    str, Meta(pattern=r"^[^\x00-\x1f]{1,40}\Z", description="a text of 1 to 40 characters on one line")
]


class Tool(Part, frozen=True, kw_only=True):
    """A program of the office that may read congestion, counts and statistics. The token itself is nowhere."""

    name: ToolName
    token_sha256: Annotated[
        str, Meta(pattern=r"^[0-9a-f]{64}\Z", description="64 hexadecimal digits, in small letters")
    ]


class WebhookTable(Part, frozen=True, kw_only=True):
    """A receiver that is told of changes. What is sent is signed with the secret in a file that is nobody else's."""

    name: ToolName
    url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+(/[!-~]*)?\Z",
            description="https://host/path or http://host/path, without a password",
        ),
    ]
    secret_file: Filled
    events: Annotated[tuple[NewsKind, ...], Meta(min_length=1)] = NEWS
    ca_file: Annotated[str, Meta(max_length=400)] = ""
    """The office's own authority (PEM); without it those that the world trusts."""


class MachineSettings(Part, frozen=True, kw_only=True):
    schema: Literal[1]
    code: MachineCode
    name: Filled
    """As it stands on tickets: 1号機."""
    roles: Annotated[tuple[MachineRole, ...], Meta(min_length=1)]
    office_file: Filled
    """Paths may be relative to the settings file; `load_machine` makes them absolute."""
    staff_file: Filled
    data_dir: Filled
    runtime_dir: Filled
    printer: Printer | None = None
    printer_2: Printer | None = None
    """Takes over while the first cannot print."""
    card_reader: CardReader = NoCardReader()
    code_reader: CodeReaderTable = NoCodeReader()
    """For the two-dimensional codes of reservations."""
    installed: bool = False
    """It serves visitors. Then nothing may stand on this computer by which a card could be pretended."""

    document_printer: DocumentTable | None = None
    """For certificates and the like, on a printer of its own."""
    practice: PracticeTable | None = None
    screen: Screen = Screen()
    sound: Sound = Sound()
    simulation: Simulation | None = None
    tools: Annotated[tuple[Tool, ...], Meta(max_length=20)] = ()
    webhooks: Annotated[tuple[WebhookTable, ...], Meta(max_length=8)] = ()
    forms: FormsTable | None = None
    """Forms that nobody has to write."""
    hub: HubTable | None = None
    """Where several computers are one office."""
    booking_key_file: Annotated[str, Meta(max_length=400)] = ""
    """The secret of the office's reservation codes, on a ticket machine without a [central] table."""
    central: CentralTable | None = None
    """Where the office's reservations are sold online as well; on every machine that may be the hub."""
    procedures_dir: Annotated[str, Meta(max_length=400)] = ""
    """Of a ticket machine that asks a few questions and tells what has to be done; left out, it has no such door."""
    certificates: CertificatesTable | None = None
    """Of a certificate kiosk."""
    payment: PaymentTable | None = None
    """How one pays there; without it at a counter."""

    @property
    def is_hub(self) -> bool:
        """Whether it can be; which machine is follows from the log (office/reigns.py)."""
        return "hub" in self.roles

    @property
    def is_first_hub(self) -> bool:
        """It is the hub of an office whose log tells of none."""
        return self.is_hub and (self.hub is None or self.hub.first or not self.hub.in_turn)


def parse_machine(toml_text: str, file_name: str) -> MachineSettings:
    """Raises SettingsError."""
    settings = toml_config.read(toml_text, file_name, MachineSettings, SettingsError)
    if len(set(settings.roles)) < len(settings.roles):
        raise SettingsError(f"{file_name}: roles: expected each role only once")
    if "ticket_machine" in settings.roles and settings.printer is None:
        raise SettingsError(f"{file_name}: printer: expected a [printer] table, because roles has ticket_machine")
    if "certificate_kiosk" in settings.roles and isinstance(settings.card_reader, NoCardReader):
        raise SettingsError(f"{file_name}: card_reader: expected a reader, because roles has certificate_kiosk")
    if wrong := settings_certificates.fault(
        settings.certificates, settings.payment, settings.roles, settings.document_printer
    ):
        raise SettingsError(f"{file_name}: {wrong}")
    if hub_fault := hub_settings.fault(settings.hub, settings.code, settings.roles):
        raise SettingsError(f"{file_name}: {hub_fault}")
    if settings.central is not None and settings.booking_key_file:
        raise SettingsError(f"{file_name}: booking_key_file: expected only the one of [central]")
    if settings.forms is not None and "ticket_machine" in settings.roles and settings.document_printer is None:
        raise SettingsError(f"{file_name}: document_printer: expected a printer, because there is a [forms] table")
    if settings.central is not None and not settings.is_hub:
        raise SettingsError(f"{file_name}: central: expected no [central] table, because roles has no hub")
    if settings.printer_2 is not None and settings.printer is None:
        raise SettingsError(f"{file_name}: printer_2: expected a [printer] table before a second one")
    if settings.printer_2 is not None and _place_of(settings.printer_2) == _place_of(settings.printer):
        raise SettingsError(f"{file_name}: printer_2: expected another printer than [printer]")
    if settings.installed and isinstance(settings.card_reader, PcscReader) and settings.card_reader.test_hierarchy:
        raise SettingsError(f"{file_name}: card_reader.test_hierarchy: expected false on an installed machine")
    there = None if isinstance(settings.document_printer, CupsQueue) else _place_of(settings.document_printer)
    if there is not None and there in (_place_of(settings.printer), _place_of(settings.printer_2)):
        raise SettingsError(f"{file_name}: document_printer: expected another printer than the one for tickets")
    printers = (_place_of(settings.printer), _place_of(settings.printer_2), there)
    if isinstance(settings.code_reader, SerialScanner) and settings.code_reader.device in printers:
        raise SettingsError(f"{file_name}: code_reader.device: expected another device than a printer's")
    if isinstance(settings.payment, UnitPay) and settings.payment.device in printers:
        raise SettingsError(f"{file_name}: payment.device: expected another device than a printer's")
    if settings.simulation and settings.simulation.clock == "driven" and settings.simulation.start is None:
        raise SettingsError(f"{file_name}: simulation.start: expected a local time, because the clock is driven")
    for key in ("name", "token_sha256"):
        if len({getattr(tool, key) for tool in settings.tools}) < len(settings.tools):
            raise SettingsError(f"{file_name}: tools: expected each {key} only once")
    if len({one.name for one in settings.webhooks}) < len(settings.webhooks):
        raise SettingsError(f"{file_name}: webhooks: expected each name only once")
    return settings


def _place_of(printer: Printer | None) -> object:
    match printer:
        case TcpPrinter(host=host, port=port):
            return host, port
        case SerialPrinter(device=device) | FilePrinter(device=device):
            return device
        case UsbPrinter(vendor_id=vendor, product_id=product):
            return vendor, product
    return None


def load_machine(path: Path) -> MachineSettings:
    """With absolute paths."""
    settings = parse_machine(read_text(path, SettingsError), path.name)
    here = path.resolve().parent
    keys = ("office_file", "staff_file", "data_dir", "runtime_dir")
    reader = settings.card_reader
    if isinstance(reader, PcscReader) and reader.authorities_dir:
        reader = msgspec.structs.replace(reader, authorities_dir=str(here / reader.authorities_dir))
    hub = settings.hub
    if hub is not None:
        named = {key: str(here / value) for key in hub_settings.FILES if (value := getattr(hub, key))}
        hub = msgspec.structs.replace(hub, **named)
    found: dict[str, Any] = {key: str(here / getattr(settings, key)) for key in keys}
    central = settings.central
    for key in ("booking_key_file", "procedures_dir"):
        found[key] = str(here / value) if (value := getattr(settings, key)) else ""
    if central is not None:
        named = {key: str(here / getattr(central, key)) for key in central_settings.FILES}
        central = msgspec.structs.replace(central, **named)
    forms = settings.forms
    if forms is not None:
        named = {key: str(here / value) for key in form_settings.FILES if (value := getattr(forms, key))}
        found["forms"] = msgspec.structs.replace(forms, **named)
    certificates = settings.certificates
    if certificates is not None:
        certificates = settings_certificates.absolute(certificates, here)
    webhooks = tuple(
        msgspec.structs.replace(
            one, secret_file=str(here / one.secret_file), ca_file=str(here / one.ca_file) if one.ca_file else ""
        )
        for one in settings.webhooks
    )
    return msgspec.structs.replace(
        settings,
        card_reader=reader,
        hub=hub,
        central=central,
        webhooks=webhooks,
        certificates=certificates,
        **found,
    )


def load_token(hub: HubTable) -> str:
    """Raises SettingsError, also where the authority cannot be used."""
    try:
        if hub.ca_file:
            hub_tls.check_authority(hub.ca_file)
    except OSError as cause:
        raise SettingsError(f"hub.ca_file: {hub.ca_file} cannot be used: {cause.strerror or cause}") from None
    try:
        return hub_settings.read_token(Path(hub.token_file))
    except OSError as cause:
        raise SettingsError(f"hub.token_file: {hub.token_file} cannot be read: {cause.strerror}") from None
    except ValueError as cause:
        raise SettingsError(f"hub.token_file: {cause}") from None


def load_authorities(reader: PcscReader) -> Anchors:
    """Raises SettingsError for a folder that is named and cannot be read: silence would look like an unknown issuer."""
    # cryptography is loaded only where there is a reader.
    from kiosk_app.office.jpki.anchors import Anchors, anchors_of

    if not reader.authorities_dir:
        return Anchors()
    folder = Path(reader.authorities_dir)
    try:
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    except OSError as cause:
        raise SettingsError(f"card_reader.authorities_dir: {folder} cannot be read: {cause.strerror}") from None
    return anchors_of(files, test_hierarchy=reader.test_hierarchy)


class SoundOf(NamedTuple):
    """How a voice process speaks for this machine: to `device`, or into `folder` where there is none."""

    core: str
    device: str
    folder: Path | None
    aloud: str = ""
    volume: int = 100


def sound_of(path: Path, citizen: bool) -> SoundOf:
    """Of the earphone or the hall. Raises SettingsError."""
    settings = load_machine(path)
    device = settings.sound.earphone if citizen else settings.sound.device
    runtime = Path(settings.runtime_dir)
    folder = runtime / ("earphone" if citizen else "sound")
    aloud = settings.sound.machine if citizen else ""
    core = f"unix:{runtime / 'core.sock'}"
    return SoundOf(core, device, folder if device == "none" else None, aloud, settings.sound.volume)


def load_office(path: Path) -> Office:
    """Raises CatalogueError."""
    return catalogue.parse(read_text(path, catalogue.CatalogueError), path.name)


def check(path: Path) -> list[str]:
    """What `hitofuda catalogue check` says of a usable catalogue: remarks, then one line that sums it up.

    Raises CatalogueError for one that is not usable; its text then holds every fault, one a line.
    """
    office = toml_config.read_all(read_text(path, catalogue.CatalogueError), Office)
    if isinstance(office, list):
        faults = [*office, "when this is mended, check again: sense, hours and texts come after it"]
    else:
        faults = list(catalogue_check.faults(office))
    if isinstance(office, list) or faults:
        raise catalogue.CatalogueError("\n".join(f"{path.name}: {fault}" for fault in faults))
    remarks = [f"{path.name}: items[{i.id}]: a sample fee, to be checked" for i in office.items if i.fee_sample]
    if office.unreviewed_languages:
        remarks.append(f"{path.name}: not yet read by a native: {', '.join(office.unreviewed_languages)}")
    if office.records is None:
        remarks.append(f"{path.name}: no [records] keep_days: nothing is ever destroyed")
    else:
        remarks.append(f"{path.name}: details of a day are destroyed after {office.records.keep_days} days")
    return [
        *remarks,
        f"{path.name}: usable: {len(office.groups)} groups, {len(office.services)} services, "
        f"{len(office.counters)} counters on {len({c.floor for c in office.counters})} floors, "
        f"{len(office.events)} life events, {len(office.questions)} questions",
    ]
