"""Whether a number that nobody here has heard of may be on paper: printed by a machine that is cut off now."""

from __future__ import annotations

from typing import NamedTuple

from kiosk_app.office import facts as f
from kiosk_app.office.decision import Press, Refusal
from kiosk_app.office.numbers import PAD, may_print
from kiosk_app.office.state import number_text
from kiosk_app.office.times import parse_number


class Unheard(NamedTuple):
    """A number that `machine_code` may have printed alone; the visitor has told staff what for."""

    letter: str
    number: int
    machine_code: str
    stop: f.Stop


def unheard(press: Press) -> Unheard | Refusal | None:
    """Of the number that staff typed. None: it is known here, or no machine that is cut off can have printed it."""
    act, state = press.act, press.state
    parsed = None if act.ticket else parse_number(act.number)
    if parsed is None or number_text(*parsed) in state.day.by_number:
        return None
    letter, number = parsed
    typed = number_text(letter, number)
    services = [stop for stop in press.desk.services.values() if stop.group == letter]
    if not services:
        return None
    if number in PAD:
        return Refusal(message_ja=f"{typed}は登録されていません。先に「手書き番号札を登録」で登録してください。")
    machine = next((code for code in press.desk.away if may_print(state, code, letter, number)), None)
    if machine is None:
        return None
    stop = next((stop for stop in services if stop.service == act.service), None)
    if stop is None:
        text = f"{typed}の番号札はまだ届いていません。札の番号を確かめて、用件を選んでください。"
        return Refusal(message_ja=text, needs="service")
    return Unheard(letter, number, machine, stop)
