"""Plays a story in which forms are made: cards of people who are nobody, few keys, paper that others can read."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from PIL import Image

from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pcsc_card.simulator.kinds import Pins, make
from drivers.pcsc_card.simulator.people import PEOPLE
from kiosk_app import form_code
from kiosk_app.form_code import Coded
from kiosk_app.log_commands import export
from tests.stories.house import House, Untrue, until
from tests.stories.player import Player
from tests.stories.script import Story

TEXT_PIN = "7351"
"""Of the four attributes, on every card of the story; it must stand nowhere afterwards."""
WIDE_DOTS = 1656
MINUTE_MS = 60_000
TITLE_BOX = (90, 120, 1000, 330)
"""Where the title stands on a sheet, in dots."""
NEARLY = str.maketrans("髙﨑", "高崎")
"""What tesseract makes of variants."""


class FormsPlayer(Player):
    """Besides: `card person NAME`, from the choice of a way to the next person, and `citizen answers` what is asked."""

    def _card(self, verb: str, *things: str) -> None:
        if verb == "person":
            self._press("way:card", 1)
            self._lay(things[0])
            self._type(TEXT_PIN)
            self._sees("form_check")
            self._take_out()
            self._press("right", 1)
        elif verb == "mistyped":
            self._lay(things[0])
            self._type("0000")
            until(
                lambda: (pad := self.client.citizen_view().keypad) is not None and pad.tries_left == 2, "two are left"
            )
            self._look()
            self._type(TEXT_PIN)
        else:
            super()._card(verb, *things)

    def _lay(self, person: str) -> None:
        cards = self.house.cards
        assert cards is not None
        cards.lay(make("my_number", cards._today, PEOPLE[person], pins=Pins(text=TEXT_PIN.encode())))
        self._sees("card_pin")

    def _type(self, pin: str) -> None:
        for digit in pin:
            self._press(f"pin:{digit}", 1)
        self.house.citizen.say(press="pin:enter", times=1)

    def _take_out(self) -> None:
        assert self.house.cards is not None
        self.house.cards.take()

    def _citizen(self, verb: str, *things: str) -> None:
        if verb != "answers":
            super()._citizen(verb, *things)
            return
        while (view := self.client.citizen_view()).screen == "form_ask":
            rows = [row.id for row in view.rows]
            picks = [row for row in rows if row.startswith("pick:")]
            self._press(picks[0] if picks else "skip", 1)


def play(story: Story, work: Path, out: Path, begun: float) -> tuple[dict[str, Any], str]:
    private = form_code.new_key()
    (work / "forms.pub").write_text(form_code.public_of(private).hex())
    with SimulatedPrinter(out_dir=out / "forms", speed_dots_s=100_000.0, cut_s=0.05, width_dots=WIDE_DOTS) as paper:
        house = House(story.start, work, out, (), True, more=_tables(paper.port, work))
        player = FormsPlayer(house)
        untrue, line = "", 0
        try:
            for act in story.acts:
                line = act.line
                player.play(act)
        except Untrue as error:
            untrue = f"{story.name}.story:{line}: {error}"
        house.close()
        told = report(player, story, paper, private, time.monotonic() - begun)
    if not untrue and (wrong := {k: told[k] for k, v in story.expected.items() if told[k] != v}):
        untrue = f"the end differs: {wrong}, expected {story.expected}"
    (out / "report.json").write_text(json.dumps(told | {"untrue": untrue}, ensure_ascii=False, indent=2) + "\n")
    return told, untrue


def _tables(port: int, work: Path) -> str:
    return f"""
[document_printer]
kind = "tcp"
host = "127.0.0.1"
port = {port}
width_dots = {WIDE_DOTS}

[forms]
code_key_file = "{work}/forms.pub"
"""


def report(
    player: FormsPlayer, story: Story, paper: SimulatedPrinter, private: bytes, seconds: float
) -> dict[str, Any]:
    out = player.house.out
    export(player.house.work / "data" / "facts.db", out / "facts.jsonl")
    facts = [json.loads(line) for line in (out / "facts.jsonl").read_text().splitlines()]
    started = [fact["body"] for fact in facts if fact["kind"] == "FormsStarted"]
    now_min = int(story.start.timestamp() * 1000) // MINUTE_MS - 24 * 60
    sheets = _sheets(paper, out / "forms")
    codes = [form_code.open_(_code(sheet), private, now_min) for sheet in sheets]
    read = [one for one in codes if isinstance(one, Coded)]
    names = {PEOPLE[name].name for name in ("takasaki", "latin")}
    return {
        "story": story.name,
        "forms": sum(len(one["forms"]) for one in started),
        "people": sum(one["people"] for one in started),
        "sheets": sum(fact["body"]["printed"] for fact in facts if fact["kind"] == "FormsEnded"),
        "codes": len(read),
        "names": sum(any(text in names for _, text in one.rows) for one in read),
        "titles": sum(
            _reads(sheet, one.title) for sheet, one in zip(sheets, codes, strict=True) if isinstance(one, Coded)
        ),
        "kept": sum(_keeps(path) for path in (player.house.work, out) for path in path.rglob("*") if path.is_file()),
        "screens": player.pictures,
        "facts": len(facts),
        "seconds": round(seconds, 1),
    }


def _sheets(paper: SimulatedPrinter, folder: Path) -> list[Path]:
    """Every piece with ink, black on white, as pictures."""
    folder.mkdir(exist_ok=True)
    found = []
    for piece in paper.pieces:
        image = piece.image.convert("L")
        if image.getextrema()[0] == image.getextrema()[1]:
            continue
        found.append(folder / f"form-{len(found) + 1}.png")
        image.save(found[-1])
    return found


def _code(sheet: Path) -> str:
    return subprocess.run(["zbarimg", "-q", "--raw", str(sheet)], capture_output=True, text=True).stdout.strip()


def _reads(sheet: Path, title: str) -> bool:
    """Whether tesseract reads the title; of longer ones it takes a letter for another one."""
    box = sheet.with_suffix(".title.png")
    Image.open(sheet).crop(TITLE_BOX).save(box)
    command = ["tesseract", str(box), "-", "-l", "jpn", "--psm", "6"]
    said = subprocess.run(command, capture_output=True, text=True).stdout
    box.unlink()
    return title[:4] in "".join(said.split()).translate(NEARLY)


def _keeps(path: Path) -> bool:
    """Whether anything of a person stands in a file; on the paper itself it is a picture."""
    raw = path.read_bytes()
    people = [PEOPLE[name] for name in ("takasaki", "yoshino", "tsuji", "child", "latin")]
    words = [word for person in people for word in (person.name, person.address)]
    return any(word.encode() in raw or json.dumps(word)[1:-1].encode() in raw for word in (*words, f'"{TEXT_PIN}"'))
