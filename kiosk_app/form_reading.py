"""What a clerk's scanner has read of a form's code, as a sheet to copy from. On the hub alone, where the office's
private key is. Nothing of it is kept: the answer goes to the console that asked.
"""

from __future__ import annotations

from kiosk_app import api
from kiosk_app.form_code import Coded, Unread, Why, open_
from kiosk_app.form_settings import FormsTable, read_key
from kiosk_app.office.toml_config import ConfigError

WORDS: dict[Why, str] = {
    "not_a_form": "書類の二次元コードではありません。",
    "damaged": "コードを最後まで読めませんでした。もう一度読み取ってください。",
    "other_key": "この庁舎の書類ではないか、鍵が替わっています。紙を見て入力してください。",
    "expired": "コードの期限が切れています。紙を見て入力してください。",
}
NO_KEY = "この庁舎では、書類のコードを読み取る設定がされていません。"


def read(table: FormsTable | None, text: str, now_utc_ms: int) -> api.FormSheet:
    """Never raises for what somebody can scan, nor for a key that has gone since the start."""
    try:
        private = read_key("read_key_file", table.read_key_file) if table is not None else b""
    except ConfigError:
        private = b""
    if not private:
        return api.FormSheet(ok=False, message=NO_KEY)
    found = open_(text, private, now_utc_ms // 60_000)
    return sheet(found)


def sheet(found: Coded | Unread) -> api.FormSheet:
    if isinstance(found, Unread):
        return api.FormSheet(ok=False, message=WORDS[found.why])
    rows = tuple(api.FormRow(label=label, text=text) for label, text in found.rows)
    return api.FormSheet(ok=True, form=found.form, version=found.version, title=found.title, rows=rows)
