"""The page that a technician prints to see a document printer at work: 見本, a frame, and a ruler that is 100 mm long.

One A4 page, written by hand, the same bytes each time; its words are a picture, so no printer needs a font.
"""

from __future__ import annotations

import hashlib
import zlib

from PIL import Image

from drivers.escpos_printer.drawing import text_picture
from drivers.ports import DocumentPaper

POINTS_PER_MM = 72 / 25.4
WIDTH_MM, HEIGHT_MM = 210, 297
EDGE_MM = 10
RULER_MM = 100
_WORDS_DOTS = 1200
_LINES = (
    ("見本", 8),
    ("書類プリンターの試し印刷", 2),
    ("証明書ではありません", 2),
    ("まわりの枠が四辺とも見え、下の線が100ミリなら、正しく印刷されています", 1),
)


def sample_document() -> DocumentPaper:
    pdf = _pdf(_words())
    return DocumentPaper(pdf, hashlib.sha256(pdf).hexdigest())


def _words() -> Image.Image:
    lines = [text_picture(text, size, _WORDS_DOTS) for text, size in _LINES]
    ink = Image.new("L", (_WORDS_DOTS, sum(line.height for line in lines)), 0)
    y = 0
    for line in lines:
        ink.paste(line, (0, y))
        y += line.height
    return ink.convert("1")


def _pdf(words: Image.Image) -> bytes:
    width_mm = WIDTH_MM - 4 * EDGE_MM
    height_mm = width_mm * words.height / words.width
    ruler_start_mm, ruler_y_mm = (WIDTH_MM - RULER_MM) / 2, 4 * EDGE_MM
    ticks = [
        f"{ruler_start_mm + at} {ruler_y_mm} m {ruler_start_mm + at} {ruler_y_mm + (5 if at % 50 == 0 else 3)} l"
        for at in range(0, RULER_MM + 1, 10)
    ]
    content = "\n".join(
        (
            # Millimetres from here on.
            f"{POINTS_PER_MM:.6f} 0 0 {POINTS_PER_MM:.6f} 0 0 cm 0.5 w",
            f"{EDGE_MM} {EDGE_MM} {WIDTH_MM - 2 * EDGE_MM} {HEIGHT_MM - 2 * EDGE_MM} re S",
            f"{ruler_start_mm} {ruler_y_mm} m {ruler_start_mm + RULER_MM} {ruler_y_mm} l",
            *ticks,
            "S",
            f"q {width_mm} 0 0 {height_mm:.3f} {2 * EDGE_MM} {HEIGHT_MM - 3 * EDGE_MM - height_mm:.3f} cm /Words Do Q",
        )
    ).encode("ascii")
    picture = zlib.compress(words.tobytes(), 9)
    size_points = f"{WIDTH_MM * POINTS_PER_MM:.3f} {HEIGHT_MM * POINTS_PER_MM:.3f}"
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size_points}] /Contents 4 0 R "
        "/Resources << /XObject << /Words 5 0 R >> >> >>".encode("ascii"),
        _stream("", content),
        _stream(
            f"/Type /XObject /Subtype /Image /Width {words.width} /Height {words.height} /ColorSpace /DeviceGray "
            "/BitsPerComponent 1 /Decode [1 0] /Filter /FlateDecode ",
            picture,
        ),
    )


def _stream(keys: str, data: bytes) -> bytes:
    return f"<< {keys}/Length {len(data)} >>\nstream\n".encode("ascii") + data + b"\nendstream"


def _file(*objects: bytes) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
