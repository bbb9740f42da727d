"""How long the driver waits in tests. What is tested is honesty, so only a printer that never answers may end a wait:
a busy computer must not.
"""

from __future__ import annotations

from dataclasses import replace

from drivers.escpos_printer.transport import PrinterSettings

PATIENCE_S = 20.0


def patient(port: int) -> PrinterSettings:
    """Far more than an answer takes on a computer that has something else to do."""
    return PrinterSettings(
        port=port,
        connect_timeout_s=PATIENCE_S,
        answer_timeout_s=PATIENCE_S,
        ticket_timeout_s=PATIENCE_S,
        clear_timeout_s=PATIENCE_S,
        probe_timeout_s=PATIENCE_S,
    )


def impatient(settings: PrinterSettings) -> PrinterSettings:
    """For a printer that will not answer."""
    return replace(settings, answer_timeout_s=0.15, ticket_timeout_s=0.4, clear_timeout_s=0.15)
