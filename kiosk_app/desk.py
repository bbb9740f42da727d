"""What staff do: sign in with code and PIN, then one act a press, each refused or kept, each at most once.

A clerk in training mode (研修モード) acts on a practice book of their own; nothing of it reaches the log or a device.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiosk_app import api, hub_change, money_desk, practice
from kiosk_app.acts_together import AT_ONE_COUNTER, ActsTogether
from kiosk_app.api_tools import WhyAsked, WhyNext
from kiosk_app.book import Book
from kiosk_app.clock import new_token
from kiosk_app.consoles import Consoles
from kiosk_app.form_settings import reads
from kiosk_app.history import History
from kiosk_app.history_printing import NO_ROOM
from kiosk_app.marking import mark
from kiosk_app.marks import Marks
from kiosk_app.matching import match
from kiosk_app.office import asked, calls, decision, held
from kiosk_app.office.facts import CounterClosed, Fact, SignedIn, SignedOut
from kiosk_app.office.next_in_words import why_next
from kiosk_app.office.permissions import DEVICES, HUB, MONEY, READERS_OF_HISTORY, ROLE_NAMES, SLOTS
from kiosk_app.office.state import OfficeState, counter_of, number_of
from kiosk_app.runtime import RuntimeFile
from kiosk_app.sessions import KeptSessions, Session, bound, digest
from kiosk_app.settings import StaffMember
from kiosk_app.settling import Settling
from kiosk_app.sign_in import Door
from kiosk_app.staff_paper import StaffPaper, WorkPlace
from kiosk_app.technician import technician_part, trust
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.core import Core

SESSIONS_MAX = 200
CORE = "core"
NOT_PAIRED = "この端末の登録は取り消されました。技術員を呼んでください。"


class Desk:
    """All consoles of this hub."""

    def __init__(self, core: Core, staff: Sequence[StaffMember], kept: RuntimeFile, marks: RuntimeFile) -> None:
        self._core = core
        self._kept = kept
        self._consoles = Consoles(core.office, core.settings.name, core.settings.code, reads(core.settings.forms))
        self._door = Door(core.book, staff)
        self._history = History(core.book)
        self._office = WorkPlace(core.book, core.issuer, Marks(core.book, marks))
        self._paper = StaffPaper(core, self._history)
        self._together = ActsTogether(core.book, api.Reply(ok=False, message=NO_ROOM))
        self._practice: dict[str, WorkPlace] = {}
        self._settling = Settling()
        self._reasons: dict[str, tuple[str, ...]] = {
            "cancel": core.office.cancel_reasons,
            "call_number": api.CALL_REASONS,
            "grant_priority": api.PRIORITY_REASONS,
        }
        found = kept.load(KeptSessions)
        self._sessions = {k: s for k, s in found.sessions.items() if self._still_employed(s)} if found else {}

    def _still_employed(self, session: Session) -> bool:
        member = self._door.member(session.staff_code)
        return member is not None and member.role == session.role

    def close(self) -> None:
        self._door.close()
        self._history.close()

    # --- signing in and out ------------------------------------------------------------------------------------

    async def sign_in(self, wish: api.SignIn, device: str = "") -> api.SignedInReply:
        """`device`: the paired one on which it is done; the token is good there alone."""
        if message := hub_change.refusal(self._core):
            return api.SignedInReply(ok=False, message=message)
        member = await self._door.admit(wish)
        if isinstance(member, str):
            return api.SignedInReply(ok=False, message=member)
        try:
            return self._admitted(member, wish, device)
        except StoreFull:
            return api.SignedInReply(ok=False, message=NO_ROOM)

    def _admitted(self, member: StaffMember, wish: api.SignIn, device: str) -> api.SignedInReply:
        if not self._core.paired.is_active(device):
            # Revoked while the PIN was being checked.
            return api.SignedInReply(ok=False, message=NOT_PAIRED)
        if message := hub_change.refusal(self._core):
            return api.SignedInReply(ok=False, message=message)
        self._forget_old_sessions()
        if len(self._sessions) >= SESSIONS_MAX:
            return api.SignedInReply(
                ok=False, message="サインインが多すぎます。使っていない端末でサインアウトしてください。"
            )
        now = self._core.clock.now_utc_ms()
        session = Session(
            staff_code=member.code, role=member.role, training=wish.training, since_utc_ms=now, device=device
        )
        token = new_token()
        key = digest(bound(token, device))
        if wish.training:
            book, issuer = practice.office_for(self._core.office, self._core.book)
            self._practice[key] = WorkPlace(book, issuer, Marks(book), is_practice=True)
        else:
            session.counter = _own_counter(self._core.book.state, member.code)
            self._core.book.commit(member.code, [SignedIn(role=member.role, counter=session.counter)])
        self._sessions[key] = session
        self._save()
        return api.SignedInReply(ok=True, token=token, staff_code=member.code, role=member.role)

    def _forget_old_sessions(self) -> None:
        now = self._core.clock.now_utc_ms()
        for key, session in [(k, s) for k, s in self._sessions.items() if s.is_over(now)]:
            self._place(key).book.commit(session.staff_code, [SignedOut(role=session.role)])
            self._end(key)

    def _session(self, token: str) -> tuple[str, Session] | None:
        key = digest(token)
        session = self._sessions.get(key)
        if session is None or session.is_over(self._core.clock.now_utc_ms()):
            return None
        return key, session

    def device_of(self, token: str) -> str | None:
        """Where a bare token was given: the device, or empty for this computer's socket; None: nowhere."""
        for device in {session.device for session in self._sessions.values()}:
            if digest(bound(token, device)) in self._sessions:
                return device
        return None

    def end_sessions_of(self, device: str) -> None:
        """Its counters stay as they are: whoever served there finds them on another console."""
        for key, session in [(k, s) for k, s in self._sessions.items() if s.device == device]:
            self._place(key).book.settle(session.staff_code, [SignedOut(role=session.role)])
            self._end(key)

    def knows(self, token: str) -> bool:
        return self._session(token) is not None

    def at_work(self, token: str) -> tuple[Session, Book] | None:
        """Who is signed in, and on which book they work; None: not signed in."""
        found = self._session(token)
        return None if found is None else (found[1], self._place(found[0]).book)

    def role(self, token: str) -> api.Role | None:
        """None: not signed in."""
        found = self._session(token)
        return None if found is None else found[1].role

    def _sign_out(self, key: str, session: Session) -> api.Reply:
        facts: list[Fact] = [SignedOut(role=session.role)]
        place = self._place(key)
        counter = counter_of(place.book.state.day, session.counter or 0)
        if counter.current and counter.staff_code == session.staff_code:
            number = number_of(place.book.state.day, counter.current)
            return api.Reply(
                ok=False, message=f"{number}の方が対応中です。完了か保留にしてからサインアウトしてください。"
            )
        if counter.state != "closed" and counter.staff_code == session.staff_code:
            # A counter that nobody serves must not be promised to anybody.
            facts.insert(0, CounterClosed(counter=counter.number))
        try:
            place.book.commit(session.staff_code, facts)
        except StoreFull:
            return api.Reply(ok=False, message=NO_ROOM)
        self._end(key)
        self._core.changed.bump()
        return api.Reply(ok=True)

    def _end(self, key: str) -> None:
        del self._sessions[key]
        self._practice.pop(key, None)
        self._save()

    def _save(self) -> None:
        # A training session lives in memory alone, so it ends with the process.
        self._kept.save(KeptSessions({k: s for k, s in self._sessions.items() if not s.training}))

    # --- views and acts ----------------------------------------------------------------------------------------

    def _place(self, key: str) -> WorkPlace:
        """A training session without its practice book is a bug, never a way into the office."""
        return self._practice[key] if self._sessions[key].training else self._office

    def view(self, token: str) -> bytes | None:
        """None: not signed in."""
        found = self._session(token)
        if found is None:
            return None
        key, session = found
        place = self._place(key)
        part = technician_part(self._core) if session.role == "technician" and not session.training else None
        of_hub = session.role in ("leader", "technician") and not session.training
        hub = hub_change.hub_part(self._core) if of_hub else None
        money = money_desk.sign(self._core, session)
        return self._consoles.view(place.book, session, place.marks.all(), part, hub, money)

    def stamp(self, token: str) -> object:
        """Differs when the view of this console has news; None: not signed in."""
        found = self._session(token)
        return None if found is None else self._consoles.stamp(self._place(found[0]).book, found[1])

    def tick(self) -> None:
        """Who was put aside comes back; whose console was revoked elsewhere is signed out. On a full disk the next tick
        tries again."""
        for device in {session.device for session in self._sessions.values()}:
            if not self._core.paired.is_active(device):
                self.end_sessions_of(device)
        for place in (self._office, *self._practice.values()):
            place.marks.forget_other_days()
            with contextlib.suppress(StoreFull):
                now = place.book.clock.now_utc_ms()
                place.book.commit(CORE, held.back_in_line(place.book.state, now))
        self._answer_machines()

    def _answer_machines(self) -> None:
        """Staff at a ticket machine, or visitors who leave, have asked for what only the hub writes."""
        book = self._office.book
        if not book.state.day.cancellations:
            return
        now, reasons = book.clock.now_utc_ms(), self._reasons["cancel"]
        with contextlib.suppress(StoreFull):
            for actor, facts in asked.answers(book.state, self._core.rules(), reasons, self._role_of, now):
                book.commit(actor, facts)

    def _role_of(self, staff_code: str) -> api.Role | None:
        member = self._door.member(staff_code)
        return member.role if member is not None else None

    async def actions(self, token: str, asked: api.ActionsAsked) -> api.ActionsPage | None:
        """None: not signed in."""
        found = self._session(token)
        if found is None:
            return None
        key, session = found
        if session.role not in READERS_OF_HISTORY:
            message = f"{ROLE_NAMES[session.role]}は今日の新しい操作だけを見られます。係員に頼んでください。"
            return api.ActionsPage(ok=False, message=message)
        return await self._history.page(self._place(key).book, asked)

    def why(self, token: str, asked: WhyAsked) -> WhyNext | None:
        """None: not signed in."""
        found = self._session(token)
        if found is None:
            return None
        key, session = found
        book = self._place(key).book
        return why_next(book.state, int(asked.counter or session.counter or 0), book.clock.now_utc_ms())

    def settle(self, token: str, intent: str) -> api.IntentSettled | None:
        """None: not signed in."""
        found = self._session(token)
        if found is None:
            return None
        place = self._place(found[0])
        return self._settling.settle(intent, lambda: self._answer_of(place, intent))

    def _answer_of(self, place: WorkPlace, intent: str) -> api.Reply | None:
        day = place.book.state.day
        answered = day.intents.get(intent)
        if answered is None:
            return None
        if answered.kind in ("TicketIssued", "PrintStarted"):
            return self._paper.told(place, answered.ticket, answered.kind == "PrintStarted")
        message = decision.said(answered.kind, number_of(day, answered.ticket), answered.counter)
        return api.Reply(ok=True, message=message)

    async def act(self, token: str, act: api.StaffAct) -> api.Reply | None:
        """None: not signed in."""
        found = self._session(token)
        if found is None:
            return None
        return await self._settling.once(act.intent, lambda: self._act(*found, act))

    async def _act(self, key: str, session: Session, act: api.StaffAct) -> api.Reply:
        if message := hub_change.refusal(self._core):
            return api.Reply(ok=False, message=message)
        if act.verb == "sign_out":
            return self._sign_out(key, session)
        if act.verb in HUB:
            return hub_change.change(self._core, session, act)
        if act.verb in ("issue", "reprint"):
            return await self._paper.ticket(self._place(key), session, act)
        if act.verb == "recover_printer":
            return await self._paper.recover(session)
        if act.verb == "print_history":
            return await self._paper.history(self._place(key), session, act)
        if act.verb == "mark":
            place = self._place(key)
            return mark(place.book, place.marks, session, act)
        if act.verb in DEVICES:
            return trust(self._core, session, act)
        if act.verb in MONEY:
            return await money_desk.act(self._core, session, act)
        if act.verb in SLOTS:
            place = self._place(key)
            return await self._core.slots.act(place.book, place.issuer, session, act)
        place = self._place(key)
        if place is self._office and act.verb in AT_ONE_COUNTER:
            return await self._together.act(act.counter or 0, lambda: self._decided(place.book, session, act))
        return self._together.alone(lambda: self._decided(place.book, session, act))

    def _decided(self, book: Book, session: Session, act: api.StaffAct) -> api.Reply:
        """Decided, kept and folded without a wait. Raises StoreFull; then nothing happened."""
        if message := hub_change.refusal(self._core):
            # The hub was handed over after the press and before its turn: its word is spoken.
            return api.Reply(ok=False, message=message)
        match(book)
        staff = decision.Staff(code=session.staff_code, role=session.role)
        answer = calls.decide(book.state, act, staff, book.clock.now_utc_ms(), self._core.rules())
        if isinstance(answer, decision.Refusal):
            return api.Reply(ok=False, message=answer.message_ja, needs=answer.needs)
        if act.verb in self._reasons and act.reason not in ("", *self._reasons[act.verb]):
            return api.Reply(ok=False, message="理由は一覧から選んでください。入れた言葉は記録できません。")
        book.commit(session.staff_code, answer.facts)
        self._remember_counter(session, act)
        return api.Reply(ok=True, message=answer.message_ja)

    def _remember_counter(self, session: Session, act: api.StaffAct) -> None:
        if act.verb not in ("open_counter", "close_counter"):
            return
        # Whoever had this counter has been followed, or has it no more; a trainee is alone in the practice office.
        for other in [session] if session.training else list(self._sessions.values()):
            followed = act.verb == "close_counter" or other.staff_code != session.staff_code
            if other.counter == act.counter and other.training == session.training and followed:
                other.counter = None
        if act.verb == "open_counter":
            session.counter = act.counter
        self._save()
        self._core.changed.bump()


def _own_counter(state: OfficeState, code: str) -> int | None:
    """A console that was replaced or started again finds its counter as it left it."""
    own = [c.number for c in state.day.counters.values() if c.staff_code == code and c.state != "closed"]
    return min(own, default=None)
