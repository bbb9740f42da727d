"""A document on an ESC/POS printer, as the same port that a queue of CUPS has: which one it is, the core need not know.

The printer is one for documents alone. Its time-outs fit a page, which takes longer than a ticket.
"""

from __future__ import annotations

from dataclasses import replace

from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.transport import PrinterSettings
from drivers.ports import DocumentOutcome, DocumentPaper, DocumentPrinterIdentity, DocumentStatus, Unprintable

DOCUMENT_TIMEOUT_S = 120.0
"""Twenty pages at 150 mm/s take 40 s; a page as dots at 38,400 baud on narrow paper takes 15 s."""


class EscPosDocumentPrinter:
    """PDF as dots at the printer's own width, every page cut off, three process-ids: `issued` when the last answers."""

    def __init__(self, settings: PrinterSettings, *, left_over: bool = False) -> None:
        timeout_s = max(settings.ticket_timeout_s, DOCUMENT_TIMEOUT_S)
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
