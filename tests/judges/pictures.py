"""When two pictures are the same paper."""

from __future__ import annotations

from PIL import Image


def assert_same(got: Image.Image, wanted: Image.Image) -> None:
    """The same ink at the same place across the paper; blank rows above and below are not part of the picture."""
    assert got.width == wanted.width
    # Compared as one value: thousands of rows that differ would take minutes to explain.
    assert (_inked_rows(got).tobytes() == _inked_rows(wanted).tobytes()) is True


def assert_same_but_beside_lone_dots(got: Image.Image, wanted: Image.Image) -> None:
    """Where a picture's own bytes would be a real-time command we print one dot more, and nowhere else."""
    assert got.width == wanted.width
    after, before = (_inked_rows(picture).convert("1").tobytes() for picture in (got, wanted))
    gained = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert set(gained) <= {(0x10, 0x18)}
    assert len(gained) < len(before) / 500


def _inked_rows(picture: Image.Image) -> Image.Image:
    box = picture.getbbox()
    assert box is not None, "a picture with nothing on it proves nothing"
    return picture.crop((0, box[1], picture.width, box[3])).convert("L").point(lambda level: 255 if level else 0)
