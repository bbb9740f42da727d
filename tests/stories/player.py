"""Plays a story against the real processes, by hand: every press goes through a face's accessibility tree or its keys.

Leaves in the output directory: screens/, paper/, sound/, facts.jsonl and report.json. Exits 0 only if the story came
out as it is written.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from drivers.pcsc_card.simulator.kinds import Kind
from kiosk_app import api
from tests.many.computers import InVain
from tests.stories import kiosk, morning, noon
from tests.stories.house import PATIENCE_S, House, Lines, Untrue, until
from tests.stories.script import Act, Story, StoryError, read

ROOT = Path(__file__).parent.parent.parent
STORIES = ROOT / "tests" / "stories"
ZONE = ZoneInfo("Asia/Tokyo")
PINS = {"1001": "1357", "1002": "2468", "2001": "3579", "3001": "4680"}
"""The public ones of config/staff.example.toml."""
KEYS = {"recall": "2", "hold": "4", "no-show": "5", "complete": "3", "accept-alert": "\t", "close": "B2"}
PASSING = "card_reading"
"""A screen of some milliseconds: the face may have gone on before anybody can look for it there."""
CALLS = ("next", "call", "recall")
ENDS_A_CALL = ("hold", "no-show", "complete")


class Player:
    """Turns acts into presses, and looks whether what should happen did."""

    def __init__(self, house: House) -> None:
        self.house, self.client = house, house.client
        self.pictures = 0
        self.calls = 0
        self.looked_at: dict[str, Any] = {}
        self.timings: dict[str, list[float]] = {"take_to_ticket_ms": [], "call_to_display_ms": []}
        self._called_at = 0.0
        self._took_at = 0.0

    def play(self, act: Act) -> None:
        utc_ms = int(act.at.replace(tzinfo=ZONE).timestamp() * 1000)
        self.client.post("/v1/simulation/clock", api.ClockJump(utc_ms=utc_ms), api.Reply)
        doing = {
            "citizen": self._citizen,
            "card": self._card,
            "printer": self._printer,
            "display": self._display,
            "staff": self._staff,
        }
        if act.who not in doing:
            raise Untrue(f"nobody is called {act.who}")
        doing[act.who](*act.words)

    def _picture(self, face: Lines, kind: str, name: str, seen: Any, wait: dict[str, Any]) -> None:
        """One picture of every screen visited, not of every look at it."""
        if self.looked_at.get(kind) != seen:
            face.say(until=wait, picture=str(self._next_picture(kind, name, seen)))

    def _next_picture(self, kind: str, name: str, seen: Any) -> Path:
        self.looked_at[kind] = seen
        self.pictures += 1
        return self.house.out / "screens" / f"{self.pictures:03d}-{kind}-{name}.png"

    # --- the visitor ---------------------------------------------------------------------------------------------

    def _citizen(self, verb: str, *things: str) -> None:
        match verb:
            case "press" | "press-twice":
                self._press(things[0], 2 if verb == "press-twice" else 1)
            case "sees":
                self._sees(*things)
            case "reads":
                until(lambda: things[0] in _words(self.client.citizen_view()), f"the citizen reads {things[0]}")
                self._look()
            case "reads-no-more":
                until(lambda: things[0] not in _words(self.client.citizen_view()), f"{things[0]} is gone")
            case "keys":
                # Of the tactile pad: as fast as a person who knows the number by heart, or faster.
                self._look()
                self.house.citizen.say(keys=things[0].encode().decode("unicode_escape"))
            case "hears":
                pattern = f"*{things[0]}*.wav"
                until(lambda: any((self.house.out / "sound").glob(pattern)), f"{things[0]} is heard", 30.0)
            case _:
                raise Untrue(f"a visitor cannot {verb}")

    def _press(self, control: str, times: int) -> None:
        before = _content(self.client.citizen_view())
        self._look()
        if control == "take":
            self._took_at = time.monotonic()
        self.house.citizen.say(press=control, times=times)
        until(lambda: _content(self.client.citizen_view()) != before, f"{control} changes the screen")
        self._look()

    def _look(self) -> api.CitizenView:
        """A screen may be over before the face has drawn it: then what came after it is looked at."""
        drawn = self.house.out / "drawn.png"
        give_up = time.monotonic() + PATIENCE_S
        while True:
            view = self.client.citizen_view()
            if view.screen == PASSING or self.looked_at.get("citizen") == _content(view):
                return view
            told = self.house.citizen.say(picture=str(drawn), tell=["screen_id"])["told"]["screen_id"]
            if told == view.screen_id:
                drawn.rename(self._next_picture("citizen", view.screen, _content(view)))
                return view
            if time.monotonic() > give_up:
                raise Untrue(f"the face shows screen {told} and the core {view.screen_id}")

    def _sees(self, screen: str, number: str = "") -> None:
        def shown() -> bool:
            view = self.client.citizen_view()
            return view.screen == screen and (not number or (view.slip is not None and view.slip.number == number))

        until(shown, f"the citizen sees {screen} {number}".strip())
        if screen == "take" and self._took_at:
            self.timings["take_to_ticket_ms"].append((time.monotonic() - self._took_at) * 1000)
        self._took_at = 0.0
        self._look()

    def _card(self, verb: str, *things: str) -> None:
        cards = self.house.cards
        if cards is None:
            raise Untrue("this machine has no card reader")
        match verb:
            case "place":
                cards.place(cast(Kind, things[0]))
            case "take":
                cards.take()
            case "service-dies":
                cards.pcscd.kill()
            case "service-back":
                cards.pcscd.start()
            case _:
                raise Untrue(f"a card cannot {verb}")

    # --- the machine and the hall ----------------------------------------------------------------------------------

    def _printer(self, verb: str, *things: str) -> None:
        match verb:
            case "paper-out-after-lines":
                self.house.printer.tell(paper_out_after_lines=int(things[0]))
            case "refill":
                self.house.printer.tell(set="ready")
            case _:
                raise Untrue(f"a printer cannot {verb}")

    def _display(self, verb: str, *things: str) -> None:
        match verb:
            case "shows":
                number, counter = things
                wait = {"newest.number": number, "newest.counter": counter}
                self.house.display.say(until=wait)
                self.timings["call_to_display_ms"].append((time.monotonic() - self._called_at) * 1000)
            case "missed":
                until(lambda: things[0] in self.client.display_view("").missed, f"{things[0]} is a missed call")
                wait = {}
            case _:
                raise Untrue(f"a display cannot {verb}")
        self._picture(self.house.display, "display", things[0], things, wait)

    # --- staff -----------------------------------------------------------------------------------------------------

    def _staff(self, code: str, verb: str, *things: str) -> None:
        console = self.house.consoles[code]
        self.house.heard_twice(self.calls)
        wait: dict[str, Any] = {}
        self._called_at = time.monotonic()
        match verb:
            case "sign-in":
                wait = {"page": "counter"}
                console.say(keys=f"{code}\r{PINS[code]}\r", until=wait)
            case "open":
                wait = {"page": "work", "head.title": f"{things[0]}番窓口"}
                console.say(press=f"{things[0]}番窓口")
                console.say(keys="\r", until=wait)
            case "next" | "call":
                wait = {"visit.number": things[0]}
                console.say(keys="1" if verb == "next" else f"/{things[0]}\r1", until=wait)
            case "sees-line":
                # Of those under the alerts: who goes, and who practises where.
                wait = {f"accepted.{things[0]}.text": things[1]}
            case _ if verb in KEYS:
                wait = {"visit": None} if verb in ENDS_A_CALL else {"page": "counter"} if verb == "close" else {}
                console.say(keys=KEYS[verb], until=wait)
            case _:
                raise Untrue(f"staff cannot {verb}")
        self._picture(console, "staff", f"{code}-{verb}", (code, verb, things), wait)
        if verb in CALLS:
            self.calls += 1


def _words(view: api.CitizenView) -> str:
    return f"{view.title} {view.subtitle} {view.notice} {view.foot} {view.keypad.tries if view.keypad else ''}"


def _content(view: api.CitizenView) -> api.CitizenView:
    """What a visitor would call another screen: time passing is not."""
    still = replace(view.dialog, seconds=0) if view.dialog else None
    return replace(view, time="", date="", dialog=still, spoken="", wait=None, board=())


def report(player: Player, story: Story, seconds: float) -> dict[str, Any]:
    from kiosk_app.log_commands import export

    out = player.house.out
    export(player.house.work / "data" / "facts.db", out / "facts.jsonl")
    facts = [json.loads(line) for line in (out / "facts.jsonl").read_text().splitlines()]
    kinds = [f["kind"] for f in facts]
    printed = {f["body"]["ticket"] for f in facts if f["kind"] == "PrintEnded" and f["body"]["verdict"] == "issued"}
    return {
        "story": story.name,
        "issued": kinds.count("TicketIssued"),
        "printed": len(printed),
        "called": len({f["body"]["ticket"] for f in facts if f["kind"] == "Called"}),
        "completed": kinds.count("Completed"),
        "no-shows": kinds.count("NoShow"),
        "calls": kinds.count("Called") + kinds.count("Recalled"),
        "spoken": len(list((out / "sound").glob("*.wav"))),
        "checked": kinds.count("CardChecked"),
        "practised": sum(f["kind"] == "PracticeStepped" and bool(f["body"].get("ended")) for f in facts),
        "papers": len(list((out / "paper").glob("*.bin"))),
        "screens": player.pictures,
        "facts": len(facts),
        "seconds": round(seconds, 1),
        "timings": {
            name: {"median": round(statistics.median(times), 1), "max": round(max(times), 1), "count": len(times)}
            for name, times in player.timings.items()
            if times
        },
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/run", description=__doc__)
    parser.add_argument("--headless", action="store_true", help="play a story without a screen")
    parser.add_argument("--story", default="first_day", help="a file of tests/stories/, without its ending")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "story")
    arguments = parser.parse_args()
    begun = time.monotonic()
    try:
        story = read(STORIES / f"{arguments.story}.story")
    except FileNotFoundError:
        known = ", ".join(sorted(path.stem for path in STORIES.glob("*.story")))
        print(f"There is no story {arguments.story}. There are: {known}", file=sys.stderr)
        return 2
    except StoryError as error:
        print(error, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="hitofuda-", ignore_cleanup_errors=True) as work:
        try:
            told, untrue = _playing(story)(story, Path(work), arguments.out.resolve(), begun)
        except (Untrue, InVain) as error:
            print(f"{error}; what the programs said is in {arguments.out}/log.txt", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
    print(untrue or json.dumps(told, ensure_ascii=False))
    return 1 if untrue else 0


def _playing(story: Story) -> Callable[[Story, Path, Path, float], tuple[dict[str, Any], str]]:
    if story.makes_forms:
        # It plays with a player of this file.
        from tests.stories import write_free

        return write_free.play
    if story.is_looked_over:
        from tests.stories import technician

        return technician.play
    if story.kiosk:
        return kiosk.play
    if story.floor is None:
        return play
    return noon.play if story.floor.central else morning.play


def play(story: Story, work: Path, out: Path, begun: float) -> tuple[dict[str, Any], str]:
    """The report, and where the story did not come out as written. Raises Untrue when it cannot even begin."""
    consoles = dict.fromkeys(act.words[0] for act in story.acts if act.who == "staff")
    house = House(story.start, work, out, tuple(consoles), story.has_reader, story.practises, story.finds)
    player = Player(house)
    untrue, line = "", 0
    try:
        for act in story.acts:
            line = act.line
            player.play(act)
        house.heard_twice(player.calls)
    except Untrue as error:
        untrue = f"{story.name}.story:{line}: {error}"
    house.close()
    told = report(player, story, time.monotonic() - begun)
    if not untrue and (wrong := {k: told[k] for k, v in story.expected.items() if told[k] != v}):
        untrue = f"the end differs: {wrong}, expected {story.expected}"
    (out / "report.json").write_text(json.dumps(told | {"untrue": untrue}, ensure_ascii=False, indent=2) + "\n")
    return told, untrue


if __name__ == "__main__":
    sys.exit(main())
