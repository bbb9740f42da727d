"""Plays a day on which the city sells times of the office on its pages, people come with them, and staff change their
length at noon; in the office of a morning (morning.py), with what noon_house.py adds to it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from kiosk_app.office import booking_code
from tests.many.computers import Computer, until, utc_ms
from tests.stories.crowd import WISHES
from tests.stories.house import Lines, Untrue
from tests.stories.morning import Morning, play_in
from tests.stories.morning_house import LEADER, PIN
from tests.stories.morning_people import Machine, told
from tests.stories.morning_truth import Evidence
from tests.stories.noon_house import OFFICE, NoonHouse
from tests.stories.noon_people import NoonMachine, Planner, guest
from tests.stories.noon_phone import NAME, Call, Caller, PhoneLine, caller
from tests.stories.noon_truth import ByPhone, CityEvidence, Promise, judged
from tests.stories.noon_web import Phones, Told, Wanted, person
from tests.stories.script import Story

BOOKED = {"M": ("card-pin-reset", "card-address-change"), "H": ("move-within", "move-out")}
"""What people book, by group: matters of one slot each, so that the figures of the day can be told by heart."""
SERVED_S = {"M": (301, 420), "H": (420, 700)}
"""Six or seven minutes for a card, whoever comes: so the office finds that ten are more than it needs, and is offered
seven."""
GROUPS = {"M": "マイナンバーカード", "H": "引っ越し"}
"""As the console says them, or begins to."""
SLOTS, TAKE_BACK = "枠", "元に戻す"


class Noon(Morning):
    """`acknowledged`: what pages said that is booked."""

    house: NoonHouse

    def __init__(self, story: Story, house: NoonHouse) -> None:
        self._pictured: set[str] = set()
        super().__init__(story, house)
        self.house = house
        self.acknowledged: list[Told] = []
        self.calls: list[Caller] = []
        self._people = 0
        self._rows: list[tuple[str, int, int, int, int]] = []
        self._facts: frozenset[tuple[str, int]] = frozenset()
        day = f"{story.start:%Y-%m-%d}"
        self.phones = Phones(house.central.url, OFFICE, day, self._picture)
        self.phones.open()
        self._phone = PhoneLine(house.central.url, house.phone_token, house.central.ca_file)

    def _machine_of(self, computer: Computer) -> Machine:
        house = self.house
        assert isinstance(house, NoonHouse)
        face, tap, scanner = house.citizens[computer.code], house.taps[computer.code], house.scanners[computer.code]
        return NoonMachine(computer, face, tap, self.notes, scanner, self._pictured)

    def _turn(self, now: datetime, hands: ThreadPoolExecutor) -> None:
        self.house.central.set_clock(utc_ms(now))
        self._coming.sort(key=lambda visitor: visitor.at)
        super()._turn(now, hands)

    def _deeds(self) -> dict[str, Callable[..., None]]:
        return {
            **super()._deeds(),
            "phones": self._phones_book,
            "caller": self._caller_books,
            "planners": self._planners,
            "central": self._central,
            "leader": self._leader,
        }

    def end(self) -> None:
        def known() -> bool:
            with psycopg.connect(self.house.central.dsn) as connection:
                row = connection.execute("SELECT count(*) FROM facts WHERE office = %s", (OFFICE,)).fetchone()
            return row is not None and row[0] == self._office.hub.client.health().facts

        super().end()
        until(known, "central and the hub have the same facts")
        self._office.until_equal()
        with psycopg.connect(self.house.central.dsn) as connection:
            rows = connection.execute(
                "SELECT letter, start_min, lane, length_min, after_min FROM bookings WHERE office = %s AND day = %s "
                "AND state IN ('booked', 'checked_in', 'no_show')",
                (OFFICE, self._story.start.date()),
            ).fetchall()
            places = connection.execute("SELECT machine, seq FROM facts WHERE office = %s", (OFFICE,)).fetchall()
        self._rows = [(str(row[0]), *map(int, row[1:])) for row in rows]  # type: ignore[misc]
        self._facts = frozenset((str(machine), int(seq)) for machine, seq in places)

    def tell(self, told: dict[str, Any], found: Evidence) -> None:
        unheard = [code for machine in self._machines if isinstance(machine, NoonMachine) for code in machine.unheard]
        evidence = CityEvidence(
            day=f"{self._story.start:%Y-%m-%d}",
            office=found,
            promised=[self._promise(one.code) for one in (*self.acknowledged, *self.calls)],
            unheard=[self._promise(code) for code in unheard],
            rows=self._rows,
            facts=self._facts,
            by_phone=[
                ByPhone(self._promise(one.code), number)
                for number, one in self.notes.by_number.items()
                if isinstance(one, Caller)
            ],
            persons=self._persons(),
            written=self._written(found),
        )
        tickets = [fact["body"] for fact in evidence.of("TicketIssued")]
        plans = [fact["body"] for fact in evidence.of("SlotsPlanned") if fact["body"].get("by") == "staff"]
        told |= {
            "booked": len(self.acknowledged),
            "booked-by-telephone": len(self.calls),
            "checked-in": sum(bool(body.get("booking")) and body.get("promise") != "slot" for body in tickets),
            "unheard": len(unheard),
            "times-of-today": sum(body.get("promise") == "slot" for body in tickets),
            "changed-plans": len(plans),
        }
        told["invariants"] += judged(evidence)

    def _promise(self, code: str) -> Promise:
        claim = booking_code.read(code, self._story.start.date())
        assert claim is not None
        return Promise(claim.letter, claim.start_min, claim.lane)

    def _persons(self) -> list[str]:
        numbers = [one.phone for one in self.calls]
        names = [NAME]
        for one in self.acknowledged:
            name, number = person(one.wanted)
            names.append(name)
            numbers.append(number.replace("-", ""))
        written = [f"{number[:3]}-{number[3:7]}-{number[7:]}" for number in numbers]
        return [*dict.fromkeys((*names, *numbers, *written))]

    def _written(self, found: Evidence) -> dict[str, str]:
        logs = {f"the log of {code}": json.dumps(log, ensure_ascii=False) for code, log in found.logs.items()}
        return {**logs, "log.txt": (self.house.out / "log.txt").read_text()}

    # --- acts --------------------------------------------------------------------------------------------------------

    def _phones_book(self, at: datetime, verb: str, count: str, letter: str, *things: str) -> None:
        """book 12 M from 9:40 until 12:00; pictures."""
        if verb != "book":
            raise Untrue(f"phones cannot {verb}")
        more = dict(zip(things[::2], things[1::2], strict=True))
        wanted = []
        for _ in range(int(count)):
            self._people += 1
            service = BOOKED[letter][self._people % 2]
            wanted.append(Wanted(self._people, service, _minute(more["from"]), _minute(more["until"])))
        if "pictures" in more:
            wanted[0] = replace(wanted[0], looked_at=True)
        got = self.phones.book(wanted)
        self.acknowledged += got
        draw = random.Random(self._people)
        for one in got:
            served_s = draw.randint(*SERVED_S[letter])
            self._coming.append(guest(one, letter, self._story.start, len(self._machines), served_s))

    def _caller_books(self, at: datetime, verb: str, letter: str, word: str, clock: str, *things: str) -> None:
        """books M at 9:30 number 08000000018 mistypes 8100."""
        if (verb, word) != ("books", "at"):
            raise Untrue(f"a caller cannot {verb} {word}")
        more = dict(zip(things[::2], things[1::2], strict=True))
        call = Call(letter, _minute(clock), more["number"])
        code = self._phone.book(call)
        self._people += 1
        machine, served_s = self._people % len(self._machines), SERVED_S[letter][0]
        one = caller(self._people, call, code, self._story.start, machine, served_s, more.get("mistypes", ""))
        self.calls.append(one)
        self._coming.append(one)

    def _visitors(self, at: datetime, verb: str, count: str, *things: str) -> None:
        """As in any morning; they are served as long as those who have booked."""
        before = len(self._coming)
        super()._visitors(at, verb, count, *things)
        draw = random.Random(before)
        self._coming[before:] = [
            replace(one, served_s=draw.randint(*SERVED_S.get(one.wish.letter, (60, 300))))
            for one in self._coming[before:]
        ]

    def _planners(self, at: datetime, verb: str, count: str, letter: str, word: str, since: str) -> None:
        """come 3 M for 13:00."""
        if (verb, word) != ("come", "for"):
            raise Untrue(f"planners cannot {verb} {word}")
        wish = next(wish for wish in WISHES if wish.letter == letter)
        for number in range(int(count)):
            self._people += 1
            come = at + timedelta(minutes=number)
            plan = Planner(
                self._people, come, number % len(self._machines), wish, "ja", SERVED_S[letter][0], "served", False,
                _minute(since),
            )  # fmt: skip
            self._coming.append(plan)

    def _central(self, at: datetime, verb: str) -> None:
        assert self.house.wire is not None
        hub = self._office.hub.client
        match verb:
            case "cut-off":
                self.house.wire.pull()
                until(lambda: hub.health().central == "away", "the hub knows that central is away")
            case "healed":
                self.house.wire.heal()
                until(lambda: hub.health().central == "linked", "the hub is linked with central again")
            case "is-looked-at":
                self.phones.look("/", "home")
                self.phones.look("/now", "now")
            case _:
                raise Untrue(f"central cannot {verb}")

    def _leader(self, at: datetime, verb: str, *things: str) -> None:
        face = self.house.leader
        assert face is not None
        match verb:
            case "signs-in":
                face.say(keys=f"{LEADER}\r{PIN}\r", until={"page": "counter"})
                face.say(press="リーダーの画面", until={"page": "work"})
                face.say(press=SLOTS, until={"slots.mode": "day"})
                face.say(press=GROUPS[things[0]])
                until(lambda: told(face, "slots.side.kind") == "day", "the timetable of the group is there")
            case "tries":
                face.say(press=f"1枠を{things[0]}分にする", until={"slots.mode": "compared"})
                until(lambda: _can(face, "slots.side.do"), "the change can be made")
            case "changes":
                until(lambda: _changed(face, f"{things[0]}分"), f"{things[0]} minutes are done")
            case "takes-back":
                face.say(press=TAKE_BACK)
                until(lambda: not _undo(face).get("note"), "the change is taken back")
            case _:
                raise Untrue(f"a leader cannot {verb}")
        face.say(until={"head.time": f"{at:%-H:%M}"}, picture=self._picture(f"leader-{verb}"))

    # --- the end -----------------------------------------------------------------------------------------------------

    def close(self) -> None:
        self._phone.close()
        self.phones.close()


def _can(face: Lines, control: str) -> bool:
    shown = told(face, control)
    return bool(shown) and shown.get("state") in ("open", "go")


def _changed(face: Lines, length: str) -> bool:
    """What has changed since the preview is tried again by itself, and said; then it is looked at and pressed again.
    While an answer is on its way the key is busy."""
    if told(face, "slots.mode") == "compared" and _can(face, "slots.side.do"):
        face.say(press=f"{length}に変える")
    return length in str(_undo(face).get("note", ""))


def _undo(face: Lines) -> dict[str, Any]:
    """The key that takes the last change back, as the console shows it."""
    acts: list[dict[str, Any]] = told(face, "slots.side.acts") or []
    return next((one for one in acts if one.get("label") == TAKE_BACK), {})


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return 60 * int(hour) + int(minute)


def play(story: Story, work: Path, out: Path, begun: float) -> tuple[dict[str, Any], str]:
    """As in any morning."""
    house = NoonHouse(story, work, out)
    made: list[Noon] = []

    def begin() -> Noon:
        made.append(Noon(story, house))
        return made[0]

    try:
        return play_in(house, story, begin, begun)
    finally:
        for noon in made:
            noon.close()
