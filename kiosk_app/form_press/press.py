"""The process in which a visit's forms are typeset. It has one visitor's words in its memory, and ends with the visit.

Run by form_press.house alone: python -P -m kiosk_app.form_press.press, with the house's socket as its standard input.
Each request and answer is four bytes of length and so much msgpack.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import signal
import socket
from pathlib import Path
from typing import Any

import msgspec

from kiosk_app.office.forms_fill import Filled

FONT = Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf")
"""IPAmj Mincho, of Debian's package fonts-ipamj-mincho: names stand as they are registered."""
MESSAGE_MAX = 8_000_000
MAKING_S = 20
"""A form takes a fiftieth of a second."""
MODULE_MM, LARGE_MODULE_MM, LARGE_FROM = 0.375, 0.5, 12
"""Of the two-dimensional code: three dots of a printer with 203 an inch, four below this version of a code."""
QUIET_MODULES = 4
LEVELS = (("m", 22), ("l", 30))
"""How much of a code may be lost, and up to which size that is asked for; what is larger is not printed."""


class Warm(msgspec.Struct, frozen=True, tag=True):
    """Read fonts and templates before anybody waits."""

    folder: str
    templates: tuple[str, ...]


class Make(msgspec.Struct, frozen=True, tag=True):
    """One form. `public` empty: without a code. `until` is what the paper says of it."""

    folder: str
    filled: Filled
    visit: str
    public: bytes = b""
    until_min: int = 0
    until: str = ""
    look: bool = False
    """For `hitofuda forms check`: also tell what the template has placed."""


class Made(msgspec.Struct, frozen=True, tag=True):
    pdf: bytes
    code: str = ""
    """What the two-dimensional code says; empty where it would not fit."""
    missing: tuple[str, ...] = ()
    """Characters that the font lacks."""
    placed: tuple[str, ...] = ()
    continued: tuple[str, ...] = ()
    """Labels of what stands on the continuation sheet."""

    def __repr__(self) -> str:
        return f"Made({len(self.pdf)} bytes)"


class Failed(msgspec.Struct, frozen=True, tag=True):
    """A bug, or a template that is none. `why` is said of templates alone: else it might quote the data."""

    kind: str
    why: str = ""


Asked = Warm | Make
Answer = Made | Failed


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    house = socket.socket(fileno=os.dup(0))
    press = Press()
    with house, house.makefile("rwb") as line:
        while (request := _read(line)) is not None:
            signal.alarm(MAKING_S)
            answer = press.answer(msgspec.msgpack.decode(request, type=Asked))
            signal.alarm(0)
            raw = msgspec.msgpack.encode(answer)
            line.write(len(raw).to_bytes(4, "big") + raw)
            line.flush()


def _read(line: Any) -> bytes | None:
    head = line.read(4)
    if len(head) < 4:
        return None
    length = int.from_bytes(head, "big")
    raw: bytes = line.read(length)
    return raw if len(raw) == length <= MESSAGE_MAX else None


