"""The waiting list and the history as staff read them."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Collection
from itertools import islice
from typing import Literal

from kiosk_app.api import ActionRow, VoidedRow, WaitingRow, language_of
from kiosk_app.office.alert_words import alert_words
from kiosk_app.office.held import held
from kiosk_app.office.queue import Waiting, waiting
from kiosk_app.office.state import (
    NOT_ON_PAPER,
    Action,
    Day,
    OfficeState,
    current_stop,
    number_of,
    number_text,
    visit_of,
)
from kiosk_app.office.times import JAPAN_OFFSET_MIN, MINUTE_MS, clock_text

DOUBTFUL = ("unknown", "maybe", "uncut")
MISSED_ROWS_MAX = 20
"""Whoever is missing longer than that is found by number."""
IN_DOUBT_TEXT = "紙を確認"
ACTION_NAMES = {
    "TicketIssued": "発券",
    "PrintStarted": "再発行",
    "Called": "呼出",
    "NumberCalled": "番号で呼出",
    "Recalled": "再呼出",
    "CallContinued": "対応を続ける",
    "PadRegistered": "手書き番号札の登録",
    "Held": "保留",
    "Resumed": "保留解除",
    "NoShow": "不在",
    "Completed": "完了",
    "ReadyForHandover": "お渡し待ち",
    "Undone": "元に戻す",
    "TicketCancelled": "取り消し",
    "CancellationAsked": "取り消しの依頼",
    "Transferred": "転送",
    "PriorityGranted": "優先",
    "ServiceChanged": "用件の変更",
    "TicketsCancelled": "一括取り消し",
    "TicketsRestored": "一括取り消しを戻す",
    "Suspended": "臨時休止",
    "SuspensionEnded": "休止の解除",
    "HistoryPrintStarted": "操作履歴の印刷",
    "ContactsShown": "電話リストの連絡先",
    "NoticePosted": "お知らせを出す",
    "NoticeWithdrawn": "お知らせを下げる",
    "CounterOpened": "窓口を開く",
    "CounterPaused": "休憩",
    "CounterClosed": "窓口を閉める",
    "SignedIn": "サインイン",
    "SignedOut": "サインアウト",
    "StaffAccepted": "呼び出しを受ける",
    "VoidedCallsAccepted": "前のハブの呼出を確認",
    "CertificatesResumed": "証明書の交付を再開",
    "DeviceEnrolled": "端末の登録",
    "DeviceRevoked": "端末の取り消し",
    "SlotsPlanned": "予約枠の変更",
    "BookingMade": "予約を入れる",
    "BookingCancelled": "予約の取り消し",
    "BookingMissed": "予約の不在",
    "MoneyTaken": "証明書の代金",
    "PaymentConfirmed": "証明書の代金の受け取り",
    "CertificateSeen": "証明書の紙の確認",
    "ClaimSettled": "返金引換票の精算",
    "MoneyReturned": "断られた代金の返金",
    "TakingsPrintStarted": "証明書の日計表の印刷",
    "PaperLoaded": "証明書の用紙の補充",
}
ACTORS = {"visitor": "来庁者", "core": "機械", "printer": "機械"}
"""Who acted where it was none of the staff."""


def waiting_rows(
    state: OfficeState, now_utc_ms: int, next_id: str = "", offset_min: int = JAPAN_OFFSET_MIN
) -> tuple[WaitingRow, ...]:
    """Everybody who waits, in the order of the calls, then those on hold. `next_id` is marked as next."""
    rows = [row_of(one, now_utc_ms, next_id, offset_min) for one in waiting(state)]
    return (*rows, *held_rows(state, now_utc_ms, offset_min))


def row_of(one: Waiting, now_utc_ms: int, next_id: str = "", offset_min: int = JAPAN_OFFSET_MIN) -> WaitingRow:
    since = one.visit.ready_utc_ms if one.kind == "handover" else one.ticket.issued_utc_ms
    return WaitingRow(
        ticket=one.ticket_id,
        number=one.number,
        letter=one.ticket.letter,
        service=one.stop.service_name,
        kind=one.kind,
        promised=clock_text(one.due_utc_ms, offset_min),
        waited_min=max(0, now_utc_ms - since) // MINUTE_MS,
        language=language_of(one.ticket.language),
        paper=IN_DOUBT_TEXT if one.ticket.paper in DOUBTFUL else "",
        next=one.ticket_id == next_id,
        # After a transfer not the letter on the ticket.
        group=one.stop.group,
        counter=one.counter,
    )


def held_rows(state: OfficeState, now_utc_ms: int, offset_min: int = JAPAN_OFFSET_MIN) -> tuple[WaitingRow, ...]:
    return tuple(_aside(state.day, key, now_utc_ms, "held", offset_min) for key in held(state.day))


def missed_rows(state: OfficeState, now_utc_ms: int) -> tuple[WaitingRow, ...]:
    """Those who did not come, latest first: the display tells them to speak to anybody of the staff."""
    return tuple(_aside(state.day, key, now_utc_ms, "missed") for key in _missed(state)[:MISSED_ROWS_MAX])


def _aside(
    day: Day, ticket_id: str, now_utc_ms: int, kind: Literal["held", "missed"], offset_min: int = JAPAN_OFFSET_MIN
) -> WaitingRow:
    ticket, stop = day.tickets[ticket_id], current_stop(day, ticket_id)
    back_utc_ms = visit_of(day, ticket_id).held_until_utc_ms if kind == "held" else 0
    return WaitingRow(
        ticket=ticket_id,
        number=number_text(ticket.letter, ticket.number),
        letter=ticket.letter,
        service=stop.service_name if stop else "",
        kind=kind,
        promised="",
        waited_min=max(0, now_utc_ms - ticket.issued_utc_ms) // MINUTE_MS,
        language=language_of(ticket.language),
        paper=IN_DOUBT_TEXT if ticket.paper in DOUBTFUL else "",
        group=stop.group if stop else ticket.letter,
        back=clock_text(back_utc_ms, offset_min) if back_utc_ms else "",
    )


def voided_rows(state: OfficeState, offset_min: int = JAPAN_OFFSET_MIN) -> tuple[VoidedRow, ...]:
    """「前のハブが呼んだ番号」: until staff have looked after them, earliest first."""
    open_ones = [(one.called_utc_ms, key, one) for key, one in state.day.voided.items() if not one.accepted]
    return tuple(
        VoidedRow(
            id=key,
            number=number_of(state.day, one.ticket),
            counter=f"{one.counter}番",
            time=clock_text(one.called_utc_ms, offset_min),
            ended=ACTION_NAMES.get(one.ended, ""),
        )
        for _, key, one in sorted(open_ones)
    )


def waiting_counts(state: OfficeState) -> dict[str, int]:
    """How many wait in each service group."""
    return dict(Count(one.stop.group for one in waiting(state)))


def missed_numbers(state: OfficeState, counters: Collection[int] | None = None) -> tuple[str, ...]:
    """「お呼び済み」: visitors who did not come, latest first; only of these counters where they are given."""
    day = state.day
    return tuple(
        number_of(day, key) for key in _missed(state) if counters is None or day.visits[key].counter in counters
    )


def _missed(state: OfficeState) -> list[str]:
    day = state.day
    missed = [(visit.ended_utc_ms, key) for key, visit in day.visits.items() if visit.status == "no_show"]
    known = [key for _, key in sorted(missed, reverse=True) if key in day.tickets]
    return [key for key in known if day.tickets[key].paper not in NOT_ON_PAPER]


def action_rows(
    state: OfficeState, number: str = "", limit: int = 200, offset_min: int = JAPAN_OFFSET_MIN
) -> tuple[ActionRow, ...]:
    """操作履歴 of the day, latest first; only of one number when it is given as it is printed."""
    found = (a for a in reversed(state.day.actions) if not number or number_of(state.day, a.ticket) == number)
    return tuple(action_row(state, action, offset_min) for action in islice(found, limit))


def action_row(state: OfficeState, action: Action, offset_min: int = JAPAN_OFFSET_MIN) -> ActionRow:
    return ActionRow(
        time=clock_text(action.at_utc_ms, offset_min),
        staff_code=ACTORS.get(action.staff_code, action.staff_code),
        counter=f"{action.counter}番" if action.counter else "",
        number=number_of(state.day, action.ticket),
        what=ACTION_NAMES[action.kind],
        reason=_reason(state, action),
    )


def _reason(state: OfficeState, action: Action) -> str:
    if action.kind == "Undone":
        return ACTION_NAMES.get(action.reason, "")
    if action.kind == "StaffAccepted":
        alert = state.alerts.get(action.reason)
        return alert_words(alert.cause, alert.detail).title if alert is not None else ""
    if action.kind == "DeviceRevoked":
        device, _, reason = action.reason.partition(" ")
        known = state.devices.get(device)
        return f"{(known and known.name) or device}　{reason}"
    return action.reason
