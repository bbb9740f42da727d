"""Plays a story in an office of several computers: minute by minute of office time, and within a minute all at once.

Visitors press at all machines and clerks at all counters at the same time, each in their own order; then the clocks of
all computers go on by a minute. What happened is judged afterwards from outside (morning_truth.py).
"""

from __future__ import annotations

import contextlib
import itertools
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from kiosk_app import api
from kiosk_app.client import Client
from tests.many.computers import Computer, InVain, until, utc_ms
from tests.stories.crowd import FATES, Fate, Visitor, crowd
from tests.stories.house import Lines, Untrue
from tests.stories.morning_house import MorningHouse, console_name
from tests.stories.morning_people import Clerk, Machine, Notes, told
from tests.stories.morning_report import evidence_of, report
from tests.stories.morning_truth import Evidence
from tests.stories.script import Act, Story

TURN = timedelta(minutes=1)
SEEN_WITHIN_S = 30.0


class Morning:
    """Who is where. `play` the story, then look at `notes`."""

    def __init__(self, story: Story, house: MorningHouse) -> None:
        self._story, self.house, self._office = story, house, house.office
        self._pictures = itertools.count(1)
        self.notes = Notes(pictures=self._picture)
        self._machines = [self._machine_of(m) for m in self._office.machines]
        self._clerks = {
            counter: Clerk(counter, house.clerks[counter], console, self.notes, self._waiting)
            for counter, console in house.consoles.items()
        }
        self._open: set[int] = set()
        self._hub_is_up = True
        self._without_hub: set[str] = set()
        """Faces whose own cable is out."""
        self._coming: list[Visitor] = []

    def _machine_of(self, computer: Computer) -> Machine:
        return Machine(computer, self.house.citizens[computer.code], self.house.taps[computer.code], self.notes)

    def play(self) -> Iterator[Act]:
        """Each act before it is done, so that a caller knows where the story is. Raises Untrue and InVain."""
        now = self._story.start
        with ThreadPoolExecutor(len(self._machines) + len(self._clerks)) as hands:
            for act in self._story.acts:
                yield act
                while now < act.at:
                    now = min(now + TURN, act.at)
                    self._turn(now, hands)
                self._act(act)

    def end(self) -> None:
        """When all acts are done. Raises InVain."""
        self._office.until_equal()

    def tell(self, told: dict[str, Any], found: Evidence) -> None:
        """What a story has beside the figures and rules of all: put into the report."""

    def _turn(self, now: datetime, hands: ThreadPoolExecutor) -> None:
        self._office.clock.jump(utc_ms(now))
        come = [visitor for visitor in self._coming if visitor.at <= now]
        self._coming = self._coming[len(come) :]
        doing = [
            hands.submit(machine.serve, [visitor for visitor in come if visitor.machine == number])
            for number, machine in enumerate(self._machines)
        ]
        if self._hub_is_up:
            doing += [hands.submit(self._clerks[counter].work, utc_ms(now)) for counter in sorted(self._open)]
        for one in doing:
            one.result()
        if self._hub_is_up and self._open:
            self._clerks[min(self._open)].answer_bells()

    def _waiting(self, letter: str) -> int:
        """How many the displays say wait for a group."""
        view = Client(self._office.hub.core).display_view("")
        return next(group.waiting for group in view.groups if group.letter == letter)

    # --- acts ----------------------------------------------------------------------------------------------------

    def _act(self, act: Act) -> None:
        doing = self._deeds()
        if act.who not in doing:
            raise Untrue(f"nobody is called {act.who}")
        doing[act.who](act.at, *act.words)

    def _deeds(self) -> dict[str, Callable[..., None]]:
        """By who does them."""
        return {
            "counter": self._counter,
            "everybody": self._everybody,
            "visitors": self._visitors,
            "machine": self._machine,
            "display": self._display,
            "hub": self._hub,
        }

    def _counter(self, at: datetime, number: str, verb: str) -> None:
        clerk = self._clerks[int(number)]
        match verb:
            case "opens":
                clerk.open()
                self._open.add(clerk.counter)
            case "closes":
                clerk.close()
                self._open.remove(clerk.counter)
            case "cut-off":
                # Whoever stands there is served on; only the console can do nothing.
                self._open.remove(clerk.counter)
                self._cut(f"staff-{number}", console_name(clerk.counter), self.house.consoles[clerk.counter])
            case "healed":
                self._heal(f"staff-{number}", console_name(clerk.counter), self.house.consoles[clerk.counter])
                self._open.add(clerk.counter)
            case _:
                raise Untrue(f"a counter cannot {verb}")

    def _display(self, at: datetime, zone: str, verb: str) -> None:
        match verb:
            case "cut-off":
                self._cut(f"display-{zone}", zone, self.house.displays[zone])
            case "healed":
                self._heal(f"display-{zone}", zone, self.house.displays[zone])
            case _:
                raise Untrue(f"a display cannot be {verb}")

    def _cut(self, name: str, device: str, face: Lines) -> None:
        self.house.devices[device].way.pull()
        self._without_hub.add(name)
        until(lambda: bool(told(face, "stale")), f"{name} says that it is cut off")

    def _heal(self, name: str, device: str, face: Lines) -> None:
        self.house.devices[device].way.heal()
        until(lambda: not told(face, "stale"), f"{name} is of now")
        self._without_hub.remove(name)

    def _visitors(self, at: datetime, verb: str, count: str, *things: str) -> None:
        """come 150 until 10:30 seed 6 by-hand 6, and how many of each fate."""
        if verb != "come":
            raise Untrue(f"visitors cannot {verb}")
        more = dict(zip(things[::2], things[1::2], strict=True))
        hour, minute = more.pop("until").split(":")
        until = at.replace(hour=int(hour), minute=int(minute))
        seed, by_hand = int(more.pop("seed")), int(more.pop("by-hand", "0"))
        if unknown := [name for name in more if name not in FATES]:
            raise Untrue(f"visitors are not {', '.join(unknown)}")
        fates = {cast(Fate, name): int(value) for name, value in more.items()}
        letters = sorted({clerk.letter for clerk in self._clerks.values() if clerk.counter in self._open})
        self._coming += crowd(int(count), at, until, seed, len(self._machines), letters, by_hand, fates)

    def _machine(self, at: datetime, number: str, verb: str) -> None:
        machine = self._office.machines[int(number) - 1]
        way = self._office.cables[machine.code]
        match verb:
            case "cut-off":
                way.pull()
                until(lambda: machine.client.health().hub == "away", f"{machine.code} knows that it is cut off")
            case "healed":
                way.heal()
                until(lambda: machine.linked, f"{machine.code} is linked again")
            case _:
                raise Untrue(f"a machine cannot be {verb}")

    def _hub(self, at: datetime, verb: str, number: str = "") -> None:
        match verb:
            case "hands-over-to":
                self._hand_over(self._office.machines[int(number) - 1])
            case "killed":
                self._office.hub.kill()
                self._hub_is_up = False
                self.house.until_seen(
                    lambda face: bool(told(face, "stale")), "consoles and displays say how old they are"
                )
            case "back":
                self._office.hub.start()
                until(self._office.hub.answers, "the hub answers")
                self._office.until_linked()
                self.house.until_seen(lambda face: not told(face, "stale"), "consoles and displays are of now")
                self._hub_is_up = True
            case _:
                raise Untrue(f"a hub cannot be {verb}")

    def _hand_over(self, machine: Computer) -> None:
        """As a technician does it. Who was signed in at the old hub signs in at the new one."""

        def heard() -> bool:
            """After a jump of the clocks it has been silent for a minute, until it asks again."""
            part = self.house.technician.staff_view().hub
            return part is not None and any(row.code == machine.code and row.connected for row in part.machines)

        until(heard, f"the hub hears {machine.code}")
        act = api.StaffAct(intent=f"hand-over-{machine.code}", verb="hand_over_hub", machine=machine.code)
        reply = self.house.technician.act(act)
        if not reply.ok:
            raise Untrue(f"the hub hands over: {reply.message}")
        self._office.hub_is_now(machine)
        for counter in sorted(self._open):
            self._clerks[counter].sign_in_again()
        self.house.until_seen(lambda face: not told(face, "stale"), "consoles and displays are of now")

    # --- pictures ------------------------------------------------------------------------------------------------

    def _everybody(self, at: datetime, verb: str) -> None:
        if verb != "is-looked-at":
            raise Untrue(f"everybody cannot {verb}")
        now = f"{at:%-H:%M}"
        time_of = {"citizen": "", "staff": "head.time", "display": "time"}
        for name, face in self.house.named_faces().items():
            # Without a hub they show what was last known, and say so.
            shown = time_of[name.partition("-")[0]] if self._hub_is_up and name not in self._without_hub else ""
            face.say(until={shown: now} if shown else {}, picture=self._picture(name))

    def leave_pictures(self) -> None:
        """Of every face that still answers, when a story has gone wrong: for whoever looks for the reason."""
        for name, face in self.house.named_faces().items():
            with contextlib.suppress(Untrue, OSError, ValueError):
                face.say(picture=self._picture(f"untrue-{name}"))

    def _picture(self, name: str) -> str:
        local = self._office.clock.local
        return str(self.house.out / "screens" / f"{next(self._pictures):03d}-{local:%H%M}-{name}.png")


