"""Eight certificate kiosks for bench/certificates.py, each a real core with a real pcscd, its card and its printers,
before the real central server: how long a visitor waits from the PIN (入力) to the printer's first byte.

What a visitor does in between takes no time here: the card is taken as soon as it may be, the confirmation is pressed
as soon as it is there, and the fee is 0, so that nobody pays. What is left is what the machines need.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding

from bench.quick_printer import QuickPrinter
from drivers.escpos_printer.protocol import INITIALISE
from drivers.pcsc_card.simulator import certificates
from drivers.pcsc_card.simulator.daemon import UNPRIVILEGED, PrivatePcscd
from drivers.pcsc_card.simulator.kinds import Pins, make
from drivers.pcsc_card.simulator.people import PEOPLE
from drivers.pcsc_card.simulator.virtual import VirtualCard
from kiosk_app import api
from kiosk_app.client import Client, CoreTrouble
from kiosk_app.clock import new_id
from kiosk_app.journeys import ticket
from scripts import kiosk
from scripts.central import Trial
from scripts.office import PROGRAM, free_port
from scripts.supervisor import end_with_us

START = datetime(2026, 4, 6, 10, 0)
TODAY: date = START.date()
PIN = "8642"
PATIENCE_S = 60.0
LOOK_S = 0.005
"""Between two looks at a kiosk's screen: so much may be added to a figure."""
CHOICES = (
    "certificate",
    "whose:here",
    "kind:resident-record",
    "scope:self",
    "item:head-and-relation",
    "next",
    "copies:1",
)


class ListeningPrinter(QuickPrinter):
    """`began_s`: when the first byte of the first sheet came since it was last set to 0."""

    def __init__(self) -> None:
        super().__init__()
        self.began_s = 0.0
        self._tail = b""

    def _take_in(self, data: bytes) -> None:
        now_s = time.monotonic()
        self._tail += data
        if not self.began_s and INITIALISE in self._tail:
            self.began_s = now_s
        self._tail = self._tail[-len(INITIALISE) :]
        super()._take_in(data)


class Waited(NamedTuple):
    """Seconds from 入力: until the card may be taken, until the confirmation is there, to the first byte."""

    card_s: float
    confirmation_s: float
    first_byte_s: float


