"""Who is next at a counter and why, for a clerk whom a visitor asks: the order of 次を呼ぶ, told in sentences."""

from __future__ import annotations

from kiosk_app.api_tools import WhyNext
from kiosk_app.office.queue import as_if_completed, callable_now, reasons, waiting
from kiosk_app.office.state import OfficeState


def why_next(state: OfficeState, counter: int, now_utc_ms: int) -> WhyNext:
    """As if the visitor who is at the counter now were done: that is what the next press does."""
    known = state.day.counters.get(str(counter))
    if known is None or known.state == "closed":
        text = f"{counter}番窓口は開いていません。" if counter else ""
        return WhyNext(ok=False, message=f"{text}開いている窓口の番号を選んでください。", counter=counter)
    line = waiting(as_if_completed(state, counter), known.groups, counter)
    now = callable_now(line, now_utc_ms)
    if not now:
        return WhyNext(message="お待ちの方はいません。", counter=counter, why=reasons(line, now_utc_ms))
    return WhyNext(
        counter=counter,
        number=now[0].number,
        service=now[0].stop.service_name,
        why=reasons(line, now_utc_ms),
    )
