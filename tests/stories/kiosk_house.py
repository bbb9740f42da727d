"""The processes of a story at a certificate kiosk, each the real one: the core with its card reader under a real pcscd,
a face, a console, the city's central server on a PostgreSQL of its own, the authority's list of revoked cards; two
simulated printers and a simulated coin-and-note unit. Between kiosk and central lies a cable that can be pulled.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from drivers.cctalk_unit.simulated_lines import ServedCashUnit
from drivers.cctalk_unit.simulator import SimulatedCashUnit
from drivers.pcsc_card.simulator import certificates
from drivers.pcsc_card.simulator.kinds import Pins, make
from kiosk_app.client import Client
from kiosk_app.journeys import ticket
from scripts import kiosk
from scripts.central import Trial
from scripts.office import OFFICE_FILE, PROGRAM, PYTHON, core_address, free_port
from scripts.supervisor import end_with_us
from tests.many.cable import Cable
from tests.stories.house import CARD_PIN, PATIENCE_S, START_PATIENCE_S, CardTable, Lines, Printer, until
from tests.stories.kiosk_people import RESIDENTS, Resident
from tests.stories.script import Story

HERE = "127.0.0.1"
CODE = "m1"
OFFICE = OFFICE_FILE.stem


class RevokedCards:
    """The authority's list (CRL) over HTTP: whose certificate it has taken back. `with RevokedCards(…) as list:`"""

    def __init__(self, now: datetime, serials: list[int]) -> None:
        authority = certificates.authority(2, now.astimezone(UTC).date())
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(certificates.AUTHENTICATION_NAME)
            .last_update(now - timedelta(hours=6))
            .next_update(now + timedelta(hours=18))
        )
        for serial in serials:
            revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - timedelta(days=2))
            builder = builder.add_revoked_certificate(revoked.build())
        told = builder.sign(authority.key, SHA256()).public_bytes(Encoding.DER)

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, format: str, *arguments: object) -> None:
                """Nothing: central's own log tells of what it asks."""

        self._server = ThreadingHTTPServer((HERE, 0), Answers)
        self.url = f"http://{HERE}:{self._server.server_address[1]}/crl"

    def __enter__(self) -> RevokedCards:
        Thread(target=self._server.serve_forever, name="revoked cards", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


class KioskHouse:
    """Everything that runs, under `work` (a folder with a short name, for the sockets in it); what it leaves, in `out`.
    What is started ends with us at the latest."""

    def __init__(self, story: Story, work: Path, out: Path, consoles: tuple[str, ...] = ()) -> None:
        self.work, self.out = work, out
        for name in ("screens", "paper"):
            shutil.rmtree(out / name, ignore_errors=True)
            (out / name).mkdir(parents=True)
        self.receipts = out / "paper" / "receipts"
        self.log = (out / "log.txt").open("w")
        self._city, self._kiosk = ExitStack(), ExitStack()
        self._city.callback(self.log.close)
        try:
            self._begin(story, consoles)
        except BaseException:
            self.close()
            raise

    def _begin(self, story: Story, consoles: tuple[str, ...]) -> None:
        self.today: date = story.start.date()
        revoked = [one.serial for one in RESIDENTS.values() if one.is_revoked]
        self.cards = CardTable(self.work, self.today)
        self._city.callback(self.cards.close)
        listed = self._city.enter_context(RevokedCards(story.start.replace(tzinfo=kiosk.ZONE), revoked))
        self.central = self._central(listed.url, story.start)
        self.wire = self._city.enter_context(Cable(HERE, self.central.port))
        self.unit = self._city.enter_context(ServedCashUnit(SimulatedCashUnit())) if story.kiosk == "unit" else None
        printer, documents = free_port(), free_port()
        self.printer = Printer(printer, self.receipts, self.log)
        self._kiosk.callback(self.printer.end)
        self.documents = Printer(documents, self.out / "paper", self.log, "--width-dots", str(kiosk.A4_DOTS))
        self._kiosk.callback(self.documents.end)
        core = core_address(self.work)
        self.client = Client(core)
        machine = kiosk.Machine(
            CODE,
            self.work,
            story.start,
            self.central,
            self.wire.port,
            printer,
            documents,
            self.cards.authorities,
            self._payment(),
        ).write()
        self.core = self.run("core", "--machine", str(machine))
        self.citizen = self._face("citizen", core)
        self.consoles = {code: self._face("staff", core) for code in consoles}
        for face in (self.citizen, *self.consoles.values()):
            face.hear()
        until(lambda: self.client.health().printer == "ready", "the printer is ready", START_PATIENCE_S)
        until(self.sells, "the kiosk sells certificates", START_PATIENCE_S)

    def sells(self) -> bool:
        door = ticket.controls(self.client.citizen_view()).get("certificate")
        return door is not None and door.state == "open"

    def _central(self, revoked_url: str, start: datetime) -> Trial:
        # The user that the database runs as must get to it.
        self.work.chmod(0o755)
        validity = f'kind = "crl"\nurl = "{revoked_url}"'
        found = kiosk.central(
            self.work / "c",
            free_port(),
            self.cards.authorities,
            start,
            [CODE],
            validity,
            database={"fsync": "off"},
        )
        self._city.callback(found.stop)
        found.start()
        return found

    def _payment(self) -> str:
        if self.unit is None:
            return 'means = "counter"'
        return f'means = "unit"\nhost = "{HERE}"\nport = {self.unit.port}'

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **self.cards.pcscd.environment}
        process = subprocess.Popen(
            [*PROGRAM, *arguments], stderr=self.log, stdout=self.log, preexec_fn=end_with_us, env=environment
        )
        self._kiosk.callback(partial(_end, process))
        return process

    def _face(self, face: str, core: str) -> Lines:
        lines = Lines((*PYTHON, "tests.robot", face, core), self.log)
        self._kiosk.callback(lines.end)
        return lines

    # --- hands -------------------------------------------------------------------------------------------------------

    def lay(self, one: Resident) -> None:
        pins = Pins(authentication=CARD_PIN.encode())
        self.cards.lay(make(one.card, self.today, one.person, pins=pins, serial=one.serial))

    def hand(self, act: Callable[[SimulatedCashUnit], None]) -> None:
        """What a person does at the coin-and-note unit."""
        assert self.unit is not None
        self.unit.hand(act)

    def end_kiosk(self) -> None:
        """Faces, then the core, then its printers. The city's server still answers."""
        self._kiosk.close()

    def close(self) -> None:
        self.end_kiosk()
        self._city.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(PATIENCE_S)