class OneKiosk:
    """`serial`: of the card that is laid there, again and again."""

    def __init__(self, number: int, work: Path, authorities: Path, central: Trial, fees: Path, serial: int) -> None:
        self._all = ExitStack()
        self._work = work
        work.mkdir()
        folder = Path(tempfile.mkdtemp(prefix="hf-", dir="/tmp"))
        self._all.callback(shutil.rmtree, folder)
        if os.geteuid() == 0:
            os.chown(folder, UNPRIVILEGED, UNPRIVILEGED)
        self._pcscd = PrivatePcscd(folder)
        self._pcscd.start()
        self._all.callback(self._pcscd.stop)
        self._tickets = self._all.enter_context(QuickPrinter())
        self._documents = self._all.enter_context(ListeningPrinter())
        machine = kiosk.Machine(
            f"k{number}",
            work,
            START,
            central,
            central.port,
            self._tickets.port,
            self._documents.port,
            authorities,
            fees_file=fees,
        )
        self._client = Client(f"unix:{work}/run/core.sock")
        with (work / "core.txt").open("wb") as log:
            self._core = subprocess.Popen(
                [*PROGRAM, "core", "--machine", str(machine.write())],
                stdout=log,
                stderr=log,
                preexec_fn=end_with_us,
                env={**os.environ, **self._pcscd.environment},
            )
        self._all.callback(self._end)
        card = make("my_number", TODAY, PEOPLE["takasaki"], pins=Pins(authentication=PIN.encode()), serial=serial)
        self._card = VirtualCard(card, self._pcscd.port)

    def _end(self) -> None:
        self._core.terminate()
        self._core.wait()

    def close(self) -> None:
        self._card.take()
        self._all.close()

    def until_sells(self) -> None:
        self._until(lambda view: "certificate" in _controls(view), "it sells")

    def to_pin(self) -> None:
        """Everything is chosen and typed; only 入力 is left."""
        self._card.place()
        self._documents.began_s = 0.0
        for control in CHOICES:
            self._press(control)
        self._until(lambda view: view.screen == "card_pin", "the PIN is asked for")
        for digit in PIN:
            self._press(f"pin:{digit}")

    def enter(self) -> Waited:
        """The rest, as fast as the machine allows."""
        began_s = time.monotonic()
        self._press("pin:enter")
        self._until(lambda view: view.screen in ("cert_card", "cert_wait", "cert_confirm"), "the card has signed")
        card_s = time.monotonic()
        self._card.take()
        self._until(lambda view: view.screen == "cert_confirm", "the confirmation is there")
        confirmation_s = time.monotonic()
        self._press("buy")
        self._until(lambda view: view.screen == "cert_take", "the sheet is there")
        return Waited(card_s - began_s, confirmation_s - began_s, self._documents.began_s - began_s)

    def leave(self) -> None:
        self._press("end")
        self._until(lambda view: view.screen == "idle", "the next visitor may come")

    def _press(self, control: str) -> None:
        """As soon as that control is there."""
        view = self._until(lambda view: control in _controls(view), f"{control} can be pressed")
        self._client.press(api.Press(press_id=new_id(), screen_id=view.screen_id, control=control))

    def _until(self, true: Callable[[api.CitizenView], bool], what: str) -> api.CitizenView:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                view = self._client.citizen_view()
                if true(view):
                    return view
            except CoreTrouble:
                # It starts.
                if self._core.poll() is not None:
                    break
            time.sleep(LOOK_S)
        said = (self._work / "core.txt").read_text(errors="replace")[-2_000:]
        raise RuntimeError(f"{self._work.name}: waited in vain until {what}; the core said: {said}")


def _controls(view: api.CitizenView) -> set[str]:
    return {name for name, one in ticket.controls(view).items() if one.state != "off"}


def measured(work: Path, serials: Sequence[int], rounds: int, warm: int) -> list[Waited]:
    """A kiosk for each card. In each round all of them press 入力 in the same moment."""
    authorities = work / "authorities"
    authorities.mkdir()
    for generation in (1, 2):
        der = certificates.authority(generation, TODAY).certificate.public_bytes(Encoding.DER)
        (authorities / f"authca{generation:02d}.cer").write_bytes(der)
    fees = work / "fees.toml"
    fees.write_text(kiosk.FEES_FILE.read_text().replace("yen = 200", "yen = 0"))
    # The user that the database runs as must get to it.
    work.chmod(0o755)
    codes = [f"k{number}" for number in range(1, len(serials) + 1)]
    trial = kiosk.central(work / "c", free_port(), authorities, START, codes)
    with ExitStack() as everything:
        everything.callback(trial.stop)
        trial.start()
        kiosks = []
        for number, serial in enumerate(serials, 1):
            kiosks.append(OneKiosk(number, work / f"k{number}", authorities, trial, fees, serial))
            everything.callback(kiosks[-1].close)
        for one in kiosks:
            one.until_sells()
        return _rounds(kiosks, rounds, warm)


def _rounds(kiosks: Sequence[OneKiosk], rounds: int, warm: int) -> list[Waited]:
    together = threading.Barrier(len(kiosks))
    waited: list[Waited] = []
    troubles: list[BaseException] = []

    def serve(one: OneKiosk) -> None:
        try:
            for number in range(warm + rounds):
                one.to_pin()
                together.wait(PATIENCE_S)
                found = one.enter()
                if number >= warm:
                    waited.append(found)
                one.leave()
        except BaseException as trouble:
            troubles.append(trouble)
            together.abort()

    threads = [threading.Thread(target=serve, args=(one,)) for one in kiosks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    return waited
