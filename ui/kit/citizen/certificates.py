"""What only a certificate's screens show: what it costs, and its first page. Flat: neither is pressed."""

from __future__ import annotations

import msgspec

from kiosk_app.api import Fee, Preview
from ui.kit.citizen.drawing import Block, Drawing, Panel, Stack, Words, code_source
from ui.kit.citizen.tokens import Style
from ui.kit.citizen.waiting import Figure


def fee(style: Style, shown: Fee) -> Block:
    """The one figure that is decided about."""
    pad = 0 if style.palette.act_tint == style.palette.paper else 32
    parts: list[Block] = [Figure(style, shown.label, shown.amount, shown.unit)]
    if shown.note:
        parts.append(Words(style, shown.note, "body", tone=style.palette.ink_2))
    return Panel(style, Stack(parts), style.palette.act_tint, pad, style.gap(20))


class Page(msgspec.Struct, frozen=True):
    """The first page on white in every palette, as high as there is room, with its words below."""

    style: Style
    preview: Preview
    most: float = 560

    def _size(self, width: float) -> tuple[float, float]:
        high = max(200.0, self.style.gap(self.most))
        share = self.preview.width_px / max(1, self.preview.height_px)
        return (high * share, high) if high * share <= width else (width, width / share)

    def _words(self) -> Words:
        return Words(self.style, self.preview.label, "note", tone=self.style.palette.ink_2, align="centre")

    def height(self, width: float) -> float:
        return self._size(width)[1] + 8 + self._words().height(width)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        palette = self.style.palette
        wide, high = self._size(width)
        left = x + (width - wide) / 2
        to.box(left - 2, y, wide + 4, high, palette.paper_of_ticket, edge=palette.rule, line=2)
        to.pictures.append(
            {"x": left, "y": y + 2, "w": wide, "h": high - 4, "source": code_source(self.preview.picture)}
        )
        self._words().draw(to, x, y + high + 8, width, 0)
