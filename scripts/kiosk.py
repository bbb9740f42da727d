"""Certificate kiosks of our own for a story, a bench or a test: the city's central server that knows them and believes
the cards of a test hierarchy, and the machine.toml of each.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import ascii_lowercase
from zoneinfo import ZoneInfo

from scripts.central import Trial
from scripts.office import OFFICE_FILE, ROOT, STAFF_FILE

ZONE = ZoneInfo("Asia/Tokyo")
FEES_FILE = ROOT / "config" / "fees" / "kitakyushu.toml"
A4_DOTS = 1728
"""A roll as wide as A4, at 203 dpi: a sheet comes out in its true size."""
ROLES = ("hub", "ticket_machine", "certificate_kiosk")

CENTRAL = """
[limits]
requests_a_second = 100000

[certificates]
issuer = "sample"
authorities_dir = "authorities"
test_hierarchy = true
signing_key_file = "certificates.key"

[certificates.validity]
"""

MACHINE = """schema = 1
code = "{code}"
name = "{number}号機"
roles = [{roles}]
office_file = "{office}"
staff_file = "{staff}"
data_dir = "{work}/data"
runtime_dir = "{work}/run"

[printer]
kind = "tcp"
host = "127.0.0.1"
port = {printer}

[document_printer]
kind = "tcp"
host = "127.0.0.1"
port = {documents}
width_dots = {width_dots}

[card_reader]
kind = "pcsc"
authorities_dir = "{authorities}"
test_hierarchy = true

[certificates]
url = "https://127.0.0.1:{central}"
token_file = "{token}"
ca_file = "{ca}"
fees_file = "{fees}"

[payment]
{payment}

[sound]
device = "none"

[simulation]
clock = "driven"
start = {start}
"""


def central(
    folder: Path,
    port: int,
    authorities: Path,
    start: datetime,
    kiosks: Sequence[str],
    validity: str = 'kind = "sample"',
    workers: int = 2,
    database: Mapping[str, str] | None = None,
) -> Trial:
    """Ready to be started, at that local time. `authorities`: a folder with the certificates of those whose cards it
    believes. `validity`: its table [certificates.validity]."""
    more = f"{CENTRAL}{validity}\n"
    trial = Trial(folder, port, workers=workers, more=more, simulated=True, database=database)
    folder.mkdir()
    shutil.copytree(authorities, folder / "authorities")
    trial.make_key("certificates.key")
    trial.prepare()
    trial.set_clock(int(start.replace(tzinfo=ZONE).astimezone(UTC).timestamp() * 1000))
    for code in kiosks:
        trial.add_kiosk(code)
    return trial


@dataclass(frozen=True)
class Machine:
    """One kiosk on this computer; ports of what stands on 127.0.0.1. `central_port`: what lies between may be a cable.
    `payment`: its table of that name."""

    code: str
    work: Path
    start: datetime
    central: Trial
    central_port: int
    printer_port: int
    document_port: int
    authorities: Path
    payment: str = 'means = "counter"'
    width_dots: int = A4_DOTS
    fees_file: Path = FEES_FILE

    def write(self) -> Path:
        """Its machine.toml."""
        path = self.work / "machine.toml"
        path.write_text(self.toml())
        return path

    def toml(self) -> str:
        return MACHINE.format(
            code=self.code,
            number=self.code.strip(ascii_lowercase),
            roles=", ".join(f'"{role}"' for role in ROLES),
            office=OFFICE_FILE,
            staff=STAFF_FILE,
            work=self.work,
            printer=self.printer_port,
            documents=self.document_port,
            width_dots=self.width_dots,
            authorities=self.authorities,
            central=self.central_port,
            token=self.central.kiosk_token(self.code),
            ca=self.central.ca_file,
            fees=self.fees_file,
            payment=self.payment,
            start=self.start.isoformat(),
        )
