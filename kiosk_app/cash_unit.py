"""The coin-and-note unit of machine.toml as its driver wants it described: for a kiosk's till and for its check."""

from __future__ import annotations

from drivers.cctalk_unit.transport import CashUnitSettings
from kiosk_app.settings import UnitPay


def cash_unit_settings(payment: UnitPay) -> CashUnitSettings:
    return CashUnitSettings(
        kind="serial" if payment.device else "tcp",
        device=payment.device,
        baud=payment.baud,
        host=payment.host,
        port=payment.port,
        notes_yen=payment.notes_yen,
        answer_s=payment.answer_s,
    )
