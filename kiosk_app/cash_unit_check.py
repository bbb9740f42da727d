"""`hitofuda diag cash-unit`: what the coin-and-note unit answers, in a technician's words, and a trial with real money.

Speaks to the unit itself, so the core must not hold its line meanwhile. A trial is for a unit that has sold nothing
yet: what goes in and out behind a log that knows its counts would be somebody's claim there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from drivers.cctalk_unit.counting import mark_of
from drivers.cctalk_unit.driver import CcTalkCashUnit
from drivers.payment_ports import TAKES, HandedBack, InDoubt, Inserted, MoneyEvent
from kiosk_app.cash_unit import cash_unit_settings
from kiosk_app.cash_unit_words import WORDS as WORDS
from kiosk_app.kept_log import FILE
from kiosk_app.printer_check import core_runs
from kiosk_app.settings import MachineSettings, SettingsError, UnitPay, load_machine
from offline_store import maintenance
from offline_store.errors import StoreError

Say = Callable[[str], None]
LISTEN_S = 60.0
TRIAL_YEN = 1_000
"""So much is taken at most: one note, or coins."""
BACK: dict[str, str] = {
    "no_change": "お釣りを出せない紙幣なので、お返ししました",
    "not_taken": "受け取れないお金なので、お返ししました",
    "shut": "終わったあとなので、お返ししました",
}
DOUBT: dict[str, str] = {
    "power": "機械の電源が切れていました",
    "lost": "知らせが多すぎて、数え切れませんでした",
    "stuck": "紙幣が途中で止まっています",
}


def check(machine: Path, tries: bool, say: Say, listen_s: float = LISTEN_S) -> int:
    """0: it takes money, or all that was put in came back; 1: something is missing; 2: a configuration that cannot be
    used, the core runs, or a trial is not for this unit any more."""
    try:
        settings = load_machine(machine)
    except SettingsError as error:
        say(str(error))
        return 2
    payment = settings.payment
    if not isinstance(payment, UnitPay):
        say(f'{machine.name} の [payment] に means = "unit" がありません。お支払いは窓口です。')
        return 2
    if core_runs(settings):
        say("コアがこの機械を使っています。コアを止めてから、もう一度始めてください。")
        return 2
    if tries and (why := _no_trial(settings)):
        say(why)
        return 2
    say(f"硬貨・紙幣の機械 [payment]　{payment.device or f'{payment.host}:{payment.port}'}")
    unit = CcTalkCashUnit(cash_unit_settings(payment))
    close = unit.hang_up
    try:
        code = _report(unit, say)
        if code or not tries:
            return code
        # What was opened is shut; one of which only was asked, and which may be silent, is not waited for.
        close = unit.close
        return _trial(unit, say, listen_s)
    finally:
        close()


def _no_trial(settings: MachineSettings) -> str:
    """Empty: nothing is known of this unit's counts, so nobody would take the trial's money for a visitor's."""
    log = Path(settings.data_dir) / FILE
    try:
        sold = maintenance.stats(log).facts_by_kind.get("PaymentAsked", 0) if log.exists() else 0
    except StoreError:
        sold = 1
    if not sold:
        return ""
    return (
        "この交付機はもう代金を扱っているので、お金を入れて試せません（入れたお金が、どなたかの返金引換票になります）。\n"
        "--try を付けずに調べるか、新しい data_dir で試してください。"
    )


def _report(unit: CcTalkCashUnit, say: Say) -> int:
    status = unit.preflight()
    title, next_step = WORDS[status]
    say(f"答え　　：{title}")
    if next_step:
        say(f"次にする：{next_step}")
    if unit.holds:
        say("お釣り　：" + "・".join(f"{yen}円 {count}枚" for yen, count in sorted(unit.holds)))
    if status in TAKES and (told := unit.mark()) and (mark := mark_of(told)):
        say(
            f"数え　　：硬貨 {mark.coins.seen}・紙幣 {mark.notes.seen}・払い出し {mark.payouts.seen}"
            "（電源を入れてから。255の次は1です）"
        )
    return 0 if status in TAKES else 1


def _trial(unit: CcTalkCashUnit, say: Say, listen_s: float) -> int:
    """What goes in is told piece by piece and given back."""
    status = unit.open(TRIAL_YEN)
    if status not in TAKES:
        title, next_step = WORDS[status]
        say(f"始められません：{title}。{next_step}")
        return 1
    say(f"お金を入れてください（{listen_s:.0f}秒、{TRIAL_YEN:,}円まで）。あとでお返しします")
    inserted_yen, doubted = 0, False
    until_s = time.monotonic() + listen_s
    while inserted_yen < TRIAL_YEN and not doubted and (left_s := until_s - time.monotonic()) > 0:
        yen, doubted = _told(unit.wait(min(left_s, 1.0)), say)
        inserted_yen += yen
    yen, doubted_last = _told(unit.shut(), say)
    inserted_yen += yen
    if doubted or doubted_last:
        say("中のお金を数えて、入れた額と比べてください。")
        return 1
    if not inserted_yen:
        say("何も入りませんでした。")
        return 1
    return _given_back(unit, inserted_yen, say)


def _told(events: tuple[MoneyEvent, ...], say: Say) -> tuple[int, bool]:
    """What went in, and whether something is in doubt."""
    yen, doubted = 0, False
    for event in events:
        match event:
            case Inserted():
                yen += event.yen
                say(f"入りました：{event.yen:,}円（{'硬貨' if event.source == 'coin' else '紙幣'}）")
            case HandedBack():
                say(f"戻りました：{BACK[event.why]}")
            case InDoubt():
                doubted = True
                say(f"分かりません：{DOUBT[event.why]}")
    return yen, doubted


def _given_back(unit: CcTalkCashUnit, yen: int, say: Say) -> int:
    mark = unit.mark()
    if mark is None:
        say(f"答えません。{yen:,}円は機械の中です。電源と線を確かめて、鍵を開けて取り出してください。")
        return 1
    found = unit.pay_out(yen, mark)
    say(f"お返し　：{found.paid_yen:,}円（入れた額 {yen:,}円）")
    if found.paid_yen == yen:
        return 0
    if found.doubt_yen:
        say(f"分からない額：{found.doubt_yen:,}円。出口と機械の中を数えてください。")
    if found.cause is not None:
        title, next_step = WORDS[found.cause]
        say(f"わけ　　：{title}。{next_step}")
    return 1