def play(story: Story, work: Path, out: Path, begun: float) -> tuple[dict[str, Any], str]:
    """The report, and where the story did not come out as written. Raises Untrue and InVain when it cannot begin."""
    house = MorningHouse(story, work, out)
    return play_in(house, story, lambda: Morning(story, house), begun)


def play_in(
    house: MorningHouse, story: Story, begin: Callable[[], Morning], begun: float
) -> tuple[dict[str, Any], str]:
    """As `play`, in this house. `begin` is called when it is ready."""
    out = house.out
    untrue, line = "", 0
    try:
        house.begin()
        ready_s = time.monotonic() - begun
        morning = begin()
        try:
            for act in morning.play():
                line = act.line
            morning.end()
        except (Untrue, InVain) as error:
            untrue = f"{story.name}.story:{line}: {error}"
            morning.leave_pictures()
        played_s = time.monotonic() - begun
        codes = house.stop()
        if not untrue and any(codes.values()):
            untrue = f"a core ended with another code than 0: {codes}"
        found = evidence_of(house.office, out, morning.notes, story.expected.get("waiting", 0))
        sounds, pictures = (
            len(list((out / of).rglob(ending))) for of, ending in (("sound", "*.wav"), ("screens", "*"))
        )
        told = report(story.name, found, timings(morning, house), sounds, pictures)
        morning.tell(told, found)
    finally:
        house.close()
    told["seconds"] = {
        "until all is ready": round(ready_s, 1),
        "until the story is over": round(played_s, 1),
        "in all": round(time.monotonic() - begun, 1),
    }
    if not untrue and (wrong := {k: told[k] for k, v in story.expected.items() if told[k] != v}):
        untrue = f"the end differs: {wrong}, expected {story.expected}"
    if not untrue and (broken := [rule["what"] for rule in told["invariants"] if not rule["holds"]]):
        untrue = f"it is not true that {'; nor that '.join(broken)}"
    (out / "report.json").write_text(json.dumps(told | {"untrue": untrue}, ensure_ascii=False, indent=2) + "\n")
    held = sum(rule["holds"] for rule in told["invariants"])
    return told | {"invariants": f"{held} of {len(told['invariants'])} hold"}, untrue


def timings(morning: Morning, house: MorningHouse) -> dict[str, list[float]]:
    """Milliseconds of wall time. A call counts from the key of the console to the display of the counter's floor."""
    seen_s = {call: at_s for watcher in house.watchers.values() for call, at_s in watcher.seen_s.items()}
    called_s = morning.notes.called_at_s
    return {
        "touch_to_first_byte_ms": morning.notes.first_byte_ms,
        "call_to_display_ms": [1000 * (seen_s[call] - at_s) for call, at_s in called_s.items() if call in seen_s],
    }
