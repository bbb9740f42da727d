"""What each device says of itself on a technician's screen: what it is, what it can do, what it has just read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from drivers.payment_ports import UnitStatus
from drivers.ports import (
    PRINTS,
    CodeReaderStatus,
    DocumentPrinterIdentity,
    DocumentStatus,
    PrinterCounters,
    PrinterIdentity,
    PrinterStatus,
)
from kiosk_app.devices import PrinterDevice
from kiosk_app.journeys.messages import CardSeenAs
from kiosk_app.office.alert_words import alert_words
from kiosk_app.settings import Printer

if TYPE_CHECKING:
    from kiosk_app.core import Core

Line = tuple[str, str]
LIES: dict[CardSeenAs, str] = {
    "empty": "何も置かれていません",
    "card": "マイナンバーカード（証明書あり）",
    "no_certificate": "マイナンバーカード（証明書なし）",
    "old_juki": "住民基本台帳カード",
    "phone": "スマートフォン",
    "driving_licence": "運転免許証",
    "residence_card": "在留カード",
    "payment": "支払い用のカード",
    "transit": "交通系のカード",
    "unknown": "知らないカード",
    "unreadable": "読めないカード",
    "two": "2枚以上のカード",
    "reader_away": "読取機がありません",
    "service_away": "pcscdが動いていません",
}


class Told:
    """`printers`, `documents` and `cash_unit` hold what was asked last; who opens the screens begins with nothing."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.printers: dict[str, tuple[PrinterIdentity, PrinterCounters]] = {}
        self.documents: tuple[DocumentStatus, DocumentPrinterIdentity] | None = None
        self.cash_unit = ""
        self.codes: tuple[int, ...] = ()
        """Lengths of the codes that were read; what they say is kept nowhere."""

    def forget(self) -> None:
        self.printers.clear()
        self.documents, self.cash_unit, self.codes = None, "", ()

    def lines(self) -> dict[str, tuple[Line, ...]]:
        core = self._core
        found = {device.name: tuple(self._of_printer(device)) for device in core.printer.devices}
        if core.card is not None:
            found["card_reader"] = (("置かれたもの", LIES[core.card.seen]),)
        if core.reservations.reader:
            found["code_reader"] = tuple(self._of_code_reader(cast(CodeReaderStatus, core.reservations.reader)))
        if self.documents is not None:
            found["documents"] = tuple(_of_documents(*self.documents))
        if self.cash_unit:
            found["cash_unit"] = tuple(_of_cash_unit(self.cash_unit))
        return found

    def table(self, name: str) -> Printer | None:
        settings = self._core.settings
        return {"printer": settings.printer, "printer_2": settings.printer_2}.get(name)

    def _of_printer(self, device: PrinterDevice) -> Iterator[Line]:
        yield "状態", status_words(device.status)
        found, table = self.printers.get(device.name), self.table(device.name)
        if table is not None:
            yield "設定", f"幅{table.width_dots}ドット・{table.dpi}dpi"
        if found is None:
            return
        identity, counted = found
        yield "機種", identity.model or "名のりません"
        yield "切れた確認", "できます" if identity.process_ids else "できません。紙は人が確かめます"
        yield "途中の取消", "できます" if identity.clears else "できません。途中の番号札は不明になります"
        if counted.cuts is not None:
            yield "これまで", f"切った回数{counted.cuts:,}・動いた時間{counted.hours or 0:,}"
        if not identity.belongs:
            yield "登録", "知らない機種なので、番号札を止めています"

    def _of_code_reader(self, status: CodeReaderStatus) -> Iterator[Line]:
        words: dict[CodeReaderStatus, str] = {
            "unknown": "まだ分かりません",
            "ready": "つながっています",
            "away": "ありません",
            "nonsense": "届くものがコードになりません",
        }
        yield "状態", words[status]
        yield "読んだコード", f"{len(self.codes)}回（{self.codes[-1]}文字）" if self.codes else "まだありません"


def status_words(status: PrinterStatus) -> str:
    if status in PRINTS:
        return "印刷できます" + ("（用紙が残りわずかです）" if status == "near_end" else "")
    return alert_words(status, "").title


def _of_documents(status: DocumentStatus, identity: DocumentPrinterIdentity) -> Iterator[Line]:
    # Only who stands before such a printer needs its words.
    from kiosk_app.document_check import WORDS

    title, next_step = WORDS[status]
    yield "状態", title
    if next_step:
        yield "次にすること", next_step
    yield "機種", identity.model or "名のりません"
    yield "出た確認", "できます" if identity.proves_paper else "できません。紙は人が確かめます"
    for note in identity.notes:
        yield "注意", note


def _of_cash_unit(status: str) -> Iterator[Line]:
    from kiosk_app.cash_unit_words import WORDS

    if status == "selling":
        yield "状態", "お支払い中です"
        return
    title, next_step = WORDS[cast(UnitStatus, status)]
    yield "状態", title
    if next_step:
        yield "次にすること", next_step
