"""One contact sheet for the screens of a language and mode: small, looked at whole, compared picture by picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from tests.ui.pictures.compare import compare, marked

STORED = Path(__file__).parent / "stored"
BITS = 4
"""Of each colour that are stored: half a step is far below what counts, and the files are small."""
GAP_PX = 6
A_ROW = {"staff": 2, "slots": 2, "money": 2, "display": 2, "landscape": 3, "booked-landscape": 2}
"""Pictures side by side; of upright ones all."""


def sheet(name: str, pictures: Sequence[Image.Image]) -> Image.Image:
    columns = A_ROW.get(name.removesuffix("-difference"), len(pictures))
    wide, high = pictures[0].size
    rows = -(-len(pictures) // columns)
    whole = Image.new("RGB", (columns * (wide + GAP_PX) - GAP_PX, rows * (high + GAP_PX) - GAP_PX), "grey")
    for n, picture in enumerate(pictures):
        whole.paste(picture, _corner(n, columns, picture.size))
    return whole


def cut(name: str, whole: Image.Image, count: int, size: tuple[int, int]) -> list[Image.Image]:
    columns = A_ROW.get(name, count)
    corners = [_corner(n, columns, size) for n in range(count)]
    return [whole.crop((x, y, x + size[0], y + size[1])) for x, y in corners]


def _corner(n: int, columns: int, size: tuple[int, int]) -> tuple[int, int]:
    return n % columns * (size[0] + GAP_PX), n // columns * (size[1] + GAP_PX)


def store(name: str, pictures: Sequence[Image.Image], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    coarse = sheet(name, pictures).point(lambda level: round(level / 255 * (2**BITS - 1)) * 255 // (2**BITS - 1))
    coarse.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def differing(name: str, shown: dict[str, Image.Image], stored: Path, out: Path) -> list[str]:
    """What differs from the stored sheet, with the new sheet and the difference left in `out`."""
    pictures = list(shown.values())
    path = stored / f"{name}.png"
    if not path.exists():
        return [f"{name}: no stored sheet; the new one is {store(name, pictures, out)}"]
    before = cut(name, Image.open(path).convert("RGB"), len(pictures), pictures[0].size)
    found = {screen: compare(old, new) for old, (screen, new) in zip(before, shown.items(), strict=True)}
    wrong = [f"{screen} by {d.share:.0%} at {d.x},{d.y}" for screen, d in found.items() if d.seen]
    if not wrong:
        return []
    new = store(name, pictures, out)
    differences = [marked(old, new) for old, new in zip(before, pictures, strict=True)]
    return [f"{name}: {', '.join(wrong)}; see {new} and {store(f'{name}-difference', differences, out)}"]
