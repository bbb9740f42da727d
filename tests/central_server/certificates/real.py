"""The real central server with certificates, and kiosks in threads that speak to it over TLS and never give up."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from central_server.certificates import kiosks
from central_server.certificates.kiosks import Kiosk
from kiosk_app import certificate_messages as wire
from kiosk_app.certificate_line import CertificateLine, NoAnswer
from kiosk_app.office.certificates import Wanted
from kiosk_app.office.jpki.challenge import Challenge
from scripts.central import Trial
from scripts.office import free_port
from tests.central_server.certificates import house as h
from tests.central_server.house import OFFICE
from tests.kiosk_app.office.jpki.hierarchy import NOW, authority, signed

MORE = """
[limits]
requests_a_second = 100000

[certificates]
issuer = "sample"
authorities_dir = "authorities"
signing_key_file = "certificates.key"

[certificates.validity]
kind = "sample"
"""
RECORD = Wanted(kind="resident-record", scope="self")
FEE_YEN = 200
PAUSE_S = 0.1


def central(folder: Path, database: dict[str, str] | None = None) -> Trial:
    """Ready to be started, at the time of the test cards."""
    trial = Trial(folder, free_port(), more=MORE, simulated=True, database=database)
    trial.prepare()
    (folder / "authorities").mkdir()
    (folder / "authorities" / "authca03.cer").write_bytes(authority())
    key = os.open(folder / "certificates.key", os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(key, h.SIGNING_KEY.hex().encode())
    os.close(key)
    trial.set_clock(int(NOW.timestamp() * 1000))
    return trial


def kill_workers(trial: Trial) -> int:
    """As when the machine's memory ends; how many there were. Their parent starts others."""
    assert trial._process is not None
    children = Path(f"/proc/{trial._process.pid}/task/{trial._process.pid}/children").read_text().split()
    workers = [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    return len(workers)


@dataclass
class Sheet:
    """What came out of a kiosk."""

    card: int
    document: wire.Document


@dataclass
class OneKiosk:
    """Serves cards one after the other. `sheets`: what it has printed, in order."""

    trial: Trial
    name: str
    cards: Sequence[int]
    heard: threading.Condition
    sheets: list[Sheet] = field(default_factory=list)
    unanswered: int = 0

    def run(self) -> None:
        token = kiosks.add(self.trial.dsn, Kiosk(OFFICE, self.name), NOW, lambda token: None)
        line = CertificateLine(self.trial.url, token, str(self.trial.ca_file))
        for card in self.cards:
            while not self._serve(line, card):
                continue
        line.close()

    def _ask(self, line: CertificateLine, asked: wire.Request) -> wire.Reply:
        """Until there is an answer: every request may be repeated."""
        while isinstance(got := line.ask(asked), NoAnswer):
            assert got.why in ("away", "busy"), got
            self.unanswered += 1
            threading.Event().wait(PAUSE_S)
        return got

    def _serve(self, line: CertificateLine, card: int) -> bool:
        """False: something was void meanwhile, and nothing has been printed."""
        given = self._ask(line, wire.ChallengeAsked())
        assert isinstance(given, wire.ChallengeGiven)
        message = Challenge("certificate", f"{OFFICE}/{self.name}", given.nonce, 0).message()
        proof = wire.OpenAsked(challenge=given.challenge, certificate=h.the_card(card), signature=signed(message))
        opened = self._ask(line, proof)
        if not isinstance(opened, wire.Opened):
            # The challenge was spent by a request whose answer was lost.
            assert opened == wire.NotOpened(why="stale")
            return False
        prepared = self._ask(line, h.prepare(opened.session, RECORD))
        if not isinstance(prepared, wire.Prepared):
            assert prepared == wire.Refused(why="ended")
            return False
        assert prepared.resident == opened.resident
        (document,) = prepared.documents
        issue = wire.IssueAsked(session=opened.session, issuances=(document.issuance,), fee_yen=FEE_YEN)
        if not isinstance(self._ask(line, issue), wire.Issuing):
            return False
        with self.heard:
            self.sheets.append(Sheet(card, document))
            self.heard.notify_all()
        told = self._ask(line, wire.OutcomeAsked(issuance=document.issuance, verdict="issued"))
        assert told == wire.OutcomeTaken(issuance=document.issuance, state="issued")
        self._ask(line, wire.CloseAsked(session=opened.session))
        return True