class Press:
    """Compilers keep what they have read, one a template."""

    def __init__(self, font: Path = FONT) -> None:
        import typst

        from kiosk_app.form_press.glyphs import Glyphs

        self._glyphs = Glyphs(font)
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font.parent)]
        )
        self._compilers: dict[str, Any] = {}

    def answer(self, asked: Asked) -> Answer:
        try:
            if isinstance(asked, Warm):
                return self._warm(asked)
            return self._make(asked)
        except Exception as error:
            return Failed(type(error).__name__, str(error) if getattr(asked, "look", False) else "")

    def _warm(self, asked: Warm) -> Answer:
        # Both of what a form's first page waits for: the letters of the seal, and the squares of the code.
        import segno

        from kiosk_app import form_code

        segno.make("0")
        form_code.public_of(form_code.new_key())
        for template in asked.templates:
            filled = Filled(
                form="-", version=1, title="見本", counter="", office="", day="", template=template, cells=()
            )
            made = self._make(Make(asked.folder, filled, "-"))
            if isinstance(made, Failed):
                return made
        return Made(b"")

    def _make(self, asked: Make) -> Answer:
        from kiosk_app import form_code

        filled, missing = self._printed(asked.filled)
        code = ""
        if asked.public:
            rows = tuple((label, text) for label, text in asked.filled.coded())
            coded = form_code.Coded(asked.filled.form, asked.filled.version, asked.filled.title, rows)
            code = form_code.seal(coded, asked.public, asked.until_min)
        picture, code_mm = code_picture(code)
        data = msgspec.to_builtins(filled) | {
            "visit": asked.visit,
            "code": picture,
            "code_mm": code_mm,
            "code_until": asked.until if picture else ("" if not code else "内容が長いため、二次元コードはありません"),
            "notes": [_told(missing)] if missing else [],
        }
        compiler = self._compiler(asked.folder, filled.template)
        inputs = {"form": msgspec.json.encode(data).decode()}
        pdf = compiler.compile(format="pdf", sys_inputs=inputs)
        placed: tuple[str, ...] = ()
        continued: tuple[str, ...] = ()
        if asked.look:
            placed = tuple(msgspec.json.decode(self._query(asked, "<placed>", inputs), type=list[str]))
            found = msgspec.json.decode(self._query(asked, "<continued>", inputs), type=list[dict[str, str]])
            continued = tuple(one["label"] for one in found)
        return Made(pdf, code if picture else "", tuple(sorted(missing)), placed, continued)

    def _query(self, asked: Make, selector: str, inputs: dict[str, str]) -> str:
        import typst

        path = str(Path(asked.folder) / asked.filled.template)
        found: str = typst.query(
            path,
            selector,
            field="value",
            root=asked.folder,
            font_paths=self._fonts,
            ignore_system_fonts=True,
            sys_inputs=inputs,
        )
        return found

    def _printed(self, filled: Filled) -> tuple[Filled, frozenset[str]]:
        from kiosk_app.form_press.glyphs import printable

        missing: set[str] = set()

        def of(text: str) -> str:
            shown, lacks = printable(text, self._glyphs)
            missing.update(lacks)
            return shown

        cells = tuple(msgspec.structs.replace(cell, text=of(cell.text)) for cell in filled.cells)
        people = tuple(tuple(of(text) for text in row) for row in filled.people)
        return msgspec.structs.replace(filled, cells=cells, people=people), frozenset(missing)

    def _compiler(self, folder: str, template: str) -> Any:
        import typst

        path = str(Path(folder) / template)
        if path not in self._compilers:
            self._compilers[path] = typst.Compiler(
                input=path, root=folder, font_paths=self._fonts, ignore_system_fonts=True
            )
        return self._compilers[path]


def _told(missing: frozenset[str]) -> str:
    """A name is never silently another one."""
    return f"印刷できない字（〓）、字形が違うかもしれない字：{'、'.join(sorted(missing))}。窓口で確かめます"


def code_picture(text: str) -> tuple[str, float]:
    """As SVG, with its quiet zone, and how wide it is in mm; nothing of what fits no code that can be read."""
    import segno

    if not text:
        return "", 0.0
    for level, largest in LEVELS:
        try:
            made = segno.make(text, error=level, micro=False, boost_error=False)
        except segno.DataOverflowError:
            continue
        if int(made.version) <= largest:
            out = io.BytesIO()
            made.save(out, kind="svg", border=QUIET_MODULES, light="white", xmldecl=False, nl=False)
            module_mm = MODULE_MM if int(made.version) >= LARGE_FROM else LARGE_MODULE_MM
            return out.getvalue().decode(), made.symbol_size(border=QUIET_MODULES)[0] * module_mm
    return "", 0.0


if __name__ == "__main__":
    with contextlib.suppress(ConnectionError):
        main()
