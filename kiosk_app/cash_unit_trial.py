"""`hitofuda sim cash-unit`: a simulated coin-and-note unit, for who tries paying at a kiosk without one."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable
from pathlib import Path

from drivers.cctalk_unit.simulated_lines import ServedCashUnit
from drivers.cctalk_unit.simulator import COINS, NOTES, SCALING, SimulatedCashUnit

COINS_YEN = tuple(int(coin[2:5]) for coin in COINS.values())
NOTES_YEN = tuple(int(note[2:6]) * SCALING for note in NOTES.values())
CONDITIONS = {
    "j": ("coin_jam", "硬貨がつまっています"),
    "n": ("note_jam", "次の紙幣がつまります"),
    "h": ("hopper_jam", "次の払い出しがつまります"),
    "f": ("box_full", "入金箱がいっぱいです"),
    "b": ("box_out", "入金箱がありません"),
    "s": ("silent", "返事をしません"),
    "l": ("lost_answer", "返事が届きません"),
}
ONCE = ("note_jam", "hopper_jam")
"""They happen to the next piece; what is stuck then stays until it is cleared with the same key."""
STUCK = {"note_jam": "note_stuck", "hopper_jam": "jammed_hopper"}
HELP = (
    "金額（10 50 100 500 1000 5000 10000）を打って Enter で入れます。x 偽の硬貨・o 電源・r 紙幣を引き抜く・"
    "j 硬貨づまり・n 紙幣づまり・h 払出づまり・f 箱満杯・b 箱なし・s 沈黙・l 返事なし・Enter いまのお金・q 終わる"
)


def run(port: int, device: Path | None, lines: Iterable[str]) -> int:
    """Obeys line by line. 2: there is something at that place already."""
    try:
        if device is not None:
            device.parent.mkdir(parents=True, exist_ok=True)
        served = ServedCashUnit(SimulatedCashUnit(), device, port).__enter__()
    except OSError as error:
        place = device or f"--tcp {port}"
        sys.stderr.write(f"hitofuda sim cash-unit: {place}: {error.strerror}; next: another place\n")
        return 2
    try:
        print('[payment]\nmeans = "unit"', flush=True)
        print(f'device = "{device}"' if device else f'host = "127.0.0.1"\nport = {served.port}', flush=True)
        print(HELP, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            for line in lines:
                word = line.strip()
                if word == "q":
                    break
                print(_obeyed(served, word), flush=True)
    finally:
        served.__exit__()
    return 0


def _obeyed(served: ServedCashUnit, word: str) -> str:
    """What a person does to it, and in words what came of it."""
    if word in CONDITIONS:
        return _condition(served.unit, word)
    if word.isascii() and word.isdigit():
        yen = int(word)
        if yen in COINS_YEN:
            served.hand(lambda unit: unit.insert_coin(yen))
        elif yen in NOTES_YEN:
            served.hand(lambda unit: unit.insert_note(yen))
        else:
            return HELP
        return f"{yen:,}円を入れました"
    if word == "x":
        served.hand(lambda unit: unit.insert_rubbish())
        return "偽の硬貨を入れました"
    if word == "r":
        served.hand(lambda unit: unit.pull_note() if unit.holds_a_note else None)
        return "紙幣を引き抜きました"
    if word == "o":
        was_on = served.unit.powered
        served.hand(lambda unit: unit.power_off() if was_on else unit.power_on())
        return "電源を切りました" if was_on else "電源を入れました"
    return _money(served) if not word else HELP


def _condition(unit: SimulatedCashUnit, word: str) -> str:
    condition, words = CONDITIONS[word]
    lasting = STUCK.get(condition, condition)
    if unit.faults.active(lasting):
        unit.faults.clear(lasting)
        return f"{words}：終わり"
    if condition in ONCE:
        unit.faults.fail_next(condition)
    else:
        unit.faults.fail_repeatedly(condition)
    return f"{words}：始まり"


def _money(served: ServedCashUnit) -> str:
    """Where every yen is now."""
    served.hand(lambda unit: None)
    cash = served.unit.cash
    hoppers = "・".join(f"{yen}円 {count}枚" for yen, count in sorted(cash.hoppers.items()))
    return (
        f"お釣り {hoppers}　入金箱 {cash.box_yen:,}円　紙幣の箱 {cash.stacker_yen:,}円　途中 {cash.inside_yen:,}円　"
        f"出口 {cash.tray_yen:,}円　戻した {cash.back_yen:,}円"
    )
