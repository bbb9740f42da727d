"""`hitofuda sim card`: a simulated card under a real pcscd, for who tries the card's screens without a card."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

from drivers.pcsc_card.simulator.daemon import UNPRIVILEGED, CannotStart, PrivatePcscd
from drivers.pcsc_card.simulator.kinds import AUTHENTICATION_PIN, KINDS, TEXT_PIN, Kind, make
from drivers.pcsc_card.simulator.people import PEOPLE
from drivers.pcsc_card.simulator.virtual import VirtualCard

HELP = "p 置く・t 取る・q 終わる・または種類の名前（{kinds}）"


def run(kind: str, person: str, port: int, today: date) -> int:
    """Reads what to do line by line. 2: what was asked for cannot be."""
    if kind not in KINDS or person not in PEOPLE:
        sys.stderr.write(f"hitofuda sim card: expected --kind of {', '.join(KINDS)}; --person of {', '.join(PEOPLE)}\n")
        return 2
    if port:
        return _at(port, kind, person, today)
    folder = Path(tempfile.mkdtemp(prefix="hitofuda-card-"))
    if os.geteuid() == 0:
        os.chown(folder, UNPRIVILEGED, UNPRIVILEGED)
    try:
        pcscd = PrivatePcscd(folder)
        pcscd.start()
    except CannotStart as error:
        shutil.rmtree(folder)
        sys.stderr.write(f"hitofuda sim card: {error}\n")
        return 2
    try:
        for name, value in pcscd.environment.items():
            print(f"export {name}={value}    # for the core and for opensc-tool", flush=True)
        return _at(pcscd.port, kind, person, today)
    finally:
        pcscd.stop()
        shutil.rmtree(folder)


def _at(port: int, kind: Kind, person: str, today: date) -> int:
    print(f"暗証番号：利用者証明用 {AUTHENTICATION_PIN.decode()}、券面事項入力補助用 {TEXT_PIN.decode()}")
    print(HELP.format(kinds=" ".join(KINDS)), flush=True)
    card = VirtualCard(make(kind, today, PEOPLE[person]), port)
    try:
        card.place()
        print(f"{kind} を置きました", flush=True)
        for line in sys.stdin:
            word = line.strip()
            if word == "q":
                break
            card = _moved(card, word, port, person, today)
    except OSError as error:
        sys.stderr.write(f"hitofuda sim card: port {port}: {error.strerror}; is pcscd with vpcd running there?\n")
        return 2
    except KeyboardInterrupt:
        pass
    finally:
        card.take()
    return 0


def _moved(card: VirtualCard, word: str, port: int, person: str, today: date) -> VirtualCard:
    if word in KINDS:
        card.take()
        card = VirtualCard(make(word, today, PEOPLE[person]), port)
        word = "p"
    if word == "p":
        card.place()
    elif word == "t":
        card.take()
    print({"p": "置きました", "t": "取りました"}.get(word, HELP.format(kinds=" ".join(KINDS))), flush=True)
    return card
