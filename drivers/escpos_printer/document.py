"""A PDF as printer bytes: each page drawn once at the printer's own dots, whole, in its own proportions.

Nothing is dithered, cropped, enlarged or added: what the issuer sealed is what stands on the paper, in black and white.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
from collections.abc import Sequence
from typing import Any

from PIL import Image

from drivers.escpos_printer.protocol import BOTTOM_DOTS, CUT, EncodedTicket, Marks, Writer, preamble
from drivers.escpos_printer.raster import encode_rows, feed, picture_dots
from drivers.ports import DocumentPaper, Unprintable

PAGE_LIMIT = 20
IMAGE_DOTS_LIMIT = 40_000_000
"""Of one image: A4 at 600 dpi. Of one that does not fit into memory pdfium draws nothing, and says nothing of it."""
PAGE_ROWS_LIMIT = 10_000
"""1.25 m of paper: far beyond A3, and little enough memory that no PDF can use up the machine's."""
INK_BELOW_LEVEL = 160
"""Lighter than half: a hairline that lies between two rows of dots is half in each, and must not be lost."""
LEFT = b"\x1ba\x00"
POINTS_PER_INCH = 72
_INK = [255 if level < INK_BELOW_LEVEL else 0 for level in range(256)]


def encode_document(
    paper: DocumentPaper,
    marks: Marks,
    width_dots: int,
    dpi: int = 203,
    process_ids: bool = True,
    cut_before: bool = False,
) -> EncodedTicket | Unprintable:
    """The whole document: every page cut off, three marks of a ticket (before the first row, before and after
    the last cut). The bytes are compared with their digest here, just before they become the printer's.
    """
    if hashlib.sha256(paper.pdf).hexdigest() != paper.sha256:
        return Unprintable("not_the_document")
    pages = draw_pages(paper.pdf, width_dots, dpi)
    if isinstance(pages, Unprintable):
        return pages
    return encode_pages([page.tobytes() for page in pages], marks, width_dots, dpi, process_ids, cut_before)


def encode_pages(
    pages: Sequence[bytes], marks: Marks, width_dots: int, dpi: int, process_ids: bool, cut_before: bool
) -> EncodedTicket:
    """Rows of dots, `picture_dots(width_dots) // 8` bytes each, page by page."""
    out = Writer(marks, process_ids)
    out.add(preamble(dpi, cut_before) + LEFT)
    out.ask(marks.number)
    width_bytes = picture_dots(width_dots) // 8
    for at, rows in enumerate(pages):
        if at:
            out.add(CUT)
        for command in encode_rows(rows, width_bytes, trim=True):
            out.add(command)
        out.add(feed(BOTTOM_DOTS))
    out.ask(marks.printed)
    out.add(CUT)
    out.ask(marks.cut)
    return out.ticket()


def draw_pages(pdf: bytes, width_dots: int, dpi: int) -> list[Image.Image] | Unprintable:
    """One-bit pictures (1 = ink) as wide as the paper. Only one thread may be here: pdfium is not made for two."""
    # Loaded only where a document is printed: a ticket machine has no use for it.
    import pypdfium2

    width_dots = picture_dots(width_dots)
    try:
        with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
            if pypdfium2.raw.FPDF_GetSecurityHandlerRevision(document) != -1:
                # Also one that opens without a password: whoever locked it did not mean it to be used as it is.
                return Unprintable("encrypted")
            if len(document) > PAGE_LIMIT:
                return Unprintable("too_long")
            scales = [_scale(document.get_page_size(at), width_dots, dpi) for at in range(len(document))]
            if not scales or 0.0 in scales:
                return Unprintable("too_long" if scales else "unreadable")
            # Filled-in form fields are part of what was received.
            document.init_forms()
            pages = [document[at] for at in range(len(document))]
            if any(_has_huge_image(page) for page in pages):
                return Unprintable("too_long")
            return [_draw(page, scale, width_dots) for page, scale in zip(pages, scales, strict=True)]
    except pypdfium2.PdfiumError as error:
        return Unprintable("encrypted" if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD else "unreadable")


def _scale(size_points: tuple[float, float], width_dots: int, dpi: int) -> float:
    """Dots a point: true size, or smaller so that the page's width is on the paper. 0 for a page that is too long."""
    width_points, height_points = size_points
    if not (width_points > 0 and height_points > 0 and math.isfinite(width_points * height_points)):
        return 0.0
    wanted = min(dpi / POINTS_PER_INCH, width_dots / width_points)
    # pdfium rounds up: a little less than whole dots, so that rounding cannot add a column that the paper lacks.
    scale = (math.floor(wanted * width_points + 1e-6) - 1e-3) / width_points
    return scale if 0 < scale * height_points <= PAGE_ROWS_LIMIT else 0.0


def _has_huge_image(page: Any) -> bool:
    import pypdfium2

    images = page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,))
    return any(math.prod(image.get_px_size()) > IMAGE_DOTS_LIMIT for image in images)


def _draw(page: Any, scale: float, width_dots: int) -> Image.Image:
    grey: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    ink = grey.point(_INK, "1")
    if grey.width == width_dots:
        return ink
    out = Image.new("1", (width_dots, grey.height), 0)
    out.paste(ink, ((width_dots - grey.width) // 2, 0))
    return out
