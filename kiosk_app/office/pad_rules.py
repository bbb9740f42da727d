"""Numbers of the emergency pad: handed out by hand while nothing can print, and registered by staff afterwards."""

from __future__ import annotations

from kiosk_app.office import facts as f
from kiosk_app.office.decision import Answer, Decision, Press, Refusal
from kiosk_app.office.numbers import PAD
from kiosk_app.office.state import number_text
from kiosk_app.office.times import MINUTE_MS, parse_number


def register(press: Press) -> Answer:
    """`number` is the first, `count` how many in a row. Handed out now, so many `minutes` ago, or over the outage."""
    act, day = press.act, press.state.day
    stop = press.desk.services.get(act.service)
    if stop is None:
        return Refusal(message_ja="用件が選ばれていません。用件を選んでください。")
    if not day.date or day.closed:
        return Refusal(message_ja="今日は業務日ではないため、登録できません。")
    parsed, letter = parse_number(act.number), stop.group
    if parsed is None or parsed[0] != letter or not _on_the_pad(parsed[1], act.count):
        pad = f"{number_text(letter, PAD[0])}から{number_text(letter, PAD[-1])}"
        return Refusal(message_ja=f"手書きの番号札は{pad}です。番号を確かめてください。")
    first = parsed[1]
    used = day.used.get(letter, set())
    taken = [number for number in range(first, first + act.count) if number in used]
    if taken:
        return Refusal(message_ja=f"{number_text(letter, taken[0])}はすでに登録されています。番号を確かめてください。")
    span = _handed_out(press)
    if isinstance(span, Refusal):
        return span
    fact = f.PadRegistered(
        letter=letter,
        first=first,
        count=act.count,
        stop=stop,
        language=act.language,
        machine_code=press.desk.machine_code,
        from_utc_ms=span[0],
        until_utc_ms=span[1],
        due_utc_ms=press.desk.due(press.state, stop.service, press.now_utc_ms),
        intent=act.intent,
    )
    last = number_text(letter, first + act.count - 1)
    row = f"{number_text(letter, first)}〜{last}の{act.count}枚" if act.count > 1 else last
    return Decision(facts=(fact,), message_ja=f"手書きの番号札{row}を登録しました。")


def _on_the_pad(first: int, count: int) -> bool:
    return first in PAD and first + count - 1 in PAD


def _handed_out(press: Press) -> tuple[int, int] | Refusal:
    """From..until, UTC milliseconds: never before the day began, never later than now."""
    day, now = press.state.day, press.now_utc_ms
    if press.act.outage:
        if not day.outages:
            return Refusal(message_ja="今日、止まっていた記録はありません。いつ配ったかを選び直してください。")
        return day.outages[-1].from_utc_ms, day.outages[-1].until_utc_ms
    since = max(min(day.opened_utc_ms, now), now - (press.act.minutes or 0) * MINUTE_MS)
    return since, since
