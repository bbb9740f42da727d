"""The tables of machine.toml that name devices: printers, the card reader, the printer of documents.

Import them from settings.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from kiosk_app.office.catalogue_parts import Part

Filled = Annotated[str, Meta(pattern=r"^[^\x00-\x1f]+\Z", description="a text on one line, not empty")]
WidthDots = Annotated[int, Meta(ge=256, le=2000)]


class AnyPrinter(Part, frozen=True, kw_only=True):
    """What every line to a printer has."""

    name: Annotated[str, Meta(max_length=40)] = ""
    """What staff call it, where an alert names it: 左のプリンター."""
    model: Annotated[str, Meta(max_length=80)] = ""
    """What it answered when a technician adopted it (`hitofuda diag printer`)."""
    width_dots: WidthDots = 512
    dpi: Literal[180, 203, 300] = 203
    answer_s: Annotated[float, Meta(gt=0, le=10)] = 0.5
    """So long may an answer take before the printer is taken for silent."""


class TcpPrinter(AnyPrinter, frozen=True, kw_only=True, tag_field="kind", tag="tcp"):
    host: Filled
    port: Annotated[int, Meta(ge=1, le=65535)] = 9100


class SerialPrinter(AnyPrinter, frozen=True, kw_only=True, tag_field="kind", tag="serial"):
    device: Filled
    baud: Literal[9600, 19200, 38400, 57600, 115200] = 38400
    flow: Literal["rtscts", "xonxoff", "paced"] = "rtscts"
    """paced: no wires and no characters for it; never more is on its way than the smallest buffer takes."""


class UsbPrinter(AnyPrinter, frozen=True, kw_only=True, tag_field="kind", tag="usb"):
    vendor_id: Annotated[int, Meta(ge=0, le=0xFFFF)]
    product_id: Annotated[int, Meta(ge=0, le=0xFFFF)]


class FilePrinter(AnyPrinter, frozen=True, kw_only=True, tag_field="kind", tag="file"):
    """A device node or a pipe that is written and read like a serial line, without line settings."""

    device: Filled


Printer = TcpPrinter | SerialPrinter | UsbPrinter | FilePrinter


class NoCardReader(Part, frozen=True, kw_only=True, tag_field="kind", tag="none"):
    """No certificates, no forms from a card."""


class PcscReader(Part, frozen=True, kw_only=True, tag_field="kind", tag="pcsc"):
    """A reader that pcscd knows."""

    name: Annotated[str, Meta(max_length=100)] = ""
    """A part of its name, as `hitofuda diag card` shows it. Needed where one device shows itself as two readers."""
    answer_s: Annotated[float, Meta(gt=0, le=30)] = 4.0
    """So long may a card take for one answer before it is taken for silent."""
    place: Literal["below", "left", "right"] = "below"
    """Where it is, seen from the screen: visitors are shown it."""
    authorities_dir: Annotated[str, Meta(max_length=400)] = ""
    """Certificates of authorities, DER or PEM, as published for verifiers. Empty: no issuer is ever confirmed."""
    test_hierarchy: bool = False
    """Take authorities that are not real as well. Never on an installed machine."""


CardReader = NoCardReader | PcscReader


class NoCodeReader(Part, frozen=True, kw_only=True, tag_field="kind", tag="none"):
    """Codes are typed."""


class SerialScanner(Part, frozen=True, kw_only=True, tag_field="kind", tag="serial"):
    """A scanner that sends each code as a line: on USB as a serial device (CDC-ACM), or with a serial cable."""

    device: Filled
    baud: Literal[9600, 19200, 38400, 57600, 115200] = 9600
    """Means nothing on USB."""
    place: Literal["below", "left", "right"] = "below"
    """Where it is, seen from the screen: visitors are shown it."""


CodeReaderTable = NoCodeReader | SerialScanner


class CupsQueue(Part, frozen=True, kw_only=True, tag_field="kind", tag="cups"):
    """A queue of this computer's CUPS. Another's is refused: documents would cross the network in clear."""

    queue: Annotated[
        str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,127}$", description="the name of a queue, as lpstat -e says")
    ]
    server: Annotated[
        str,
        Meta(
            pattern=r"^(unix:/[^\x00-\x1f]+|(localhost|127\.0\.0\.1):[1-9][0-9]{0,4})$",
            description="CUPS of this computer: unix:/run/cups/cups.sock or localhost:631",
        ),
    ] = "unix:/run/cups/cups.sock"
    answer_s: Annotated[float, Meta(gt=0, le=30)] = 2.0
    """So long may an answer of CUPS take before it is taken for silent."""


class PracticeTable(Part, frozen=True, kw_only=True):
    """Visitors may practise certificates here: nothing is read, charged or made."""

    alone: bool = False
    """There is nothing else on this machine: a laptop in a lesson."""


DocumentTable = TcpPrinter | SerialPrinter | UsbPrinter | FilePrinter | CupsQueue
