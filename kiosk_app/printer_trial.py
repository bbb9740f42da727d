"""`hitofuda sim printer`: a simulated printer that a person works with keys, for who tries tickets without a printer.

Slower than a real one (250 mm/s) unless told otherwise, so that a hand is quick enough to pull the paper in mid-ticket.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from pathlib import Path

from drivers.escpos_printer.simulator import SimulatedPrinter

LOOK_EVERY_S = 0.1
DOTS_PER_MM = 8
CONDITIONS = {
    "p": ("paper_out", "用紙なし"),
    "c": ("cover_open", "ふたが開いています"),
    "j": ("cutter_error", "カッターが止まっています"),
    "s": ("silent", "返事をしません"),
    "o": ("power_off", "電源が切れています"),
}
HELP = "p 用紙を抜く／入れる・c ふた・j 紙づまり・s 返事・o 電源・q 終わる（もう一度押すと元に戻ります）"


def run(tcp: str, over_pty: bool, width_dots: int, out_dir: Path | None, speed_mm_s: float) -> int:
    """Obeys each key until q or the end of its input. 2: what was asked for cannot be."""
    place = _place(tcp)
    if place is None:
        sys.stderr.write("hitofuda sim printer: --tcp: expected PORT, :PORT or HOST:PORT, such as :9100\n")
        return 2
    host, port = place
    try:
        if out_dir is not None:
            out_dir.mkdir(parents=True, exist_ok=True)
        printer = SimulatedPrinter(
            port,
            ("both" if tcp else "pty") if over_pty else "tcp",
            out_dir,
            host=host,
            width_dots=width_dots,
            speed_dots_s=speed_mm_s * DOTS_PER_MM,
            cut_s=0.3,
        )
        printer.start()
    except OSError as error:
        sys.stderr.write(f"hitofuda sim printer: {tcp or out_dir}: {error.strerror}; next: another --tcp or --out\n")
        return 2
    try:
        if printer.port:
            print(f"tcp {host}:{printer.port}", flush=True)
        if printer.device:
            print(f"pty {printer.device}", flush=True)
        print(HELP, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            _work(printer)
    finally:
        printer.stop()
    return 0


def _place(tcp: str) -> tuple[str, int] | None:
    """Only this computer, unless an address is named: nobody has to prove who he is to a printer."""
    host, _, port = tcp.rpartition(":")
    if not tcp:
        return "127.0.0.1", 0
    return (host or "127.0.0.1", int(port)) if port.isascii() and port.isdigit() and int(port) < 65536 else None


def _work(printer: SimulatedPrinter) -> None:
    told = ""
    with _key_by_key():
        while True:
            now = _state(printer)
            if now != told:
                told = now
                print(told, flush=True)
            if not select.select([0], [], [], LOOK_EVERY_S)[0]:
                continue
            key = os.read(0, 1).decode("ascii", "replace").lower()
            if key in ("", "q", "\x04"):
                return
            if key in CONDITIONS:
                _turn(printer, CONDITIONS[key][0])
            elif not key.isspace():
                print(HELP, flush=True)


def _turn(printer: SimulatedPrinter, condition: str) -> None:
    """On or, the second time, off."""
    is_on = printer.faults.active(condition)
    if is_on:
        printer.faults.clear(condition)
    else:
        printer.faults.fail_repeatedly(condition)
    if condition == "power_off":
        # Not only no answers: the line itself goes, as when a plug is pulled.
        if is_on:
            printer.switch_on()
        else:
            printer.switch_off()


def _state(printer: SimulatedPrinter) -> str:
    wrong = [words for condition, words in CONDITIONS.values() if printer.faults.active(condition)]
    torn = sum(piece.torn for piece in printer.pieces)
    cut = f"出た紙 {len(printer.pieces)}枚" + (f"（うち途中まで {torn}枚）" if torn else "")
    return "　".join(["・".join(wrong) or "印刷できます", cut, *(["途中の紙あり"] if printer.holds_ink() else [])])


@contextlib.contextmanager
def _key_by_key() -> Iterator[None]:
    """No Enter after a key, in a terminal; from a pipe keys come as they come."""
    if not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(0)
    tty.setcbreak(0)
    try:
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
