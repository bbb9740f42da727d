"""The certificates of this machine's encrypted lines: there, readable, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from kiosk_app.diagnosis.finding import Finding, bad, good, look
from kiosk_app.settings import MachineSettings

SOON_DAYS = 30
DAY_MS = 86_400_000


def findings(settings: MachineSettings, now_utc_ms: int) -> Iterator[Finding]:
    hub, central = settings.hub, settings.central
    files = {
        "tls_hub": ("ハブの証明書", hub.cert_file if hub is not None else ""),
        "tls_hub_ca": ("庁舎の認証局", hub.ca_file if hub is not None else ""),
        "tls_central_ca": ("中央サーバーの認証局", central.ca_file if central is not None else ""),
    }
    for check, (name, file) in files.items():
        if file:
            yield _one(check, name, Path(file), now_utc_ms)


def _one(check: str, name: str, path: Path, now_utc_ms: int) -> Finding:
    # Only a machine with such a line needs the library.
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        return bad(check, name, "読めません", f"{path}: {error.strerror}", "ファイルの名前と権限を確かめてください")
    except ValueError:
        return bad(
            check, name, "証明書ではありません", f"{path}の中身が違います", "作り直してください：docs/devices.md"
        )
    ends = min(one.not_valid_after_utc for one in found)
    days = (int(ends.timestamp() * 1000) - now_utc_ms) // DAY_MS
    until = f"{ends.astimezone(UTC):%Y-%m-%d}まで"
    if days < 0:
        return bad(check, name, until, "期限が切れています", "新しい証明書を作り、入れ替えてください")
    if days < SOON_DAYS:
        return look(check, name, until, f"あと{days}日で期限が切れます", "新しい証明書を用意してください")
    return good(check, name, "期限はありません" if ends == _never() else until)


def _never() -> datetime:
    """RFC 5280, 4.1.2.5: no end is known."""
    return datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
