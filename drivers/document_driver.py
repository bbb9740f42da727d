"""A document on an ESC/POS printer, as the same port that a queue of CUPS has: which one it is, the core need not know.

The printer is one for documents alone. Its time-outs fit a page, which takes longer than a ticket.
"""

from __future__ import annotations

from dataclasses import replace

from drivers.escpos_printer.document import encode_pages
from drivers.escpos_printer.driver import EscPosTicketPrinter, Making
from drivers.escpos_printer.protocol import EncodedTicket
from drivers.escpos_printer.raster import picture_dots
from drivers.escpos_printer.transport import PrinterSettings
from drivers.ports import DocumentOutcome, DocumentPaper, DocumentPrinterIdentity, DocumentStatus, Unprintable
from drivers.sheet_ports import Bound, PaperShape, Sheet, SheetOutcome

DOCUMENT_TIMEOUT_S = 120.0
"""Twenty pages at 150 mm/s take 40 s; a page as dots at 38,400 baud on narrow paper takes 15 s."""


class EscPosDocumentPrinter:
    """PDF as dots at the printer's own width, every page cut off, three process-ids: `issued` when the last answers."""

    def __init__(
        self, settings: PrinterSettings, *, left_over: bool = False, timeout_s: float = DOCUMENT_TIMEOUT_S
    ) -> None:
        """`timeout_s`: for one document or sheet, unless the settings allow more."""
        timeout_s = max(settings.ticket_timeout_s, timeout_s)
        self._printer = EscPosTicketPrinter(replace(settings, ticket_timeout_s=timeout_s), left_over=left_over)

    def preflight(self) -> DocumentStatus:
        return self._printer.preflight()

    def print_document(self, paper: DocumentPaper, job: str) -> DocumentOutcome:
        found = self._printer.print_document(paper, job)
        if isinstance(found, Unprintable):
            return DocumentOutcome(job, paper.sha256, "not_issued", refusal=found)
        return DocumentOutcome(
            job, paper.sha256, found.verdict, found.cause, None, found.first_byte_s, found.finished_s
        )

    @property
    def shape(self) -> PaperShape:
        settings = self._printer.settings
        return PaperShape(settings.width_dots, settings.dpi, by_page=True)

    def print_sheet(self, sheet: Sheet, bound: Bound) -> SheetOutcome:
        """Compared when the printer is ready and the page encoded: what follows is the first byte."""
        misfits: list[str] = []

        def make(at: Making) -> EncodedTicket | Unprintable:
            page = sheet.page
            if page is None or page.width_dots != picture_dots(at.width_dots):
                # Drawn for other paper than stands here now: as good as another document.
                misfits.append("the page was drawn for other paper")
                return Unprintable("not_the_document")
            encoded = encode_pages([page.rows()], at.marks, at.width_dots, at.dpi, at.process_ids, at.cut_before)
            if misfit := sheet.misfit(bound()):
                misfits.append(misfit)
                return Unprintable("not_the_document")
            return encoded

        found = self._printer.print_made(f"{sheet.binding.job}.{sheet.at}", make)
        if isinstance(found, Unprintable):
            return SheetOutcome(sheet.binding, sheet.at, "not_issued", misfit=misfits[0])
        times = found.first_byte_s, found.finished_s
        return SheetOutcome(sheet.binding, sheet.at, found.verdict, found.cause, "", None, *times)

    def recover(self) -> DocumentStatus:
        return self._printer.recover()

    def identity(self) -> DocumentPrinterIdentity:
        found = self._printer.identity()
        notes = []
        if found.model and not found.process_ids:
            notes.append("紙が出たかをプリンターが答えません。毎回、来た方か職員が確かめます")
        if found.model and not found.clears:
            notes.append("途中で止まった書類は「不明」になります。職員が紙を確かめます")
        return DocumentPrinterIdentity(found.model, tuple(notes), found.process_ids)

    def close(self) -> None:
        self._printer.close()
