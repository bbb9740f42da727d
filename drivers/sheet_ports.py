"""What the core asks of a printer of certificates: drawn before anybody pays, then printed sheet by sheet, each bound.

The worst that such a machine has ever done is to hand out another person's paper. So everything that is printed carries
whose it is, and is compared just before its first byte; what does not agree is not printed.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from drivers.ports import DocumentPrinter, DocumentStatus, Unprintable, Verdict


@dataclass(frozen=True)
class Binding:
    """Whose document it is: opaque ids, and the SHA-256 of its PDF in hexadecimal digits. Two that differ in any part
    belong to two people."""

    session: str
    job: str
    resident: str
    sha256: str


@dataclass(frozen=True)
class PaperShape:
    """How a page is laid on this printer's paper. `by_page`: each page is a sheet with a verdict of its own; else the
    document is printed whole and has one."""

    width_dots: int = 0
    dpi: int = 0
    by_page: bool = False


@dataclass(frozen=True)
class Page:
    """One page as dots, made for `binding` alone. `packed`: rows of `width_dots // 8` bytes, 1 = ink, deflated."""

    binding: Binding
    at: int
    width_dots: int
    height_dots: int
    packed: bytes = field(repr=False)
    seal: str
    """Of all the above, from the moment at which it was drawn."""

    def is_as_drawn(self) -> bool:
        return self.seal == seal_of(self.binding, self.at, self.width_dots, self.height_dots, self.packed)

    def rows(self) -> bytes:
        return zlib.decompress(self.packed)


def seal_of(binding: Binding, at: int, width_dots: int, height_dots: int, packed: bytes) -> str:
    """SHA-256 over whose page it is, which one, how large, and its dots."""
    head = (binding.session, binding.job, binding.resident, binding.sha256, str(at), str(width_dots), str(height_dots))
    sealed = hashlib.sha256()
    for part in (*(part.encode() for part in head), packed):
        # With its length: no two different pages are the same bytes in a row.
        sealed.update(len(part).to_bytes(8, "big"))
        sealed.update(part)
    return sealed.hexdigest()


@dataclass(frozen=True)
class Sheet:
    """One sheet of one document: the page to be printed, or the whole PDF for a printer that takes it as it is."""

    binding: Binding
    at: int
    """From 0."""
    of: int
    pdf: bytes = field(repr=False)
    page: Page | None = None

    def misfit(self, bound: Binding | None) -> str:
        """Why this is not what was bound; empty: it is. Everything is worked out again from the bytes at hand."""
        if bound is None:
            return "nothing is bound to this job"
        if self.binding != bound:
            return "another session, job, resident or document is bound"
        if hashlib.sha256(self.pdf).hexdigest() != bound.sha256:
            return "the document is another"
        if self.page is None:
            return "" if self.of == 1 else "its page is missing"
        if self.page.binding != bound or self.page.at != self.at:
            return "the page was drawn for another"
        return "" if self.page.is_as_drawn() else "the page has changed since it was drawn"


@dataclass(frozen=True)
class SheetOutcome:
    """What became of one sheet. It names its binding; a verdict is as good as the printer's own words.

    `misfit`: it was not what had been bound, so not a byte was sent. `refusal`: it cannot be printed here at all.
    """

    binding: Binding
    at: int
    verdict: Verdict
    cause: DocumentStatus | None = None
    misfit: str = ""
    refusal: Unprintable | None = None
    first_byte_s: float = 0.0
    finished_s: float = 0.0


Bound = Callable[[], Binding | None]
"""What the machine's facts bind to this job now, and for whom it works now; None: nothing. From any thread."""


class SheetPrinter(DocumentPrinter, Protocol):
    """A printer of documents that prints certificates."""

    @property
    def shape(self) -> PaperShape:
        """As it is set; asks nothing."""
        ...

    def print_sheet(self, sheet: Sheet, bound: Bound) -> SheetOutcome:
        """Print once, if it is what `bound` says, asked and compared just before the first byte. Never sends again; in
        doubt takes back what is not printed yet, and says what is known then."""
        ...
