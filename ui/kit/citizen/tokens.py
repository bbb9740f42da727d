"""Colours and sizes of the citizen's screens, from the guide. Nothing else under ui/citizen names a colour or a size.

Sizes are pixels of the design, 1080 × 1920 or 1920 × 1080; 0.248 mm each on a 21.5-inch panel.
"""

from __future__ import annotations

import msgspec

TYPE = {
    "ruby": 18,
    "note": 27,
    "body": 30,
    "label": 36,
    "title": 42,
    "choice": 48,
    "q": 54,
    "key": 64,
    "hero": 72,
    "door": 80,
    "alarm": 96,
    "count": 144,
    "number": 192,
}
SMALLEST_PX = TYPE["note"]
BIG = ("q", "key", "hero", "door", "alarm", "count", "number")
"""Grow less than the rest in large type: they can be read already."""
BIG_GROWTH = 0.65
LINE = 1.45
"""Height of a line by its type size: what the font itself needs."""
DESCENT = 0.2
"""Of that, below the baseline."""

MARGIN = 56
GUTTER = 24
RADIUS = 16
RADIUS_BOX = 24
EDGE = 2
EDGE_STRONG = 4
LIP = 4
TARGET = 84
"""20.8 mm: nothing pressable is smaller."""
GAP = 12
"""Nothing pressable is nearer to another."""
TOP = 112
TOP_LANDSCAPE = 96
BAR = 176
BAR_KEY = 128
LOW_FROM = 768
"""In low position nothing pressable is above it: 40 % of the height."""
FOCUS_RING = 6
FOCUS_GLOW = 4


class Palette(msgspec.Struct, frozen=True):
    paper: str = "#faf7f0"
    paper_2: str = "#f1ebde"
    rule: str = "#ddd4c2"
    surface: str = "#ffffff"
    ink: str = "#1a1a1a"
    ink_2: str = "#4d4d4d"
    edge: str = "#666666"
    act: str = "#0017c1"
    act_edge: str = "#000060"
    act_press: str = "#00118f"
    act_tint: str = "#e8f1fe"
    on_act: str = "#ffffff"
    ok: str = "#197a4b"
    care: str = "#ac3e00"
    stop: str = "#ce0000"
    stop_tint: str = "#fdeeee"
    mend: str = "#6e5600"
    mend_tint: str = "#fff0b3"
    ok_edge: str = "#08351f"
    ring: str = "#000000"
    glow: str = "#ffd43d"
    held: str = "#e8f1fe"
    scrim: str = "#b81a1a1a"
    """#aarrggbb."""
    paper_of_ticket: str = "#ffffff"
    ink_of_ticket: str = "#1a1a1a"
    strong: int = EDGE
    """Width of a plate's edge."""


WARM = Palette()
CONTRAST = Palette(
    paper="#000000",
    paper_2="#000000",
    rule="#ffffff",
    surface="#000000",
    ink="#ffffff",
    ink_2="#ffffff",
    edge="#ffffff",
    act="#ffd43d",
    act_edge="#ffffff",
    act_press="#ffffff",
    act_tint="#000000",
    on_act="#000000",
    ok="#ffffff",
    care="#ffd43d",
    stop="#ffd43d",
    stop_tint="#000000",
    mend="#ffffff",
    mend_tint="#000000",
    ok_edge="#ffffff",
    ring="#ffffff",
    held="#333333",
    scrim="#b8000000",
    strong=EDGE_STRONG,
)

FAMILIES = {
    "ja": "Noto Sans CJK JP",
    "easy": "Noto Sans CJK JP",
    "en": "Noto Sans",
    "zh": "Noto Sans CJK SC",
    "ko": "Noto Sans CJK KR",
    "vi": "Noto Sans",
}


class Style(msgspec.Struct, frozen=True):
    """How one screen is set: its colours, language, and how large and how wide apart."""

    palette: Palette
    language: str
    scale: float = 1.0
    air: float = 1.0
    """Of the guide's distances and heights; targets and gaps never fall below theirs."""

    def px(self, token: str) -> int:
        growth = self.scale - 1
        return round(TYPE[token] * (1 + growth * (BIG_GROWTH if token in BIG else 1)))

    def gap(self, px: float) -> float:
        return round(px * self.air)

    def apart(self, px: float) -> float:
        """Between two plates."""
        return max(float(GAP), self.gap(px))

    @property
    def family(self) -> str:
        return FAMILIES[self.language]
