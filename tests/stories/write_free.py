"""Plays a story in which a family finds what it has to do and has its forms made: cards of people who are nobody, few
keys, one number, and paper that others can read."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pcsc_card.simulator.kinds import Pins, make
from drivers.pcsc_card.simulator.people import PEOPLE, Person
from kiosk_app import form_code
from kiosk_app.form_code import Coded
from kiosk_app.log_commands import export
from tests.stories import forms_paper, kiosk_paper
from tests.stories.house import House, Untrue, until
from tests.stories.player import Player
from tests.stories.script import Story

TEXT_PIN = "7351"
"""Of the four attributes, on every card of the story; it must stand nowhere afterwards."""
WIDE_DOTS = 1656
READERS = 2
MINUTE_MS = 60_000
RELATIONS = ("pick:parent", "pick:other", "pick:child")
"""Of the others to the first, in the order in which their cards are laid down."""


class FormsPlayer(Player):
    """Besides: `card person NAME`, from the choice of a way to the next person (`card mistypes NAME`: with one wrong
    PIN before), and `citizen answers` what is asked."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.laid: list[str] = []
        """Whose cards, in their order."""

    def _card(self, verb: str, *things: str) -> None:
        if verb not in ("person", "mistypes"):
            super()._card(verb, *things)
            return
        self._press("way:card", 1)
        self._lay(things[0])
        if verb == "mistypes":
            self._type("0000")
            until(
                lambda: (pad := self.client.citizen_view().keypad) is not None and pad.tries_left == 2, "two are left"
            )
            self._look()
        self._type(TEXT_PIN)
        self._sees("form_check")
        self._take_out()
        self._press("right", 1)

    def _lay(self, person: str) -> None:
        cards = self.house.cards
        assert cards is not None
        self.laid.append(person)
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
        relations = iter(RELATIONS)
        while (view := self.client.citizen_view()).screen == "form_ask":
            rows = [row.id for row in view.rows]
            picks = [row for row in rows if row.startswith("pick:")]
            self._press(next(relations) if RELATIONS[0] in picks else picks[0] if picks else "skip", 1)


def play(story: Story, work: Path, out: Path, begun: float) -> tuple[dict[str, Any], str]:
    private = form_code.new_key()
    (work / "forms.pub").write_text(form_code.public_of(private).hex())
    with SimulatedPrinter(out_dir=out / "forms", speed_dots_s=100_000.0, cut_s=0.05, width_dots=WIDE_DOTS) as paper:
        house = House(story.start, work, out, (), True, finds=story.finds, more=_tables(paper.port, work))
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
    issued = [fact["body"] for fact in facts if fact["kind"] == "TicketIssued"]
    people = [PEOPLE[name] for name in dict.fromkeys(player.laid)]
    sheets = _sheets(paper, out / "forms")
    with ThreadPoolExecutor(READERS) as readers:
        read = list(readers.map(_code, sheets))
        texts = list(readers.map(forms_paper.text_of, sheets))
    codes = [one for text in read if isinstance(one := form_code.open_(text, private, now_min), Coded)]
    wrong = list(_wrong(sheets, codes, texts, people))
    return {
        "story": story.name,
        "visits": len(issued),
        "procedures": sum(len(one["stops"]) for one in issued),
        "forms": sum(len(one["forms"]) for one in started),
        "people": sum(one["people"] for one in started),
        "sheets": sum(fact["body"]["printed"] for fact in facts if fact["kind"] == "FormsEnded"),
        "codes": len(codes),
        "wrong": len(wrong),
        "wrongs": wrong,
        "read": sum(bool(text) for text in texts),
        "kept": sum(_keeps(path, people) for path in _files(player.house.work, out)),
        "screens": player.pictures,
        "facts": len(facts),
        "seconds": round(seconds, 1),
    }


def _wrong(
    sheets: Sequence[Path], codes: Sequence[Coded], texts: Sequence[str], people: Sequence[Person]
) -> Iterator[str]:
    """What differs from the cards: by the dots, by what tesseract reads, and in what the code holds."""
    if len(codes) != len(sheets):
        yield f"{len(codes)} of {len(sheets)} sheets have a code"
        return
    for sheet, code, text in zip(sheets, codes, texts, strict=True):
        form = forms_paper.form_set().form(code.form)
        assert form is not None
        yield from forms_paper.dots_wrong(sheet, form, people)
        yield from forms_paper.text_wrong(text, form, people) if text or kiosk_paper.was_promised() else ()
        for one, _ in forms_paper.named(form, people):
            if one.name not in [said for _, said in code.rows]:
                yield f"{sheet.name}: {one.name} is not in the code"


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


def _files(*folders: Path) -> Iterator[Path]:
    return (path for folder in folders for path in folder.rglob("*") if path.is_file())


def _keeps(path: Path, people: Sequence[Person]) -> bool:
    """Whether anything of a person stands in a file; on the paper itself it is a picture."""
    raw = path.read_bytes()
    words = [word for person in people for word in (person.name, person.address)]
    return any(word.encode() in raw or json.dumps(word)[1:-1].encode() in raw for word in (*words, f'"{TEXT_PIN}"'))
