"""`hitofuda diag card`: what reader and card answer, in a technician's words. Never a PIN, never a name or an address.

Asks the card only for what costs nothing: no PIN is sent, so no try can be spent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography import x509

from drivers.card_ports import (
    CardDetails,
    CardGone,
    CardInUse,
    CardNonsense,
    CardReader,
    CardRefused,
    CardSilent,
    CardTrouble,
    Certificate,
    MyNumberCard,
    NoCertificate,
    NothingThere,
    OtherCard,
    OtherKind,
    PinLocked,
    Presence,
    ReaderAway,
    ReaderLost,
    ServiceAway,
    TriesLeft,
    TwoCards,
    UnreadableCard,
    WrongCard,
)
from drivers.pcsc_card.driver import PcscCardReader, ReaderSettings
from kiosk_app.clock import wall_utc_ms
from kiosk_app.settings import MachineSettings, PcscReader, SettingsError, load_machine

Say = Callable[[str], None]
ZONE = ZoneInfo("Asia/Tokyo")
OTHER_NAMES: dict[OtherKind, str] = {
    "old_juki": "住民基本台帳カード（使えません）",
    "phone": "スマートフォンの電子証明書（この機械では使えません）",
    "driving_licence": "運転免許証",
    "residence_card": "在留カード・特別永住者証明書",
    "payment": "クレジットカードなど",
    "transit": "交通系ICカードなど（FeliCa）",
    "unknown": "種類の分からないICカード",
}


def today() -> date:
    """In Japan, by this computer's clock."""
    return datetime.fromtimestamp(wall_utc_ms() / 1000, ZONE).date()


def reader_settings(settings: MachineSettings) -> ReaderSettings | None:
    """None: this machine has no card reader."""
    match settings.card_reader:
        case PcscReader(name=name, answer_s=answer_s):
            return ReaderSettings(name, answer_s)
    return None


def check(machine: Path, today: date, say: Say) -> int:
    """0: a usable card answers; 1: something is missing; 2: a configuration that cannot be used."""
    try:
        settings = load_machine(machine)
    except SettingsError as error:
        say(str(error))
        return 2
    found = reader_settings(settings)
    if found is None:
        say(f'{machine.name} の [card_reader] に kind = "pcsc" がありません。')
        return 2
    reader = PcscCardReader(found)
    try:
        return report(reader, found.name, today, say)
    finally:
        reader.close()


def report(reader: CardReader, wanted: str, today: date, say: Say) -> int:
    presence = reader.presence()
    if isinstance(presence, MyNumberCard | OtherCard):
        details = reader.details()
        if isinstance(details, CardDetails):
            return _tell(details, presence, today, say)
        say(f"カード　：{trouble_words(details)}")
        return 1
    title, step = away_words(presence, wanted)
    say(f"読取機　：{title}")
    say(f"次にする：{step}")
    return 1


def away_words(presence: Presence, wanted: str) -> tuple[str, str]:
    """What is the matter where no card can be asked, and what to do; also for hitofuda diag."""
    match presence:
        case ServiceAway():
            return "ICカードのサービス（pcscd）が動いていません", "systemctl status pcscd を見てください"
        case ReaderAway():
            named = f"「{wanted}」という名前の読取機がありません" if wanted else "読取機がありません"
            return named, "USBを差し直すか、machine.toml の [card_reader] name を確かめてください"
        case NothingThere():
            return "つながっています。カードがありません", "カードを置いて、もう一度調べてください"
        case TwoCards():
            return "カードが二枚あります", "一枚だけにしてください"
    return "置いてあるものが読めません", "向き（ICを下・奥）、重ね置き、割れを確かめてください"


def _tell(details: CardDetails, presence: Presence, today: date, say: Say) -> int:
    say(f"読取機　：{details.reader}")
    say(f"カード　：{_card_name(presence)}")
    say(f"ATR　　 ：{details.atr}（{details.protocol}。判別には使いません）")
    say(f"トークン：{details.token_label or 'ありません'}")
    if not isinstance(presence, MyNumberCard):
        return 1
    certificate, is_usable = _certificate_words(details.certificate, today)
    say(f"利用者証明用：{certificate}")
    say(f"署名用　：{'あります' if details.has_signature else 'ありません'}")
    say(f"暗証番号：利用者証明用 {_tries_words(details.authentication_tries)}")
    say(f"　　　　　券面事項入力補助用 {_tries_words(details.attribute_tries)}")
    return 0 if is_usable and isinstance(details.authentication_tries, TriesLeft) else 1


def _card_name(presence: Presence) -> str:
    return OTHER_NAMES[presence.kind] if isinstance(presence, OtherCard) else "マイナンバーカード"


def _certificate_words(found: Certificate | NoCertificate | CardTrouble, today: date) -> tuple[str, bool]:
    match found:
        case Certificate(der=der):
            return _dates(der, today)
        case NoCertificate():
            return "ありません", False
    return trouble_words(found), False


def _dates(der: bytes, today: date) -> tuple[str, bool]:
    """The dates alone: the rest of a certificate is a person's."""
    try:
        ends = x509.load_der_x509_certificate(der).not_valid_after_utc
    except ValueError:
        return "形が正しくありません", False
    last = datetime.astimezone(ends, ZONE).date()
    is_valid = last >= today
    words = f"{last.year}年{last.month}月{last.day}日まで"
    return f"あります（{words}）" if is_valid else f"期限が切れています（{words}）", is_valid


def _tries_words(tries: TriesLeft | PinLocked | CardTrouble | None) -> str:
    match tries:
        case TriesLeft(tries=left):
            return f"あと{left}回"
        case PinLocked():
            return "ロックされています（窓口で再設定）"
        case None:
            return "調べていません"
    return trouble_words(tries)


def trouble_words(trouble: CardTrouble) -> str:
    match trouble:
        case CardGone():
            return "途中でカードが離れました。置き直して、もう一度調べてください"
        case ReaderLost():
            return "読取機かサービスが途中で切れました"
        case CardSilent():
            return "カードが答えません。置き直してください"
        case CardInUse():
            return "ほかのプログラムがカードを使っています。コアを止めてください"
        case CardRefused(status_word=status, at=at):
            return f"カードが断りました（{at}、{status:04X}）"
        case CardNonsense(at=at, what=what):
            return f"カードの答えがおかしいです（{at}: {what}）"
        case WrongCard(presence=presence):
            if isinstance(presence, OtherCard):
                return OTHER_NAMES[presence.kind]
            return "読めません" if isinstance(presence, UnreadableCard) else "マイナンバーカードがありません"
