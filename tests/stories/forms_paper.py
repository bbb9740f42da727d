"""What stands on a form's paper, by its dots and as tesseract reads it: every name is the card's, in its characters.

Which people a form has to name is known from the form; nothing here asks what the program thinks that it printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from drivers.pcsc_card.simulator.people import Person
from kiosk_app import form_file
from kiosk_app.form_settings import FOLDER
from kiosk_app.office.forms import Form, FormSet
from tests.stories import kiosk_paper
from tests.stories.kiosk_paper import FONT, Dots, likeness

LEFT_DOTS, WIDTH_DOTS = 150, 720
"""Where names begin, in a line of a form and in its table of people, and how far they may reach."""
TABLE_POINTS = 10.5
DOTS_A_POINT = 1_656 / 595.276
"""A sheet of A4 on a printer of 216 mm, whose line is a little narrower than the sheet."""
DRAWN_AT_LEAST = 0.82
"""Of the dots that a name has: in black and white on paper, in grey as it is drawn here."""
FINE = 8
"""A name is drawn so many times as large, and stands at any of these parts of a dot."""
NAME_READ_AT_LEAST, REST_READ_AT_LEAST = 0.5, 0.85
"""Of a name with two characters one is read: the dots decide, in which characters it is written."""
COMMON = str.maketrans("髙﨑𠮷彩た", "高崎吉菜だ")
"""Who writes a name in other characters than the card's: common ones, or one alike."""
HEISEI, REIWA = (1989, 1, 8), (2019, 5, 1)


def named(form: Form, people: Sequence[Person]) -> Iterator[tuple[Person, float]]:
    """Whose names a form has, and in which size."""
    for field in form.fields:
        if field.source == "me.name":
            yield people[0], field.size_pt
    if "name" in form.people:
        yield from ((one, TABLE_POINTS) for one in people[form.people_from - 1 :])


def dots_wrong(picture: Path, form: Form, people: Sequence[Person]) -> list[str]:
    """Of one sheet: who is not on it, who is written in other characters, who should not be there."""
    letters = Lettering(picture)
    found: list[str] = []
    wanted = list(named(form, people))
    for one, points in wanted:
        own = letters.holds(one.name, points)
        if own < DRAWN_AT_LEAST:
            found.append(f"{picture.name}: {one.name} is not on {form.id} in {points:g} points ({own:.2f})")
        other = one.name.translate(COMMON)
        if not _alike(one.name, other, points) and letters.holds(other, points) >= own:
            found.append(f"{picture.name}: {one.name} is written in other characters on {form.id}")
    there = {one.name for one, _ in wanted}
    for one in people:
        if one.name not in there and (score := letters.holds(one.name, TABLE_POINTS)) >= DRAWN_AT_LEAST:
            found.append(f"{picture.name}: {one.name} is on {form.id}, which does not ask for them ({score:.2f})")
    return found


class Lettering:
    """The part of one sheet where names stand."""

    def __init__(self, picture: Path) -> None:
        with Image.open(picture) as opened:
            part = opened.convert("L").crop((LEFT_DOTS, 0, LEFT_DOTS + WIDTH_DOTS, opened.height))
        self._ink: Dots = (255 - np.asarray(part, np.float32)) / 255
        height, width = self._ink.shape
        self._size = (height + 64, width + 64)
        self._spectrum = np.fft.rfft2(self._ink, self._size)

    def holds(self, name: str, points: float) -> float:
        """How well the drawn name fits at its best place, to a part of a dot: 1.0 for every dot."""
        first = _drawn(name, points, 0, 0)
        (height, width), (high, wide) = self._ink.shape, first.shape
        if high > height or wide > width:
            return 0.0
        found = np.fft.irfft2(self._spectrum * np.conj(np.fft.rfft2(first - first.mean(), self._size)), self._size)
        y, x = (int(at) for at in divmod(int(found[: height - high, : width - wide].argmax()), width - wide))
        most = 0.0
        for right, down in product(range(0, FINE, 2), repeat=2):
            drawn = _drawn(name, points, right, down)
            high, wide = drawn.shape
            for top in range(max(0, y - 2), min(y + 3, height - high)):
                for left in range(max(0, x - 2), min(x + 3, width - wide)):
                    most = max(most, _correlation(self._ink[top : top + high, left : left + wide], drawn))
        return most


@cache
def _drawn(name: str, points: float, right: int, down: int) -> Dots:
    """With nothing around it but a dot or two, moved by parts of a dot."""
    font = ImageFont.truetype(FONT, points * DOTS_A_POINT * FINE, layout_engine=ImageFont.Layout.RAQM)
    x, y, to_x, to_y = font.getbbox(name, language="ja")
    size = tuple((int(-(-length // FINE)) + 2) * FINE for length in (to_x - x, to_y - y))
    made = Image.new("L", (size[0], size[1]), 0)
    ImageDraw.Draw(made).text((FINE - x + right, FINE - y + down), name, 255, font, language="ja")
    return np.asarray(made.reduce(FINE), np.float32) / 255


def _correlation(one: Dots, other: Dots) -> float:
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / spread if spread else 0.0


def _alike(one: str, other: str, points: float) -> bool:
    """No paper can tell them apart: the font has the letter in one form alone."""
    return np.array_equal(_drawn(one, points, 0, 0), _drawn(other, points, 0, 0))


def text_wrong(text: str, form: Form, people: Sequence[Person]) -> list[str]:
    """Of what tesseract has read of one sheet, folded: title, names, birth dates and the address."""
    wanted = [(form.title["ja"], REST_READ_AT_LEAST)]
    for one in dict.fromkeys(person for person, _ in named(form, people)):
        wanted += [(one.name, NAME_READ_AT_LEAST), (born(one), REST_READ_AT_LEAST)]
    wanted.append((people[0].address, REST_READ_AT_LEAST))
    read = [(phrase, likeness(text, phrase), least) for phrase, least in wanted]
    return [f"{form.id}: of {phrase} is read {found:.0%}" for phrase, found, least in read if found < least]


def born(one: Person) -> str:
    """昭和60年11月3日."""
    day = (one.birth.year, one.birth.month, one.birth.day)
    era, first = ("令和", 2019) if day >= REIWA else ("平成", 1989) if day >= HEISEI else ("昭和", 1926)
    return f"{era}{one.birth.year - first + 1}年{one.birth.month}月{one.birth.day}日"


def text_of(picture: Path) -> str:
    """Raises Untrue. Empty where nobody can read here."""
    return "" if kiosk_paper.cannot_read() else kiosk_paper.text_of(picture)


@cache
def form_set() -> FormSet:
    return form_file.load(FOLDER)
