"""What is said on the telephone: short, one question at a time, as a person at the ward office would say it.

Japanese alone: who calls in another language is put through to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

WEEKDAYS = "月火水木金土日"

GREETING = "区役所の予約の受付です。"
WHICH_OFFICE = "どちらの区役所ですか。"
WHICH_SERVICE = "どのお手続きですか。たとえば、「引っ越し」のようにお話しください。"
WHICH_DAY = "ご希望の日はいつですか。たとえば、「来週の火曜日」のようにお話しください。"
WHICH_TIME = "ご希望の時間は何時ですか。"
YOUR_NAME = "お名前をお話しください。"
YOUR_NUMBER = "お電話番号を、市外局番からお話しください。番号を押しても結構です。"
YES_OR_NO = "「はい」か「いいえ」でお答えください。"
WHAT_TO_CHANGE = "どこを直しますか。「日にち」「時間」「お名前」「電話番号」のどれかをお話しください。"
SORRY = "申し訳ありません、聞き取れませんでした。"
NOT_THIS_SERVICE = "そのお手続きは、電話では予約できません。窓口で番号札をお取りください。"
NO_SERVICE = "お手続きが分かりませんでした。別の言い方でお話しください。"
NOT_A_NUMBER = "お電話番号を聞き取れませんでした。0から始まる番号を、もう一度お願いします。"
NO_DAY_AT_ALL = "ただいま予約できる日がありません。窓口では、予約がなくても受け付けています。"
TAKEN = "その時間は、たった今ほかの方の予約が入りました。"
HELD_TOO_LONG = "お時間がたったため、もう一度、時間をお選びください。"
TOO_MANY = "このお電話番号では、これ以上予約できません。係の者におつなぎします。"
LATER = "ただいま予約を受け付けられません。しばらくしてから、もう一度おかけください。"
TO_A_PERSON = "係の者におつなぎします。そのままお待ちください。"
GOODBYE = "予約はしていません。お電話ありがとうございました。"
HELP = "いつでも、「もう一度」「前に戻る」「最初から」「係の人」とお話しいただけます。"


def clock(start_min: int) -> str:
    """午後3時半."""
    hour, minute = divmod(start_min, 60)
    half = "午前" if hour < 12 else "午後"
    shown = hour if hour <= 12 else hour - 12
    if (hour, minute) == (12, 0):
        return "正午"
    rest = "半" if minute == 30 else f"{minute}分" if minute else ""
    return f"{half}{0 if hour == 12 else shown}時{rest}"


def day(when: date) -> str:
    """12月1日、火曜日."""
    return f"{when.month}月{when.day}日、{WEEKDAYS[when.weekday()]}曜日"


def choices(offered: Sequence[str]) -> str:
    """1番、午後3時。2番、午後3時半。どれになさいますか。"""
    listed = "。".join(f"{number}番、{one}" for number, one in enumerate(offered, 1))
    return f"{listed}。番号でお答えください。" if len(offered) > 1 else f"{offered[0]}でよろしいですか。"


def read_back(office: str, service: str, when: date, start_min: int, name: str, phone: str) -> str:
    digits = "、".join(_grouped(phone))
    return (
        f"確認します。{office}、{service}、{day(when)}、{clock(start_min)}、お名前は{name}様、お電話番号は{digits}。"
        "これでよろしいですか。"
    )


def done(code: str) -> str:
    """The code four digits at a time, twice."""
    spoken = "、".join(code[at : at + 4] for at in range(0, len(code), 4))
    return (
        f"予約をお取りしました。予約番号は、{spoken}です。くり返します。{spoken}。"
        "当日は、受付の機械に予約番号か、お電話番号の下4桁を入れてください。ありがとうございました。"
    )


def _grouped(phone: str) -> list[str]:
    if len(phone) == 11:
        return [phone[:3], phone[3:7], phone[7:]]
    return [phone[:-7] or phone[:2], phone[-7:-4], phone[-4:]] if len(phone) >= 9 else [phone]
