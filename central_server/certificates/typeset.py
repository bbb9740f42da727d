"""Papers become PDF by typst, with one font from a file of this computer: nothing is looked for elsewhere.

A compiler keeps what it has read of fonts and template, so each thread keeps one. Texts go in as data (JSON), never as
typst's own language.
"""

from __future__ import annotations

import io
import threading
from pathlib import Path

import msgspec
import segno
import typst

from central_server.certificates.papers import Paper

TEMPLATE = Path(__file__).parent / "document.typ"
FONT = Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf")
"""IPAmj Mincho, of Debian's package fonts-ipamj-mincho."""
QUIET_MODULES = 4


class NotTypeset(Exception):
    """The template and its data do not fit: a bug."""


class Typesetter:
    """May be used by several threads at once."""

    def __init__(self, font: Path = FONT) -> None:
        # Of the font's folder: typst takes nothing smaller. Read once, for all compilers.
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font.parent)]
        )
        self._own = threading.local()

    def pdf(self, paper: Paper) -> bytes:
        """Raises NotTypeset."""
        data = {"paper": msgspec.json.encode(paper).decode()}
        try:
            made = self._compiler().compile(format="pdf", sys_inputs=data)
        except RuntimeError as error:
            # What typst says of an error may quote the data.
            raise NotTypeset(type(error).__name__) from None
        assert isinstance(made, bytes)
        return made

    def _compiler(self) -> typst.Compiler:
        found: typst.Compiler | None = getattr(self._own, "compiler", None)
        if found is None:
            found = self._own.compiler = typst.Compiler(
                input=str(TEMPLATE),
                root=str(TEMPLATE.parent),
                font_paths=self._fonts,
                ignore_system_fonts=True,
            )
        return found


def code_picture(text: str) -> str:
    """A two-dimensional code as SVG, with its quiet zone; a sixth of it may be lost (M)."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=QUIET_MODULES, light="white", xmldecl=False, nl=False
    )
    return out.getvalue().decode()
