"""Who books by telephone: what a caller says to the city's dialogue (POST /v1/phone/sessions), over real HTTP and TLS.

A caller hears what is said and answers the question that was asked last, as a person does; nothing else of an answer is
used but that the call has ended, and with which code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from kiosk_app.office import booking_code
from tests.stories.crowd import Visitor, Wish
from tests.stories.house import Untrue

MATTERS = {"M": "電子証明書の更新をしたいんですけど", "H": "引っ越しの手続きをお願いします"}
NAME = "ミホンデンワ"
ANSWER_S = 30.0
TURNS_MAX = 20


@dataclass(frozen=True)
class Call:
    """`phone`: digits. `at_min`: the time that is asked for; where it is not free, the first that is offered."""

    letter: str
    at_min: int
    phone: str


@dataclass(frozen=True)
class Caller(Visitor):
    """Comes with the telephone's last digits alone; types `mistyped` first, where there is any."""

    code: str = ""
    phone: str = ""
    mistyped: str = ""

    @property
    def digits(self) -> str:
        return self.phone[-4:]


class PhoneLine:
    """The city's."""

    def __init__(self, url: str, token: str, ca_file: Path) -> None:
        self._address = f"{url}/v1/phone/sessions"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(ca_file)
        self._session.headers["Authorization"] = f"Bearer {token}"

    def book(self, call: Call) -> str:
        """The code that was said. Raises Untrue where the call ends without one."""
        answer = self._asked(self._address, {})
        for _ in range(TURNS_MAX):
            if answer["ended"]:
                break
            said = said_to(answer["say"], call)
            heard = {"turn": answer["turn"], "said": said}
            answer = self._asked(f"{self._address}/{answer['session']}", heard)
        if not answer["code"]:
            raise Untrue(f"the call of {call} ends with: {answer['say']}")
        return str(answer["code"])

    def _asked(self, address: str, body: dict[str, Any]) -> Any:
        answer = self._session.post(address, json=body, timeout=ANSWER_S)
        if answer.status_code != 200:
            raise Untrue(f"the telephone: {answer.status_code} {answer.text}")
        return answer.json()

    def close(self) -> None:
        self._session.close()


def said_to(heard: str, call: Call) -> str:
    """To the question that was asked last."""
    hour, minute = divmod(call.at_min, 60)
    answers = {
        "どのお手続きですか": MATTERS[call.letter],
        "ご希望の日": "今日です",
        "何時ですか": f"{hour}時{minute}分にお願いします" if minute else f"{hour}時にお願いします",
        "番号でお答えください": "1番",
        "お名前をお話しください": f"{NAME}です",
        "お電話番号を、": "、".join((call.phone[:3], call.phone[3:7], call.phone[7:])),
        "よろしいですか": "はい",
    }
    asked = max(answers, key=heard.rfind)
    if asked not in heard:
        raise Untrue(f"a caller does not know what to say to: {heard}")
    return answers[asked]


def caller(order: int, call: Call, code: str, day: datetime, machine: int, served_s: int, mistyped: str) -> Caller:
    """Comes some minutes before the time of the code."""
    claim = booking_code.read(code, day.date())
    if claim is None or claim.letter != call.letter:
        raise Untrue(f"{code} is no code of {call.letter} today")
    at = day.replace(hour=0, minute=0) + timedelta(minutes=claim.start_min - 5)
    wish = Wish(call.letter, "", 0)
    return Caller(order, at, machine, wish, "ja", served_s, "served", False, code, call.phone, mistyped)
