"""The timetable at the hub: what consoles read of it, what a change would do, and the acts of staff on it.

The hub alone plans: it writes the catalogue's lanes of each day that can be booked, and the closures over them, as soon
as they are not so yet.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kiosk_app import api
from kiosk_app.book import Book
from kiosk_app.call_list_printing import print_call_list
from kiosk_app.check_in_console import check_in_here
from kiosk_app.clock import new_id
from kiosk_app.expected import Expected
from kiosk_app.history_printing import NO_ROOM
from kiosk_app.issuing import Issuer
from kiosk_app.loads import all_estimates
from kiosk_app.office import same_day, slot_moves, slot_plans, slot_previews, slot_rules, slot_view
from kiosk_app.office.check_in_rows import CheckInRow
from kiosk_app.office.decision import Decision, Refusal, said
from kiosk_app.office.facts import BookingMade
from kiosk_app.office.figures import Call, calls_of
from kiosk_app.office.permissions import LEADERS, ROLE_NAMES, may
from kiosk_app.office.queue import waiting
from kiosk_app.office.slot_length import handling_samples_s, pooled, suggested
from kiosk_app.office.slot_rules import Hub
from kiosk_app.office.slot_times import local_day
from kiosk_app.office.slot_view import Beside
from kiosk_app.runtime import RuntimeFile
from kiosk_app.sessions import Session
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.core import Core

ACTOR = "core"
VISITOR = "visitor"
AGES_MS = 1_000
VIEWS_MAX = 200
"""Kept at once: days that consoles look at."""


class SlotsDesk:
    """Of one core. `book` is where the console works: the office's, or that of a trainee."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._planned: object = None
        runtime = Path(core.settings.runtime_dir)
        self._names = Expected(core.book, core.office.id, b"", RuntimeFile(runtime / "counter_names.json"))
        """Of whoever was booked for today at a counter."""
        self._not_before: tuple[object, dict[str, int]] = (None, {})
        self._calls: tuple[object, list[Call]] = (None, [])
        self._views: dict[tuple[int, str, str, str], tuple[object, bytes]] = {}
        self._besides: dict[tuple[int, str], tuple[object, Beside]] = {}

    # --- plans of the catalogue ----------------------------------------------------------------------------------

    def tick(self) -> None:
        """On the hub. Some plans at a time; on a full disk the next tick tries again."""
        core = self._core
        self._names.forget_other_days()
        if core.clock.doubt is not None:
            return
        state, now = core.book.state, core.clock.now_utc_ms()
        closures = tuple((key, one.from_utc_ms, one.until_utc_ms) for key, one in sorted(state.suspensions.items()))
        stamp = (local_day(core.office, now), state.day.date, core.hub_epoch, closures)
        if stamp == self._planned:
            return
        with contextlib.suppress(StoreFull):
            if self._plan(core.book, slot_plans.PLANS_AT_ONCE) < slot_plans.PLANS_AT_ONCE:
                self._planned = stamp

    def _plan(self, book: Book, at_most: int | None = None) -> int:
        """How many were due. Raises StoreFull."""
        core = self._core
        due = slot_plans.plans_due(book.state, core.office, book.clock.now_utc_ms(), core.hub_epoch, self._online)
        facts = list(islice(due, at_most))
        book.commit(ACTOR, facts)
        return len(facts)

    @property
    def _online(self) -> bool:
        return self._core.settings.central is not None

    # --- what is read --------------------------------------------------------------------------------------------

    def view(self, book: Book, session: Session, asked: api.SlotsAsked) -> bytes:
        """Encoded; several consoles that look at one day after one change cost one view."""
        key = (id(book), session.role, asked.letter, asked.date)
        stamp = (book.changed.version, book.clock.now_utc_ms() // AGES_MS)
        known = self._views.get(key)
        if known is None or known[0] != stamp:
            hub = self._hub(book)
            letter = asked.letter or next((one.letter for one in hub.office.groups if one.booking is not None), "")
            view = slot_view.view(hub, session.role, letter, asked.date, self._beside(book, letter))
            if len(self._views) >= VIEWS_MAX:
                self._views.clear()
            known = self._views[key] = (stamp, msgspec.json.encode(view))
        return known[1]

    def days(self, book: Book, asked: api.SlotDaysAsked) -> api.SlotDays:
        return slot_previews.days(self._hub(book), asked.letter)

    def hit(self, book: Book) -> api.SlotsHit:
        return slot_previews.hit(self._hub(book), self._all_besides(book))

    def to_call(self) -> tuple[str, ...]:
        """Whom somebody may have to ring up, by booking."""
        core = self._core
        return slot_previews.to_call(Hub(core.book.state, core.office, core.clock.now_utc_ms(), core.hub_epoch, {}))

    def preview(self, book: Book, asked: api.SlotsPreviewAsked) -> api.SlotsPreview:
        hub = self._hub(book)
        if asked.change is not None and asked.closing is None:
            return slot_previews.preview(hub, asked.change, self._beside(book, asked.change.letter))
        if asked.closing is not None and asked.change is None:
            return slot_previews.preview_closing(hub, asked.closing, self._all_besides(book))
        return api.SlotsPreview(ok=False, message="変えるものか、休止する時間のどちらか一つを選んでください。")

    def _hub(self, book: Book) -> Hub:
        core, now = self._core, book.clock.now_utc_ms()
        if book is not core.book and not book.state.slots:
            # A trainee's own office has the catalogue's timetable.
            self._plan(book)
        return Hub(book.state, core.office, now, core.hub_epoch, self._first_minutes(book, now))

    def _first_minutes(self, book: Book, now_utc_ms: int) -> dict[str, int]:
        """The first minute of today that may be sold to whoever comes now, by letter: see same_day.py."""
        stamp = (id(book), book.changed.version, now_utc_ms // 1000)
        if self._not_before[0] != stamp:
            self._not_before = (stamp, self._looked_up(book, now_utc_ms))
        return self._not_before[1]

    def _looked_up(self, book: Book, now_utc_ms: int) -> dict[str, int]:
        state, office = book.state, self._core.office
        letters = [one.letter for one in office.groups if one.booking is not None]
        if not letters or not state.day.date:
            return {}
        line = waiting(state)
        told: Mapping[str, same_day.Promised]
        told = self._core.loads.all() if book is self._core.book else all_estimates(state, office, now_utc_ms, line)
        return {
            letter: same_day.not_before_min(state, office, letter, told[letter], line, now_utc_ms) for letter in letters
        }

    def _all_besides(self, book: Book) -> dict[str, Beside]:
        letters = [one.letter for one in self._core.office.groups if one.booking is not None]
        return {letter: self._beside(book, letter) for letter in letters}

    def _beside(self, book: Book, letter: str) -> Beside:
        """What is measured, learnt anew once a minute: it reads the whole day."""
        core, minute = self._core, book.clock.now_utc_ms() // 60_000
        stamp = (minute, book.state.day.date)
        known = self._besides.get((id(book), letter))
        if known is None or known[0] != stamp:
            if self._calls[0] != (id(book), *stamp):
                self._calls = ((id(book), *stamp), calls_of(book.state.day))
            services = [one.id for one in core.office.services if one.group == letter]
            samples = pooled([handling_samples_s(book.state, one, self._calls[1]) for one in services])
            found = suggested(samples)
            suggestion = api.SlotSuggestion(
                minutes=found.minutes,
                reason=found.reason_ja,
                samples=found.samples,
                median_s=found.median_s,
                p90_s=found.p90_s,
            )
            pace_min = sum(samples) / len(samples) / 60 if found.samples and found.minutes is not None else None
            known = (stamp, Beside(self._name_of, suggestion, pace_min, core.booking_key, self._online))
            if len(self._besides) >= VIEWS_MAX:
                self._besides.clear()
            self._besides[id(book), letter] = known
        return known[1]

    def _name_of(self, booking: str) -> str:
        row = self._core.expected.row(booking) or self._names.row(booking)
        return row.name if row is not None else ""

    # --- times of today for walk-ins -------------------------------------------------------------------------------

    def sell(self, wish: same_day.Wish) -> same_day.Sold | same_day.Offers:
        """Promised for good when it returns Sold. Raises StoreFull; then nothing was."""
        hub = self._hub(self._core.book)
        first = self._first_of(hub, wish.service)
        found = same_day.sell(hub.state, hub.office, wish, new_id(), first, hub.now_utc_ms)
        if isinstance(found, same_day.Sold) and found.fact is not None:
            self._core.book.commit(VISITOR, [found.fact])
        return found

    def _first_of(self, hub: Hub, service: str) -> int:
        letter = next((one.group for one in hub.office.services if one.id == service), "")
        return hub.not_before.get(letter, 0)

    # --- what is done --------------------------------------------------------------------------------------------

    async def act(self, book: Book, issuer: Issuer, session: Session, act: api.StaffAct) -> api.Reply:
        """`issuer`: of the place where the console works."""
        if not may(session.role, act.verb):
            whom = ROLE_NAMES["leader" if act.verb in LEADERS else "clerk"]
            return api.Reply(
                ok=False, message=f"この操作は{ROLE_NAMES[session.role]}にはできません。{whom}に頼んでください。"
            )
        if act.verb == "print_call_list":
            return await print_call_list(self._core, book, session, act)
        if act.verb == "check_in":
            return await check_in_here(self._core, book, issuer, session, act)
        answered = book.state.day.intents.get(act.intent)
        if answered is not None:
            return api.Reply(ok=True, message=said(answered.kind, "", answered.counter))
        try:
            return self._done(book, session, act)
        except StoreFull:
            return api.Reply(ok=False, message=NO_ROOM)

    def _done(self, book: Book, session: Session, act: api.StaffAct) -> api.Reply:
        hub = self._hub(book)
        answer = self._decided(hub, act)
        if isinstance(answer, Refusal):
            return api.Reply(ok=False, message=answer.message_ja)
        book.commit(session.staff_code, answer.facts)
        if act.verb == "close_slots":
            # At once, and by the next tick what is left; it looks again, whatever it had seen before.
            self._planned = None
            with contextlib.suppress(StoreFull):
                self._plan(book)
        made = next((one for one in answer.facts if isinstance(one, BookingMade)), None)
        more = "" if made is None else self._booked(book, hub, made, act)
        return api.Reply(ok=True, message=answer.message_ja + more)

    def _decided(self, hub: Hub, act: api.StaffAct) -> Decision | Refusal:
        slot, desk = act.slot or api.SlotAct(), self._core.rules()
        match act.verb:
            case "change_slots":
                return slot_rules.change(hub, slot, act.intent)
            case "undo_slots":
                return slot_rules.undo(hub, slot, act.intent)
            case "close_slots":
                return slot_rules.close(hub, slot, act.reason, desk.closure_reasons, desk.closures_ahead, act.intent)
            case "book_slot":
                return slot_rules.book(hub, slot, act.service, act.language, new_id(), act.intent)
            case "move_booking":
                return slot_moves.move(hub, slot, new_id(), act.intent)
            case "cancel_booking":
                return slot_rules.cancel(hub, slot, act.reason, self._core.office.cancel_reasons, act.intent)
            case "slot_no_show":
                return slot_rules.no_show(hub, slot, act.intent)
        raise AssertionError(act.verb)

    def _booked(self, book: Book, hub: Hub, made: BookingMade, act: api.StaffAct) -> str:
        """Keeps the name of somebody of today; says the reservation's code, where there is one."""
        if book is self._core.book and act.slot is not None and made.date == book.state.day.date:
            self._keep_name(made, act.slot.name)
        promised = slot_plans.slot_day(book.state, made.date, made.letter).bookings[made.booking]
        code = slot_view.code_of(hub, self._core.booking_key, made.letter, made.date, promised)
        return f"予約番号は{code}です。" if code else ""

    def _keep_name(self, made: BookingMade, name: str) -> None:
        """As it was typed; who was given another time of today is found by it as before."""
        for rows in (self._core.expected, self._names) if made.replaces else ():
            rows.moved(made.replaces, made.booking)
        if name:
            kept = [one for key in self._names_of_today() if (one := self._names.row(key)) is not None]
            self._names.put(made.date, [*kept, CheckInRow(booking=made.booking, name=name)])

    def _names_of_today(self) -> list[str]:
        days = self._core.book.state.slots.get(self._core.book.state.day.date, {})
        return [booking for day in days.values() for booking in day.bookings]
