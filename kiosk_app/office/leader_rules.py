"""Decisions of a leader: closing for a time, notices, and cancelling many at once, each with a way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from kiosk_app.office import facts as f
from kiosk_app.office.across_days import Posted, Suspension
from kiosk_app.office.decision import Answer, Decision, Press, Refusal, done
from kiosk_app.office.state import Bulk, Day, OfficeState, visit_of

One = TypeVar("One", Suspension, Posted)
SUSPENSIONS_MAX, NOTICES_MAX = 5, 2
"""Now and ahead: more would fit on no screen of a leader."""
AHEAD_MAX_MS = LONGEST_MS = 62 * 24 * 60 * 60 * 1000
"""Two months; what is longer is a matter of the catalogue."""


def suspensions_now(state: OfficeState, now_utc_ms: int) -> list[tuple[str, Suspension]]:
    """What a leader has closed, now or from a later moment on; the first to begin comes first."""
    return [(key, one) for key, one in _by_age(state.suspensions) if one.until_utc_ms > now_utc_ms]


def posted_now(state: OfficeState, now_utc_ms: int) -> list[tuple[str, Posted]]:
    return [(key, one) for key, one in _by_age(state.posted) if one.until_utc_ms > now_utc_ms]


def _by_age(known: dict[str, One]) -> list[tuple[str, One]]:
    return sorted(known.items(), key=lambda pair: (pair[1].from_utc_ms, pair[0]))


def suspend(press: Press) -> Answer:
    act, desk = press.act, press.desk
    reason = desk.closure_reasons.get(act.reason)
    begins, until, wrong = _span(press)
    if reason is None:
        return Refusal(message_ja="休止の理由が選ばれていません。一覧から選んでください。")
    if act.service and act.service not in desk.services:
        return Refusal(message_ja="休止する用件がありません。用件を選び直してください。")
    unknown = [letter for letter in act.groups if letter not in {s.group for s in desk.services.values()}]
    if unknown:
        return Refusal(message_ja="休止するグループがありません。グループを選び直してください。")
    if wrong:
        return Refusal(message_ja=wrong)
    open_now = suspensions_now(press.state, press.now_utc_ms)
    services = (act.service,) if act.service else ()
    same = [one for _, one in open_now if (one.groups, one.services) == (act.groups, services)]
    if any(one.from_utc_ms < until and (begins or press.now_utc_ms) < one.until_utc_ms for one in same):
        return Refusal(message_ja="すでに休止しています。時間や理由を変えるときは、先に解除してください。")
    if len(open_now) >= SUSPENSIONS_MAX:
        return Refusal(message_ja="休止が多すぎます。終わったものを先に解除してください。")
    fact = f.Suspended(
        suspension=act.intent,
        until_utc_ms=until,
        reason=dict(reason),
        groups=act.groups,
        services=services,
        intent=act.intent,
        from_utc_ms=begins,
        ahead=dict(desk.closures_ahead.get(act.reason, {})),
    )
    if not begins:
        return done(press, fact)
    return Decision(facts=(fact,), message_ja=f"{_said(act.starts)}からの休止を予約しました。この画面で解除できます。")


def end_suspension(press: Press) -> Answer:
    if press.act.suspension not in dict(suspensions_now(press.state, press.now_utc_ms)):
        return Refusal(message_ja="この休止は終わっています。操作はいりません。")
    return done(press, f.SuspensionEnded(suspension=press.act.suspension, intent=press.act.intent))


def post_notice(press: Press) -> Answer:
    text, until = press.desk.notices.get(press.act.reason), _until(press)
    if text is None:
        return Refusal(message_ja="お知らせが選ばれていません。一覧から選んでください。")
    if until is None:
        return Refusal(message_ja="いつまで出すかが選ばれていません。時間を選んでください。")
    posted = posted_now(press.state, press.now_utc_ms)
    if any(one.text == text for _, one in posted):
        return Refusal(message_ja="同じお知らせが出ています。時間を変えるときは、先に下げてください。")
    if len(posted) >= NOTICES_MAX:
        return Refusal(message_ja="お知らせが多すぎます。終わったものを先に下げてください。")
    fact = f.NoticePosted(notice=press.act.intent, until_utc_ms=until, text=dict(text), intent=press.act.intent)
    return done(press, fact)


def withdraw_notice(press: Press) -> Answer:
    if press.act.notice not in dict(posted_now(press.state, press.now_utc_ms)):
        return Refusal(message_ja="このお知らせは終わっています。操作はいりません。")
    return done(press, f.NoticeWithdrawn(notice=press.act.notice, intent=press.act.intent))


def _span(press: Press) -> tuple[int, int, str]:
    """From and until, UTC milliseconds, or why not. 0 is at once: also what was meant to begin a moment ago."""
    act, now = press.act, press.now_utc_ms
    if not act.starts and not act.ends:
        until = _until(press)
        return 0, until or 0, "" if until else "いつまで休止するかが選ばれていません。時間を選んでください。"
    try:
        begins = press.desk.moment(act.starts) if act.starts else 0
        until = press.desk.moment(act.ends)
    except ValueError:
        return 0, 0, "休止の日時が読み取れません。4/7 14:00のように入れてください。"
    begins = begins if begins > now else 0
    if until <= max(begins, now):
        return 0, 0, "休止の終わりは、始まりとこれからの時刻より後にしてください。"
    if begins > now + AHEAD_MAX_MS or until - (begins or now) > LONGEST_MS:
        return 0, 0, "休止は2か月先までです。それより先や長いものは、技術員にカタログへ入れてもらってください。"
    return begins, until, ""


def _said(minute: str) -> str:
    """4月7日14:00."""
    return f"{int(minute[5:7])}月{int(minute[8:10])}日{int(minute[11:13])}:{minute[14:16]}"


def _until(press: Press) -> int | None:
    """0 minutes: for the rest of the day."""
    minutes = press.act.minutes
    if minutes is None:
        return None
    return press.now_utc_ms + minutes * 60_000 if minutes else press.desk.day_ends(press.now_utc_ms)


# --- many at once --------------------------------------------------------------------------------------------


def cancellable(day: Day, tickets: Sequence[str]) -> tuple[str, ...]:
    """Of these tickets those that still wait or are on hold; whoever stands at a counter is served to the end."""
    return tuple(dict.fromkeys(t for t in tickets if t in day.live and visit_of(day, t).status in ("waiting", "held")))


def cancel_many(press: Press) -> Answer:
    reason, tickets = press.act.reason, cancellable(press.state.day, press.act.tickets)
    if reason not in press.desk.closure_reasons:
        return Refusal(message_ja="取り消す理由が選ばれていません。一覧から選んでください。")
    if not tickets:
        return Refusal(message_ja="取り消す番号がありません。お待ちの方の一覧を確かめてください。")
    fact = f.TicketsCancelled(tickets=tickets, reason=reason, intent=press.act.intent)
    return Decision(facts=(fact,), message_ja=f"{len(tickets)}人の番号を取り消しました。この画面で元に戻せます。")


def last_bulk(state: OfficeState) -> Bulk | None:
    """The cancellation of many that can be taken back, until the day closes."""
    day = state.day
    return day.bulks[-1] if day.bulks and not day.closed else None


def restorable(day: Day, bulk: Bulk) -> list[str]:
    """Those on whom nobody has acted since."""
    place = (bulk.machine, bulk.seq)
    return [key for key in bulk.before if (visit_of(day, key).machine, visit_of(day, key).seq) == place]


def restore_many(press: Press) -> Answer:
    bulk = last_bulk(press.state)
    if bulk is None:
        return Refusal(message_ja="元に戻せる一括取り消しがありません。履歴を確かめてください。")
    fact = f.TicketsRestored(cancelled_machine=bulk.machine, cancelled_seq=bulk.seq, intent=press.act.intent)
    count = len(restorable(press.state.day, bulk))
    return Decision(facts=(fact,), message_ja=f"{count}人の番号をお待ちの列に戻しました。")
