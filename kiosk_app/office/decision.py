"""What a decision of the counter is made of: the press, the answer, and the sentences that staff read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from kiosk_app.api import Needs, Role, StaffAct
from kiosk_app.office import facts as f
from kiosk_app.office.state import Counter, OfficeState, number_of, number_text
from kiosk_app.office.times import parse_number


def _in_a_day(utc_ms: int) -> int:
    return utc_ms + 24 * 60 * 60 * 1000


def _now(state: OfficeState, service: str, utc_ms: int) -> int:
    return utc_ms


def _in_utc(minute: str) -> int:
    return int(datetime.fromisoformat(f"{minute}+00:00").timestamp() * 1000)


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    role: Role


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision needs of the catalogue and of this run of the core."""

    counters: dict[int, tuple[str, ...]]
    services: dict[str, f.Stop]
    hold_s: int = 15 * 60
    """After so long a held ticket comes back by itself."""
    closure_reasons: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    """What staff choose from, each with its text in every language."""
    closures_ahead: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    """The same reasons as they are said before a closure begins, where the office has such words."""
    notices: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    day_ends: Callable[[int], int] = _in_a_day
    """From an instant to the next midnight of the office, UTC milliseconds."""
    due: Callable[[OfficeState, str, int], int] = _now
    """What a ticket for this service would be promised at this instant, UTC milliseconds."""
    machine_code: str = ""
    """The hub's own."""
    away: tuple[str, ...] = ()
    """Ticket machines of which nothing is heard now, so that they may have printed what is not known here."""
    moment: Callable[[str], int] = _in_utc
    """From a minute of the office's clock (2026-04-07T14:00) to UTC milliseconds. Raises ValueError for none."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """`needs`: what the same act must also say to be done."""

    message_ja: str
    needs: Needs = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Facts to append together, in this order; `message_ja` for the clerk's status line."""

    facts: tuple[f.Fact, ...]
    message_ja: str
    ticket: str = ""
    repeated: bool = False


class Press(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one decision looks at."""

    state: OfficeState
    act: StaffAct
    staff: Staff
    desk: Desk
    now_utc_ms: int
    counter: Counter

    def number(self, ticket_id: str) -> str:
        return number_of(self.state.day, ticket_id)


Answer = Decision | Refusal


def named(press: Press) -> str | Refusal:
    """The ticket that the press names by its id or by a number that a person typed."""
    day, act = press.state.day, press.act
    if act.ticket:
        if act.ticket in day.tickets:
            return act.ticket
        return Refusal(message_ja="この番号札は今日のものではありません。日付を確かめてください。")
    parsed = parse_number(act.number)
    if parsed is None:
        return Refusal(message_ja="番号が読み取れません。A-105のように入れてください。")
    found = day.by_number.get(number_text(*parsed))
    if found is None:
        return Refusal(message_ja=f"{number_text(*parsed)}は今日は出ていません。番号を確かめてください。")
    return found


def done(press: Press, fact: f.Fact, ticket_id: str = "") -> Decision:
    message = said(type(fact).__name__, press.number(ticket_id), press.counter.number)
    return Decision(facts=(fact,), message_ja=message, ticket=ticket_id)


SAID = {
    "CounterOpened": "{counter}番窓口を開きました。",
    "CounterPaused": "{counter}番窓口を休憩にしました。",
    "CounterClosed": "{counter}番窓口を閉めました。",
    "Called": "{number}を呼びました。",
    "NumberCalled": "{number}を呼びました。",
    "CallContinued": "{number}の対応を続けます。",
    "PadRegistered": "手書きの番号札を{number}まで登録しました。",
    "Recalled": "{number}をもう一度呼びました。",
    "Held": "{number}を保留にしました。",
    "Resumed": "{number}をお待ちの列に戻しました。",
    "NoShow": "{number}を不在にしました。",
    "Completed": "{number}を完了しました。",
    "ReadyForHandover": "{number}をお渡し待ちにしました。",
    "TicketCancelled": "{number}を取り消しました。",
    "CancellationAsked": "{number}の取り消しをハブに頼みました。",
    "GiveBackAsked": "{number}の方から取り消しの申し出がありました。",
    "Transferred": "{number}を転送しました。",
    "PriorityGranted": "{number}を優先の扱いにしました。",
    "ServiceChanged": "{number}の用件を変えました。",
    "StaffAccepted": "呼び出しを受けました。",
    "Undone": "{number}の操作を元に戻しました。",
    "TicketsCancelled": "選んだ番号を取り消しました。",
    "TicketsRestored": "取り消した番号をお待ちの列に戻しました。",
    "Suspended": "受付を休止しました。お待ちの方はそのままお呼びします。",
    "SuspensionEnded": "休止を解除しました。",
    "NoticePosted": "お知らせを出しました。",
    "NoticeWithdrawn": "お知らせを下げました。",
    "CertificatesResumed": "証明書の交付を再開しました。",
    "DeviceEnrolled": "端末を登録しました。",
    "DeviceRevoked": "端末の登録を取り消しました。",
    "TicketIssued": "{number}を発券しました。",
    "StopAdded": "{number}に用件を足しました。",
    "PrintStarted": "{number}の再発行は始まっています。紙を確かめてください。",
    "VoidedCallsAccepted": "前のハブが呼んだ番号を確かめました。",
    "SlotsPlanned": "予約の枠を変えました。",
    "BookingMade": "予約を入れました。",
    "BookingCancelled": "予約を取り消しました。",
    "BookingMissed": "予約の方を不在にしました。",
    "PaymentConfirmed": "代金の受け取りを伝えました。交付機の返事を確かめてください。",
    "ClaimSettled": "返金引換票を精算しました。",
    "MoneyReturned": "お返ししたことを記録しました。",
    "TakingsPrintStarted": "日計表の印刷は始まっています。紙を確かめてください。",
    "PaperLoaded": "補充したことを交付機に伝えました。",
    "HistoryPrintStarted": "操作履歴の印刷は始まっています。紙を確かめてください。",
    "ContactsShown": "電話リストの印刷は始まっています。紙を確かめてください。",
}


def said(kind: str, number: str, counter: int) -> str:
    return SAID[kind].format(number=number, counter=counter)
