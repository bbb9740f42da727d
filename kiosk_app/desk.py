"""What staff do: sign in with code and PIN, then one act a press, each refused or kept, each at most once.

A clerk in training mode (研修モード) acts on a practice book of their own; nothing of it reaches the log.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk_app import api, practice
from kiosk_app.book import Book
from kiosk_app.clock import new_token
from kiosk_app.consoles import Consoles
from kiosk_app.issuing import NotIssued, Wish
from kiosk_app.office import calls, decision
from kiosk_app.office.facts import SignedIn, SignedOut, SignInLocked
from kiosk_app.office.permissions import may
from kiosk_app.office.state import OfficeState, number_text
from kiosk_app.office.times import parse_number
from kiosk_app.runtime import RuntimeFile
from kiosk_app.sessions import KeptSessions, Session
from kiosk_app.settings import StaffMember
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.core import Core

WRONG_PINS_MAX = 5
LOCK_MS = 10 * 60 * 1000
SESSIONS_MAX = 200
PRINTER_VERBS = ("issue", "reprint")


@dataclass
class _Tries:
    wrong: int = 0


class Desk:
    """All consoles of this hub."""

    def __init__(self, core: Core, staff: Sequence[StaffMember], kept: RuntimeFile) -> None:
        self._core = core
        self._staff = {member.code: member for member in staff}
        self._kept = kept
        self._consoles = Consoles(core.office, core.settings.name)
        found = kept.load(KeptSessions)
        # A training session lives in memory alone, so it ends with the process.
        self._sessions = {k: s for k, s in found.sessions.items() if not s.training} if found else {}
        self._practice: dict[str, Book] = {}
        self._tries: dict[str, _Tries] = {}
        self._hashing = ThreadPoolExecutor(1, thread_name_prefix="pin")

    # --- signing in ------------------------------------------------------------------------------------------------

    async def sign_in(self, wish: api.SignIn) -> api.SignedInReply:
        now = self._core.clock.now_utc_ms()
        if self._core.book.state.locks.get(wish.staff_code, 0) > now:
            return api.SignedInReply(
                ok=False, message="続けてまちがえたため、10分間サインインできません。リーダーに相談してください。"
            )
        member = self._staff.get(wish.staff_code)
        right = await asyncio.get_running_loop().run_in_executor(self._hashing, _verify, member, wish.pin)
        if member is None or not right:
            return self._wrong(wish.staff_code, now)
        self._tries.pop(wish.staff_code, None)
        if len(self._sessions) >= SESSIONS_MAX:
            return api.SignedInReply(
                ok=False, message="サインインが多すぎます。使っていない端末でサインアウトしてください。"
            )
        token = new_token()
        key = _digest(token)
        self._sessions[key] = Session(staff_code=member.code, role=member.role, training=wish.training)
        if wish.training:
            self._practice[key] = practice.new_book(self._core.office, self._core.clock)
        else:
            self._core.book.commit(member.code, [SignedIn(role=member.role)])
        self._save()
        return api.SignedInReply(ok=True, token=token, staff_code=member.code, role=member.role)

    def _wrong(self, code: str, now: int) -> api.SignedInReply:
        # A code that does not exist is counted and answered like one that does.
        tries = self._tries.setdefault(code, _Tries())
        tries.wrong += 1
        if len(self._tries) > SESSIONS_MAX:
            self._tries.clear()
        if tries.wrong >= WRONG_PINS_MAX:
            tries.wrong = 0
            if code in self._staff:
                self._core.book.commit(code, [SignInLocked(staff_code=code, until_utc_ms=now + LOCK_MS)])
            return api.SignedInReply(
                ok=False, message="続けてまちがえたため、10分間サインインできません。リーダーに相談してください。"
            )
        return api.SignedInReply(ok=False, message="係員番号か暗証番号がちがいます。もう一度入れてください。")

    # --- views and acts ----------------------------------------------------------------------------------------------

    def view(self, token: str) -> bytes | None:
        """None: not signed in."""
        key = _digest(token)
        session = self._sessions.get(key)
        if session is None:
            return None
        book = self._practice.get(key, self._core.book)
        return self._consoles.view(book, session)

    def stamp(self, token: str) -> object:
        """Differs when the view of this console has news; None: not signed in."""
        key = _digest(token)
        session = self._sessions.get(key)
        return None if session is None else self._consoles.stamp(self._practice.get(key, self._core.book), session)

    async def act(self, token: str, act: api.StaffAct) -> api.Reply | None:
        """None: not signed in."""
        key = _digest(token)
        session = self._sessions.get(key)
        if session is None:
            return None
        if act.verb == "sign_out":
            return self._sign_out(key, session)
        if act.verb in PRINTER_VERBS:
            return await self._print(key, session, act)
        book = self._practice.get(key, self._core.book)
        staff = decision.Staff(code=session.staff_code, role=session.role)
        answer = calls.decide(book.state, act, staff, book.clock.now_utc_ms(), self._core.rules())
        if isinstance(answer, decision.Refusal):
            return api.Reply(ok=False, message=answer.message_ja)
        try:
            book.commit(session.staff_code, answer.facts)
        except StoreFull:
            return api.Reply(
                ok=False, message="記録する場所が足りません。まだ何も変わっていません。技術員を呼んでください。"
            )
        self._remember_counter(session, act)
        return api.Reply(ok=True, message=answer.message_ja)

    def _remember_counter(self, session: Session, act: api.StaffAct) -> None:
        counter = session.counter
        if act.verb == "open_counter":
            counter = act.counter
        elif act.verb == "close_counter":
            counter = None
        if counter != session.counter:
            session.counter = counter
            self._save()
            self._core.changed.bump()

    def _sign_out(self, key: str, session: Session) -> api.Reply:
        del self._sessions[key]
        if self._practice.pop(key, None) is None:
            self._core.book.commit(session.staff_code, [SignedOut(role=session.role)])
        self._save()
        return api.Reply(ok=True)

    async def _print(self, key: str, session: Session, act: api.StaffAct) -> api.Reply:
        if not may(session.role, act.verb):
            return api.Reply(ok=False, message="この操作は係員、案内係、リーダーができます。")
        if key in self._practice:
            return api.Reply(ok=True, message="研修モードです。紙は出ません。")
        issuer = self._core.issuer
        if act.verb == "reprint":
            ticket = act.ticket or find_number(self._core.book.state, act.number)
            if ticket not in self._core.book.state.day.tickets:
                return api.Reply(ok=False, message="その番号は今日ありません。番号を確かめてください。")
            if act.intent in self._core.book.state.day.intents:
                return api.Reply(ok=True)
            result = await issuer.reprint(ticket, session.staff_code, act.intent)
            return _not_issued(result) if isinstance(result, NotIssued) else api.Reply(ok=True)
        if act.service not in self._core.rules().services:
            return api.Reply(ok=False, message="その用件はありません。用件を選び直してください。")
        stop, letter = self._core.citizen.stop_of(act.service)
        wish = Wish(intent=act.intent, stop=stop, letter=letter, language=act.language, by_staff=True)
        allocated = await issuer.allocate(wish, session.staff_code)
        if isinstance(allocated, NotIssued):
            return _not_issued(allocated)
        if allocated.fresh:
            await issuer.print_first(allocated.ticket, session.staff_code)
        return api.Reply(ok=True)

    def _save(self) -> None:
        self._kept.save(KeptSessions({k: s for k, s in self._sessions.items() if not s.training}))


def _not_issued(result: NotIssued) -> api.Reply:
    words: dict[str, str] = {
        "paper_out": "用紙がありません。用紙を入れてから、もう一度押してください。",
        "cover_open": "プリンターのふたが開いています。閉めてから、もう一度押してください。",
        "disk_full": "記録する場所が足りません。技術員を呼んでください。",
    }
    text = words.get(result.cause, "プリンターが使えません。電源と線を確かめて、もう一度押してください。")
    return api.Reply(ok=False, message=text + "番号はまだ出ていません。")


def find_number(state: OfficeState, typed: str) -> str:
    """The ticket of today with this number; empty when there is none."""
    number = parse_number(typed)
    return "" if number is None else state.day.by_number.get(number_text(*number), "")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _verify(member: StaffMember | None, pin: str) -> bool:
    """Also hashes for an unknown code, so that the time taken tells nothing."""
    from argon2 import PasswordHasher
    from argon2.exceptions import VerificationError

    hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    if member is None:
        hasher.hash(pin)
        return False
    try:
        return hasher.verify(member.pin_hash, pin)
    except VerificationError:
        return False
