"""Who comes with a reservation, or for a time of today, in a story with time slots: what they press and hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from drivers.code_reader.simulator import SimulatedCodeReader
from kiosk_app.office import booking_code
from tests.many.computers import Computer, InVain, until
from tests.stories.crowd import Visitor, Wish
from tests.stories.house import Lines, Untrue
from tests.stories.morning_house import Tap
from tests.stories.morning_people import Machine, Notes
from tests.stories.noon_phone import Caller
from tests.stories.noon_web import Told

HELD_S = 0.3
PASSING = ("check_in_wait", "printing")


@dataclass(frozen=True)
class Guest(Visitor):
    """Has a reservation. `shows`: before the scanner; else the sixteen digits are typed."""

    code: str = ""
    shows: bool = False


@dataclass(frozen=True)
class Planner(Visitor):
    """Takes a time of today and goes out: the first that is offered from `since_min` on."""

    since_min: int = 0


def guest(told: Told, letter: str, day: datetime, machines: int, served_s: int) -> Guest:
    """Comes some minutes before the time of the code."""
    claim = booking_code.read(told.code, day.date())
    if claim is None or claim.letter != letter:
        raise Untrue(f"{told.code} is no code of {letter} today")
    number = told.wanted.number
    at = day.replace(hour=0, minute=0) + timedelta(minutes=claim.start_min - 5 - number % 4)
    wish = Wish(letter, told.wanted.service, 0)
    return Guest(number, at, number % machines, wish, "ja", served_s, "served", False, told.code, number % 3 > 0)


class NoonMachine(Machine):
    """A ticket machine with a scanner. `pictured`: the screens that somebody has looked at already."""

    def __init__(
        self, computer: Computer, face: Lines, tap: Tap, notes: Notes, scanner: SimulatedCodeReader, pictured: set[str]
    ) -> None:
        super().__init__(computer, face, tap, notes)
        self._scanner, self._pictured = scanner, pictured
        self.unheard: list[str] = []
        """Codes of reservations that nobody here had heard of."""

    def _take_ticket(self, visitor: Visitor) -> None:
        if isinstance(visitor, Guest):
            self._check_in(visitor)
        elif isinstance(visitor, Caller):
            self._by_telephone(visitor)
        elif isinstance(visitor, Planner):
            self._choose_time(visitor)
        else:
            super()._take_ticket(visitor)

    def _check_in(self, guest: Guest) -> None:
        if guest.shows:
            self._scanner.hold(guest.code, HELD_S)
            self._until(lambda: self._screen() not in ("idle", *PASSING), f"{self.code} has read a code")
        else:
            for control in ("booked", "way:code", *(f"pin:{digit}" for digit in guest.code), "pin:enter"):
                self._by_screen(control)
        self._until(lambda: self._screen() not in PASSING, f"{self.code} answers {guest}")
        self._look(f"check-in-{self._screen()}")
        if self._screen() == "check_in_which":
            rows = [row.id for row in self._client.citizen_view().rows]
            if f"what:{guest.wish.service}" in rows:
                self.unheard.append(guest.code)
                self._by_screen(f"what:{guest.wish.service}")
            else:
                self._by_screen("booking:1")
            self._until(lambda: self._screen() not in (*PASSING, "check_in_which"), f"{self.code} goes on with {guest}")
        self._leave_with(guest)

    def _by_telephone(self, caller: Caller) -> None:
        """Digits prove nobody: the own time is chosen from those that are shown."""
        self._by_screen("booked")
        self._look("check-in")
        self._by_screen("way:phone")
        for digits in filter(None, (caller.mistyped, caller.digits)):
            for control in (*(f"pin:{digit}" for digit in digits), "pin:enter"):
                self._by_screen(control)
            self._until(lambda: self._screen() not in PASSING, f"{self.code} answers {caller}")
            self._look(f"{self._screen()}-{'unknown' if digits == caller.mistyped else 'digits'}")
        at = booking_code.read(caller.code, caller.at.date())
        assert at is not None
        shown = f"{at.start_min // 60}:{at.start_min % 60:02}"
        rows = self._client.citizen_view().rows
        mine = [row.id for row in rows if row.label == shown and row.id.startswith("booking:")]
        if len(mine) != 1:
            raise Untrue(f"{self.code}: {shown} is asked for, and there are {[(row.label, row.note) for row in rows]}")
        self._by_screen(mine[0])
        self._until(lambda: self._screen() not in (*PASSING, "check_in_which"), f"{self.code} goes on with {caller}")
        self._leave_with(caller)

    def _choose_time(self, planner: Planner) -> None:
        for control in ("ticket", f"group:{planner.wish.letter}", f"service:{planner.wish.service}", "times"):
            self._by_screen(control)
        self._until(lambda: self._screen() == "times", f"{self.code} offers times to {planner}")
        self._until(lambda: self._takes_time(planner.since_min), f"{self.code} sells a time to {planner}")
        self._leave_with(planner)

    def _takes_time(self, since_min: int) -> bool:
        """Somebody at the other machine may be quicker: then the times change, and the next is chosen."""
        view = self._client.citizen_view()
        if view.screen == "times":
            cells = [cell for hour in view.hours for cell in hour.starts if cell.state in ("open", "selected")]
            fit = [cell for cell in cells if int(cell.id.removeprefix("start:")) >= since_min]
            if not fit:
                raise Untrue(f"{self.code}: no time from {since_min} on, but {[cell.label for cell in cells]}")
            if any(cell.state == "selected" for cell in fit):
                self._look("times")
                self._by_screen("take_time")
            else:
                self._by_screen(fit[0].id)
        return view.screen not in ("times", *PASSING)

    def _leave_with(self, visitor: Visitor) -> None:
        view = self._client.citizen_view()
        if view.screen != "take" or view.slip is None:
            raise Untrue(f"{self.code}: {view.screen} {view.title} {view.emphasis} to {visitor}")
        self._look("take-with-time")
        self._notes.takes(view.slip.number, self.code, visitor)
        self._by_screen("end")

    def _until(self, true: Callable[[], bool], what: str) -> None:
        """Raises Untrue with what the screen says instead."""
        try:
            until(true, what)
        except InVain as error:
            view = self._client.citizen_view()
            offered = [one.id for one in (*view.rows, *view.actions)]
            said = f"{view.screen}, {view.title} {view.subtitle} {view.notice} {offered}"
            raise Untrue(f"{error}; the screen is {said}") from error

    def _screen(self) -> str:
        return self._client.citizen_view().screen

    def _look(self, name: str) -> None:
        if name not in self._pictured:
            self._pictured.add(name)
            shown = self._client.citizen_view().screen_id
            self._face.say(until={"screen_id": shown}, picture=self._notes.pictures(f"citizen-{name}"))
