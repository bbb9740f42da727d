"""What the card's software costs beside the card: a whole authentication against the bare sum of its exchanges, and how
soon a laid card is noticed after pcscd knows of it. With a real pcscd and a simulated card; two speeds of card.

Both sides are measured in turns in one process: our session, and the same commands through pyscard and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bench.row import Row, percentile, row
from drivers.card_ports import MyNumberCard, PinAccepted, Presence, Signature
from drivers.pcsc_card.simulator import kinds
from drivers.pcsc_card.simulator.daemon import UNPRIVILEGED, PrivatePcscd
from drivers.pcsc_card.simulator.virtual import VirtualCard
from drivers.pin_buffer import PinBuffer
from kiosk_app.serve import DEVICE_WAITS_S

EXCHANGE_S = 0.012
"""What a real card takes for one short exchange (OpenSC issue 3169)."""
ROUNDS = {EXCHANGE_S: 10, 0.0: 60}
"""By seconds the simulated card takes; 0 leaves only what software costs."""
RATIO = 1.1
NOTICED_MS = 100.0
PLACINGS = 12
PATIENCE_S = 20.0
TODAY = date(2026, 4, 6)


@contextlib.contextmanager
def _pcscd() -> Iterator[PrivatePcscd]:
    folder = Path(tempfile.mkdtemp(prefix="hf-", dir="/tmp"))
    if os.geteuid() == 0:
        os.chown(folder, UNPRIVILEGED, UNPRIVILEGED)
    pcscd = PrivatePcscd(folder)
    try:
        pcscd.start()
        os.environ.update(pcscd.environment)
        yield pcscd
    finally:
        pcscd.stop()
        shutil.rmtree(folder)


def rows() -> list[Row]:
    sys.setswitchinterval(DEVICE_WAITS_S)
    with _pcscd() as pcscd:
        # Only now: the library reads its daemon's place when it is first used.
        from drivers.pcsc_card.driver import PcscCardReader, ReaderSettings

        reader = PcscCardReader(ReaderSettings())
        try:
            return [*_authentications(pcscd, reader), *_presence(pcscd, reader)]
        finally:
            reader.close()


def _authentications(pcscd: PrivatePcscd, reader: object) -> list[Row]:
    out = []
    for delay_s, rounds in ROUNDS.items():
        card = kinds.make("my_number", TODAY)
        card.switches.delay_s = delay_s
        laid = VirtualCard(card, pcscd.port)
        laid.place()
        _until(lambda: reader.presence() == MyNumberCard())  # type: ignore[attr-defined]
        card.journal.clear()
        ours_s, bare_s = [_whole(reader)], []
        commands = [list(command) for command in card.journal]
        for _ in range(rounds):
            bare_s.append(_bare(commands))
            ours_s.append(_whole(reader))
        laid.take()
        _until(lambda: reader.presence() != MyNumberCard())  # type: ignore[attr-defined]
        ours, bare = percentile(ours_s[1:], 50), percentile(bare_s, 50)
        if delay_s:
            name = f"card: authentication, {len(commands)} exchanges of {delay_s * 1000:.0f} ms, against their bare sum"
            out.append(row(name, ours / bare, "x", RATIO))
        else:
            name = "card: what the driver adds to an authentication with a card that takes no time, p50"
            out.append(row(name, 1000 * (ours - bare), "ms", 1000 * (RATIO - 1) * len(commands) * EXCHANGE_S))
    return out


def _whole(reader: object) -> float:
    pin = PinBuffer()
    for character in kinds.AUTHENTICATION_PIN.decode():
        pin.press(character)
    began_s = time.perf_counter()
    session = reader.authenticate()  # type: ignore[attr-defined]
    session.certificate()
    accepted = session.verify(pin)
    signature = session.sign(b"a verifier's nonce")
    session.end()
    took_s = time.perf_counter() - began_s
    if not isinstance(accepted, PinAccepted) or not isinstance(signature, Signature):
        raise RuntimeError(f"{accepted}, {signature}")
    return took_s


def _bare(commands: list[list[int]]) -> float:
    """The same bytes in one loop, power on and off included, because no authentication is without."""
    from smartcard import scard

    began_s = time.perf_counter()
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    _, names = scard.SCardListReaders(context, [])
    code, card, _ = scard.SCardConnect(context, names[0], scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T1)
    if code != scard.SCARD_S_SUCCESS:
        raise RuntimeError(scard.SCardGetErrorMessage(code))
    for command in commands:
        _, answer = scard.SCardTransmit(card, scard.SCARD_PCI_T1, command)
        if answer[-2] not in (0x90, 0x63):
            raise RuntimeError(f"{answer[-2:]}")
    scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)
    scard.SCardReleaseContext(context)
    return time.perf_counter() - began_s


def _presence(pcscd: PrivatePcscd, reader: object) -> list[Row]:
    """Until the kind of card is known, which costs exchanges; and until an empty reader is."""
    heard: list[tuple[float, Presence]] = []
    news = threading.Event()

    def hear(presence: Presence) -> None:
        heard.append((time.monotonic(), presence))
        news.set()

    reader.watch(hear)  # type: ignore[attr-defined]
    known = _KnownToPcscd()
    laid_s, taken_s = [], []
    for _ in range(PLACINGS):
        laid = VirtualCard(kinds.make("my_number", TODAY), pcscd.port)
        for act, found_s in ((laid.place, laid_s), (laid.take, taken_s)):
            before = len(heard)
            known.expect()
            act()
            known_s = known.wait()
            _until(lambda before=before: len(heard) > before)
            found_s.append(max(0.0, heard[before][0] - known_s))
    known.close()
    return [
        row(f"card: {what} after pcscd knows, p99", 1000 * percentile(values, 99), "ms", NOTICED_MS)
        for what, values in (("told what was laid", laid_s), ("told that it was taken", taken_s))
    ]


class _KnownToPcscd:
    """A second client that waits for the bare change of state, for the moment at which pcscd knew."""

    def __init__(self) -> None:
        from smartcard import scard

        self._scard = scard
        _, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        _, names = scard.SCardListReaders(self._context, [])
        self._name = names[0]
        self._at_s = 0.0
        self._thread: threading.Thread | None = None

    def expect(self) -> None:
        _, ((_, state, _),) = self._scard.SCardGetStatusChange(self._context, 0, [(self._name, 0)])
        self._thread = threading.Thread(target=self._listen, args=(state,))
        self._thread.start()

    def _listen(self, state: int) -> None:
        present = state & self._scard.SCARD_STATE_PRESENT
        while state & self._scard.SCARD_STATE_PRESENT == present:
            _, ((_, state, _),) = self._scard.SCardGetStatusChange(self._context, 5000, [(self._name, state)])
        self._at_s = time.monotonic()

    def wait(self) -> float:
        assert self._thread is not None
        self._thread.join()
        return self._at_s

    def close(self) -> None:
        self._scard.SCardReleaseContext(self._context)


def _until(true: object) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not true():  # type: ignore[operator]
        if time.monotonic() > until_s:
            raise RuntimeError("the reader did not see the card")
        time.sleep(0.001)
