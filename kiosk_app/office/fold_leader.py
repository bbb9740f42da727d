"""Folds of what a leader does to many at once: cancelling, closing for a time, notices."""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office.across_days import Posted, Suspension
from kiosk_app.office.fold_base import Origin, remember, settle
from kiosk_app.office.state import Bulk, OfficeState, visit_of

BULKS_KEPT = 8


def tickets_cancelled(state: OfficeState, origin: Origin, fact: f.TicketsCancelled) -> None:
    """Whoever stands at a counter stays there: the decision names nobody who does."""
    day = state.day
    before = {key: day.visits.get(key) for key in fact.tickets if visit_of(day, key).status != "called"}
    for part, key in enumerate(before):
        remember(day, origin, fact, key, reason=fact.reason, part=part)
        day.cancellations.pop(key, None)
        day.visits[key] = replace(
            visit_of(day, key),
            status="cancelled",
            ended_utc_ms=origin.at_utc_ms,
            held_until_utc_ms=0,
            machine=origin.machine,
            seq=origin.seq,
        )
        settle(day, key)
    day.bulks.append(
        Bulk(machine=origin.machine, seq=origin.seq, at_utc_ms=origin.at_utc_ms, reason=fact.reason, before=before)
    )
    del day.bulks[:-BULKS_KEPT]


def tickets_restored(state: OfficeState, origin: Origin, fact: f.TicketsRestored) -> None:
    day, place = state.day, (fact.cancelled_machine, fact.cancelled_seq)
    bulk = next((bulk for bulk in day.bulks if (bulk.machine, bulk.seq) == place), None)
    if bulk is None:
        return
    day.bulks = [other for other in day.bulks if other is not bulk]
    for part, (key, visit) in enumerate(bulk.before.items()):
        now = visit_of(day, key)
        if (now.machine, now.seq) != place:
            continue
        remember(day, origin, fact, key, part=part)
        if visit is None:
            del day.visits[key]
        else:
            day.visits[key] = visit
        settle(day, key)


def suspended(state: OfficeState, origin: Origin, fact: f.Suspended) -> None:
    remember(state.day, origin, fact, reason=fact.reason.get("ja", ""))
    state.suspensions[fact.suspension] = Suspension(
        groups=fact.groups,
        services=fact.services,
        reason=fact.reason,
        from_utc_ms=fact.from_utc_ms or origin.at_utc_ms,
        until_utc_ms=fact.until_utc_ms,
        ahead=fact.ahead,
    )


def suspension_ended(state: OfficeState, origin: Origin, fact: f.SuspensionEnded) -> None:
    ended = state.suspensions.pop(fact.suspension, None)
    remember(state.day, origin, fact, reason=ended.reason.get("ja", "") if ended else "")


def notice_posted(state: OfficeState, origin: Origin, fact: f.NoticePosted) -> None:
    remember(state.day, origin, fact, reason=fact.text.get("ja", ""))
    state.posted[fact.notice] = Posted(text=fact.text, from_utc_ms=origin.at_utc_ms, until_utc_ms=fact.until_utc_ms)


def notice_withdrawn(state: OfficeState, origin: Origin, fact: f.NoticeWithdrawn) -> None:
    gone = state.posted.pop(fact.notice, None)
    remember(state.day, origin, fact, reason=gone.text.get("ja", "") if gone else "")


def history_print_started(state: OfficeState, origin: Origin, fact: f.HistoryPrintStarted) -> None:
    remember(state.day, origin, fact, reason=f"{fact.date} {fact.number}".strip())


def contacts_shown(state: OfficeState, origin: Origin, fact: f.ContactsShown) -> None:
    where = "紙" if fact.place == "paper" else "画面"
    remember(state.day, origin, fact, reason=f"{where} {fact.people}人")
