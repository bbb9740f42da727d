"""The tables [certificates] and [payment] of machine.toml: where a kiosk's certificates come from, what they cost, and
how one pays.

Read at start, before anything is opened. Import them from settings.py; what their files hold is loaded in
certificate_kiosk.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from kiosk_app.central_settings import File
from kiosk_app.office.catalogue_base import Id
from kiosk_app.office.catalogue_parts import Part
from kiosk_app.settings_devices import DocumentTable

FILES = ("token_file", "ca_file", "fees_file")


class CertificatesTable(Part, frozen=True, kw_only=True):
    """`hitofuda central kiosk add OFFICE CODE --out FOLDER` writes the token; CODE is this machine's."""

    url: Annotated[
        str,
        Meta(
            pattern=r"^https://[A-Za-z0-9.-]{1,253}:[1-9][0-9]{0,4}\Z",
            description="where central is, such as https://yoyaku.example.lg.jp:8443",
        ),
    ]
    token_file: File
    """This kiosk's own, one line; not that of the office's hub."""
    ca_file: File
    """The authority of central's certificate (PEM); no other is trusted."""
    fees_file: File
    """The city's table of fees (`hitofuda fees check`)."""
    site: Id = "kiosk"
    """Where this machine stands, as the table of fees and the catalogue's hours of certificates name it."""


class CounterPay(Part, frozen=True, kw_only=True, tag_field="means", tag="counter"):
    """A person takes the money and says so at a console."""


class UnitPay(Part, frozen=True, kw_only=True, tag_field="means", tag="unit"):
    """A coin-and-note unit on a ccTalk bus: behind a serial line, or a converter in the local network."""

    device: Annotated[str, Meta(max_length=400)] = ""
    baud: Annotated[int, Meta(ge=300, le=115200)] = 9600
    host: Annotated[str, Meta(max_length=253)] = ""
    port: Annotated[int, Meta(ge=0, le=65535)] = 0
    notes_yen: Annotated[tuple[Annotated[int, Meta(ge=1000, le=10_000)], ...], Meta(max_length=3)] = (1000,)
    """Which are taken besides coins."""
    answer_s: Annotated[float, Meta(gt=0, le=5)] = 0.3
    """So long may an answer take before the unit is taken for silent."""


PaymentTable = CounterPay | UnitPay


def fault(
    certificates: CertificatesTable | None,
    payment: PaymentTable | None,
    roles: Sequence[str],
    document_printer: DocumentTable | None,
) -> str:
    """What does not fit together; empty when all does. Begins with the key."""
    is_kiosk = "certificate_kiosk" in roles
    if certificates is not None and not is_kiosk:
        return "certificates: expected no [certificates] table, because roles has no certificate_kiosk"
    if payment is not None and not is_kiosk:
        return "payment: expected no [payment] table, because roles has no certificate_kiosk"
    if is_kiosk and certificates is None:
        return "certificates: expected a [certificates] table, because roles has certificate_kiosk"
    if is_kiosk and document_printer is None:
        return "document_printer: expected a printer for certificates, because roles has certificate_kiosk"
    if isinstance(payment, UnitPay) and bool(payment.device) == bool(payment.host):
        return "payment.device: expected the serial line of the unit, or host and port, and not both"
    if isinstance(payment, UnitPay) and bool(payment.host) != bool(payment.port):
        return "payment.port: expected host and port together"
    return ""


def absolute(table: CertificatesTable, here: Path) -> CertificatesTable:
    """Paths may be relative to the settings file, which lies in `here`."""
    return replace(table, **{key: str(here / getattr(table, key)) for key in FILES})
