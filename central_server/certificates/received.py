"""Whether bytes that an issuer gave are a document that may reach paper. Nothing is repaired: what is not right is
refused.

PDFium reads here what it will draw at the kiosk. It is not made for two threads, so one at a time is in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from typing import Any, NamedTuple

from kiosk_app.office.certificates import DOCUMENT_BYTES_MAX, PAGES_MAX, WIDTH_MM, Layout

MM_PER_POINT = 25.4 / 72
TOLERANCE_MM = 2.0
A4_HEIGHT_MM = 297.0
ROLL_HEIGHT_MAX_MM = 1_200.0
_ONE_AT_A_TIME = threading.Lock()


class Fine(NamedTuple):
    pages: int


class Bad(NamedTuple):
    """`why` is for the technician."""

    why: str


def look(pdf: bytes, sha256: str, layout: Layout) -> Fine | Bad:
    if len(pdf) > DOCUMENT_BYTES_MAX:
        return Bad(f"more than {DOCUMENT_BYTES_MAX} bytes")
    if hashlib.sha256(pdf).hexdigest() != sha256:
        return Bad("its SHA-256 is another one")
    if not pdf.startswith(b"%PDF-"):
        return Bad("no PDF")
    # Loaded only where certificates are given.
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
                if pypdfium2.raw.FPDF_GetSecurityHandlerRevision(document.raw) >= 0:
                    return Bad("an encrypted PDF")
                return _look(document, layout)
        except pypdfium2.PdfiumError:
            return Bad("a PDF that cannot be opened: broken, or encrypted")


def _look(document: Any, layout: Layout) -> Fine | Bad:
    pages = len(document)
    if not 1 <= pages <= PAGES_MAX:
        return Bad(f"{pages} pages")
    for at in range(pages):
        width_mm, height_mm = (side * MM_PER_POINT for side in document.get_page_size(at))
        if abs(width_mm - WIDTH_MM[layout]) > TOLERANCE_MM:
            return Bad(f"a page {width_mm:.0f} mm wide, for {layout}")
        fits = abs(height_mm - A4_HEIGHT_MM) <= TOLERANCE_MM if layout == "a4" else height_mm <= ROLL_HEIGHT_MAX_MM
        if not fits:
            return Bad(f"a page {height_mm:.0f} mm long, for {layout}")
    return Fine(pages)
