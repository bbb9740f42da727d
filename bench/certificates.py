"""Certificates through central: the real server, two worker processes, over TLS; a PostgreSQL that writes to the disk
before it answers. First eight kiosks that are nothing but their line and serve one card after the other as fast as
central lets them: what central can do. Then eight whole kiosks (certificate_kiosks.py): what a visitor waits.
"""

from __future__ import annotations

import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench import certificate_kiosks
from bench.processors import spent_s
from bench.row import Row, percentile, row
from central_server.certificates import kiosks
from central_server.certificates.kiosks import Kiosk
from kiosk_app import certificate_messages as wire
from kiosk_app.certificate_line import CertificateLine
from kiosk_app.office.certificates import Layout, Wanted
from kiosk_app.office.jpki.challenge import Challenge
from scripts.central import Trial
from tests.central_server.certificates import house, real
from tests.central_server.house import OFFICE
from tests.kiosk_app.office.jpki.hierarchy import NOW, signed

KIOSKS = 8
SECONDS = 12.0
WARM = 4
"""Documents of each kiosk before anything is counted: a worker reads the font with its first one."""
WAYS: tuple[tuple[str, Layout], ...] = (("A4", "a4"), ("80 mm", "roll-80"))
A_SECOND = 10.0
PROCESSORS_MS = 2 * 1000 / A_SECOND
"""Of two: what must not be exceeded for so many a second, on however busy a machine it is measured."""
PROOF_TO_DOCUMENT_MS = 1_000.0
"""Of the 1.5 s from PIN to the first byte at the printer: the rest is the card's, the drawing's and the printer's."""
PIN_TO_CONFIRMATION_MS, PIN_TO_FIRST_BYTE_MS = 1_300.0, 1_500.0
ROUNDS, WARM_ROUNDS = 15, 2
"""Of all eight kiosks in the same moment."""


@dataclass
class Crowd:
    trial: Trial
    layout: Layout
    cards: list[int]
    took_s: list[float] = field(default_factory=list)
    begun_s: float = 0.0
    ended_s: float = 0.0
    _warm: threading.Barrier = field(default_factory=lambda: threading.Barrier(KIOSKS))

    def run(self, number: int) -> None:
        token = kiosks.add(self.trial.dsn, Kiosk(OFFICE, f"b{number}"), NOW, lambda token: None)
        line = CertificateLine(self.trial.url, token, str(self.trial.ca_file))
        for place in range(WARM):
            self._serve(line, number, self.cards[place])
        self._warm.wait()
        began_s = time.perf_counter()
        took_s = []
        while time.perf_counter() - began_s < SECONDS:
            took_s.append(self._serve(line, number, self.cards[len(took_s) % len(self.cards)]))
        line.close()
        self.took_s += took_s
        self.begun_s, self.ended_s = began_s, time.perf_counter()

    def _serve(self, line: CertificateLine, number: int, card: int) -> float:
        """From the signature to the confirmed document, in seconds; what became of the paper is told afterwards."""
        given = line.ask(wire.ChallengeAsked())
        assert isinstance(given, wire.ChallengeGiven), given
        message = Challenge("certificate", f"{OFFICE}/b{number}", given.nonce, 0).message()
        signature = signed(message)
        began_s = time.perf_counter()
        proof = wire.OpenAsked(challenge=given.challenge, certificate=house.the_card(card), signature=signature)
        opened = line.ask(proof)
        assert isinstance(opened, wire.Opened), opened
        wanted = Wanted(kind="resident-record", scope="all", items=("head-and-relation",))
        prepared = line.ask(house.prepare(opened.session, wanted, self.layout))
        assert isinstance(prepared, wire.Prepared), prepared
        (document,) = prepared.documents
        issue = wire.IssueAsked(session=opened.session, issuances=(document.issuance,), fee_yen=200)
        assert isinstance(line.ask(issue), wire.Issuing)
        took_s = time.perf_counter() - began_s
        line.ask(wire.OutcomeAsked(issuance=document.issuance, verdict="issued"))
        line.ask(wire.CloseAsked(session=opened.session))
        return took_s


def rows() -> list[Row]:
    from tests.central_server.certificates.test_processes import cards

    wanted_by = cards()
    for card in wanted_by:
        house.the_card(card)
    with tempfile.TemporaryDirectory(prefix="cb") as folder:
        trial = real.central(Path(folder))
        try:
            trial.start()
            found = [one for name, layout in WAYS for one in measured(name, Crowd(trial, layout, wanted_by))]
        finally:
            trial.stop()
    with tempfile.TemporaryDirectory(prefix="ck") as folder:
        waited = certificate_kiosks.measured(Path(folder), wanted_by[:KIOSKS], ROUNDS, WARM_ROUNDS)
    return [*found, *_waited_rows(waited)]


def _waited_rows(waited: list[certificate_kiosks.Waited]) -> list[Row]:
    confirmation_ms = percentile([one.confirmation_s for one in waited], 99) * 1000
    first_byte_ms = percentile([one.first_byte_s for one in waited], 99) * 1000
    together = f"{KIOSKS} kiosks in the same moment, p99"
    return [
        row(f"PIN → preview and confirmation on the screen, {together}", confirmation_ms, "ms", PIN_TO_CONFIRMATION_MS),
        row(f"PIN → first byte at the printer, {together}", first_byte_ms, "ms", PIN_TO_FIRST_BYTE_MS),
    ]


def measured(name: str, crowd: Crowd) -> list[Row]:
    threads = [threading.Thread(target=crowd.run, args=(number,)) for number in range(KIOSKS)]
    before_s = _spent_s(crowd.trial)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    each_ms = (_spent_s(crowd.trial) - before_s) * 1000 / (len(crowd.took_s) + KIOSKS * WARM)
    a_second = len(crowd.took_s) / (crowd.ended_s - crowd.begun_s)
    p99_ms = percentile(crowd.took_s, 99) * 1000
    return [
        row(f"certificates a second through central, {name}", a_second, "/s", A_SECOND, more_is_better=True),
        row(f"signature → confirmed document, {KIOSKS} kiosks, p99, {name}", p99_ms, "ms", PROOF_TO_DOCUMENT_MS),
        row(f"processor of central and its database for one certificate, {name}", each_ms, "ms", PROCESSORS_MS),
    ]


def _spent_s(trial: Trial) -> float:
    return spent_s(trial.pid) + spent_s(trial.cluster.pid)
