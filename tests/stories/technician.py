"""Plays a technician's morning: faults of the computer come and go in a folder that stands for it (healthy.py)."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from kiosk_app import api
from kiosk_app.journeys.technician_mode import CELLS, COLOURS, KEYS
from tests.kiosk_app.diagnosis import healthy
from tests.stories.house import House, Untrue, until
from tests.stories.player import Player, _content, report
from tests.stories.script import Act, Story

ON_THE_PAD = {"erase": "\b", "enter": "\r"}


class TechnicianPlayer(Player):
    """Besides: `computer touch-unplugged|hot|well`, `technician touches-all|types-all|looks-at-colours|reads-line`."""

    def play(self, act: Act) -> None:
        if act.who == "computer":
            self._computer(act.words[0])
        elif act.who == "technician":
            self._technician(*act.words)
        else:
            super().play(act)

    def _computer(self, verb: str) -> None:
        root = self.house.work / "root"
        match verb:
            case "touch-unplugged":
                healthy.put(root, "proc/bus/input/devices", healthy.KEYS)
            case "hot":
                healthy.put(root, "sys/class/thermal/thermal_zone0/temp", "85000\n")
            case "well":
                healthy.lay(root)
            case _:
                raise Untrue(f"a computer cannot be {verb}")

    def _technician(self, verb: str, *things: str) -> None:
        match verb:
            case "touches-all":
                self._one_by_one([{"press": f"cell:{n}"} for n in range(CELLS)])
            case "types-all":
                self._one_by_one([{"keys": ON_THE_PAD.get(key, key)} for key in KEYS])
            case "looks-at-colours":
                for _ in COLOURS:
                    self._press("next", 1)
            case "reads-line":
                told = lambda: [item.note for item in self.client.citizen_view().summary]  # noqa: E731
                until(lambda: things[0] in told(), f"the technician reads {things[0]}")
                self._look()
            case _:
                raise Untrue(f"a technician cannot {verb}")

    def _one_by_one(self, orders: list[dict[str, str]]) -> None:
        """With a picture of the first and of the one before the last alone."""
        for n, order in enumerate(orders):
            if n in (0, len(orders) - 1):
                self._look()
            before = _content(self.client.citizen_view())
            self.house.citizen.say(**order)
            until(lambda before=before: _content(self.client.citizen_view()) != before, f"{order} changes the screen")
            # A press on a screen that the face has not left yet would be lost.
            self.house.citizen.say(until={"screen_id": self.client.citizen_view().screen_id})
        self._look()


def play(story: Story, work: Path, out: Path, begun: float) -> tuple[dict[str, Any], str]:
    root = healthy.lay(work / "root")
    (root / "opt/hitofuda/releases").mkdir(parents=True)
    house = House(story.start, work, out, (), has_reader=True, more=f'root = "{root}"\n', sound="hw:0")
    player = TechnicianPlayer(house)
    untrue, line, picture = "", 0, b""
    try:
        for act in story.acts:
            line = act.line
            player.play(act)
        for one in house.client.get("/v1/diagnosis/pictures", api.ScreenPictures).pictures:
            picture = one.png if one.screen == "citizen" else picture
            (out / "screens" / f"support-{one.screen}.png").write_bytes(one.png)
    except Untrue as error:
        untrue = f"{story.name}.story:{line}: {error}"
    house.close()
    told = report(player, story, time.monotonic() - begun)
    facts = [json.loads(line) for line in (out / "facts.jsonl").read_text().splitlines()]
    grades = [grades for fact in facts if fact["kind"] == "Diagnosed" for grades in [fact["body"]["grades"]]]
    told["tried"] = len({check for one in grades for check in one if check.endswith("_tried")})
    told["pictured"] = int(bool(picture))
    if not untrue and (wrong := {k: told[k] for k, v in story.expected.items() if told[k] != v}):
        untrue = f"the end differs: {wrong}, expected {story.expected}"
    (out / "report.json").write_text(json.dumps(told | {"untrue": untrue}, ensure_ascii=False, indent=2) + "\n")
    return told, untrue
