"""`hitofuda sim code-reader`: a simulated scanner at a device name, for who tries check-in without a scanner."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from drivers.code_reader.simulator import SimulatedCodeReader

HOLD_S = 2.0
WORDS = {
    "g": ("garbage", "文字になりません"),
    "h": ("half", "途中で止まります"),
    "e": ("no_end", "終わりの印を付けません"),
    "s": ("silent", "何も送りません"),
}
HELP = "コードを打って Enter で、かざします。u 抜く／差す・s 沈黙・g 文字化け・h 途中まで・e 終わりなし・q 終わる"


def run(device: Path, line_feed: bool) -> int:
    """Reads what to show line by line. 2: there is something at that name already."""
    try:
        device.parent.mkdir(parents=True, exist_ok=True)
        reader = SimulatedCodeReader(device, b"\r\n" if line_feed else b"\r")
        reader.plug_in()
    except OSError as error:
        sys.stderr.write(f"hitofuda sim code-reader: {device}: {error.strerror}; next: another --device\n")
        return 2
    plugged = True
    try:
        print(f"device {device}", flush=True)
        print(HELP, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            for line in sys.stdin:
                word = line.strip()
                if word == "q":
                    break
                plugged = _obey(reader, word, plugged)
    finally:
        reader.unplug()
    return 0


def _obey(reader: SimulatedCodeReader, word: str, plugged: bool) -> bool:
    """Whether it is plugged in then."""
    if word == "u":
        if plugged:
            reader.unplug()
        else:
            reader.plug_in()
        print("抜きました" if plugged else "差しました", flush=True)
        return not plugged
    if word in WORDS:
        condition, words = WORDS[word]
        is_on = reader.faults.active(condition)
        if is_on:
            reader.faults.clear(condition)
        else:
            reader.faults.fail_repeatedly(condition)
        print(f"{words}：{'終わり' if is_on else '始まり'}", flush=True)
    elif word:
        reader.hold(word, HOLD_S)
        print("かざしました", flush=True)
    else:
        print(HELP, flush=True)
    return plugged
