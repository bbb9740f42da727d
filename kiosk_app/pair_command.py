"""`hitofuda pair`: a new console, display or ticket machine shows six digits and waits for a technician's yes.

Nothing is written before the yes, and the folder appears whole or not at all. The hub's certificate is not believed at
first; it is part of the digits, stays the same to the end, and is checked with the office's own authority before
anything is kept.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import ssl
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import msgspec

from kiosk_app import device_settings, pairing
from kiosk_app.api_technician import DeviceUse
from kiosk_app.clock import new_nonce, new_token
from kiosk_app.device_settings import DeviceError, HubAddress
from kiosk_app.hub_settings import hash_of_token
from kiosk_app.office.permissions import USE_NAMES
from kiosk_app.pairing import Begin, Begun, Enrolled, Look, No, Reveal, Waiting

ANSWER_S = 5.0
"""So long may one answer of the hub take."""
LOOK_S = 1.0
"""Between two questions whether the technician has said yes."""
ANSWER_BYTES_MAX = 64 * 1024
DONE, NOT_PAIRED, UNUSABLE = 0, 1, 2
_FONT = {
    "0": ("███", "█ █", "█ █", "█ █", "███"),
    "1": ("  █", "  █", "  █", "  █", "  █"),
    "2": ("███", "  █", "███", "█  ", "███"),
    "3": ("███", "  █", "███", "  █", "███"),
    "4": ("█ █", "█ █", "███", "  █", "  █"),
    "5": ("███", "█  ", "███", "  █", "███"),
    "6": ("███", "█  ", "███", "█ █", "███"),
    "7": ("███", "  █", "  █", "  █", "  █"),
    "8": ("███", "█ █", "███", "█ █", "███"),
    "9": ("███", "█ █", "███", "  █", "███"),
}
_REFUSALS: dict[pairing.Cause, str] = {
    "protocol": "ハブとこの端末のプログラムの版がちがいます。同じ版にしてください。",
    "crowded": "登録が込み合っています。10分ほど待ってから、もう一度お試しください。",
    "name_taken": "同じ名前の端末が登録されています。別の名前にするか、技術員の画面で先に取り消してください。",
    "not_its_name": "番号発券機の名前は、ほかの機械とちがう番号の符号（m4など）にしてください。",
    "zone": "その場所は目録にありません。--zone を確かめてください。",
    "gone": "時間が過ぎたため、登録しませんでした。もう一度お試しください。",
    "forged": "やりとりが途中で変わったため、登録しませんでした。線の途中に知らない機器がないか確かめてください。",
    "refused": "技術員が「違います」を押しました。登録していません。線の途中に知らない機器がないか確かめてください。",
    "off": "ハブは登録を受け付けていません。",
}
_AWAY = "ハブにつながりません。住所（--hub）と線を確かめて、もう一度お試しください。"
_NOT_OF_THE_OFFICE = (
    "登録されましたが、ハブの証明書をこの住所では確かめられません。--hub を証明書の住所にして、もう一度お試しください"
    "（いまの登録は技術員の画面で取り消してください）。"
)


class _Trouble(Exception):
    """One sentence for the person; nothing was written."""


@dataclass
class _Hub:
    """Every connection must show the certificate of the first."""

    address: str
    context: ssl.SSLContext = field(default_factory=lambda: _believing_nobody())
    certificate_sha256: str = ""

    def ask(self, asked: pairing.Request) -> pairing.Reply:
        """Raises _Trouble."""
        line = self._connection()
        try:
            self._connect(line)
            line.request("POST", pairing.PATH, msgspec.json.encode(asked), {"Content-Type": "application/json"})
            answer = line.getresponse()
            data = answer.read(ANSWER_BYTES_MAX)
            if answer.status != 200:
                raise _Trouble(f"{_AWAY}（{answer.status}）")
            return pairing.replies.decode(data)
        except (OSError, http.client.HTTPException, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _Away(_AWAY) from error
        finally:
            line.close()

    def check(self, ca_pem: str) -> None:
        """That the hub is of this authority and under this address, before it is trusted for years. Raises _Trouble."""
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            self.context.load_verify_locations(cadata=ca_pem)
        except (ssl.SSLError, ValueError) as error:
            raise _Trouble(_NOT_OF_THE_OFFICE) from error
        line = self._connection()
        try:
            self._connect(line)
        except ssl.SSLCertVerificationError as error:
            raise _Trouble(f"{_NOT_OF_THE_OFFICE}（{error.verify_message}）") from error
        except OSError as error:
            raise _Trouble(_AWAY) from error
        finally:
            line.close()

    def _connection(self) -> http.client.HTTPSConnection:
        parts = urlsplit(self.address)
        assert parts.hostname is not None
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=ANSWER_S, context=self.context)

    def _connect(self, line: http.client.HTTPSConnection) -> None:
        """Before a word is said. Raises OSError and _Trouble."""
        line.connect()
        seen = hashlib.sha256(line.sock.getpeercert(binary_form=True) or b"").hexdigest()
        if seen != (self.certificate_sha256 or seen):
            raise _Trouble(_REFUSALS["forged"])
        self.certificate_sha256 = seen


class _Away(_Trouble):
    """May be asked again."""


def _believing_nobody() -> ssl.SSLContext:
    """There is no authority yet: what the certificate is worth, the two codes say."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def run(hub: str, use: str, name: str, zone: str, folder: Path, tell: Callable[[str], None]) -> int:
    """0: `folder` holds what the device needs. 1: not paired, `tell` has said why. 2: cannot even be begun."""
    token, secret = new_token(), new_nonce().hex()
    try:
        bare = _begin(hub, use, name, zone, folder, hash_of_token(token))
    except DeviceError as error:
        tell(f"hitofuda pair: {error}")
        return UNUSABLE
    asked = msgspec.structs.replace(bare, commitment=pairing.commitment(bare, secret))
    line = _Hub(hub)
    try:
        enrolled = _paired(line, asked, secret, tell)
        hubs = tuple(dict.fromkeys((hub, *enrolled.hubs)))[: device_settings.HUBS_MAX]
        line.check(enrolled.ca_pem)
        _keep(folder, asked, hubs, token, enrolled.ca_pem.encode())
    except _Trouble as trouble:
        tell(str(trouble))
        return NOT_PAIRED
    except OSError as error:
        tell(f"{folder}: {error.strerror or error}。登録は技術員の画面で取り消してください。")
        return NOT_PAIRED
    tell(f"登録しました：{folder}")
    return DONE


def _begin(hub: str, use: str, name: str, zone: str, folder: Path, token_sha256: str) -> Begin:
    """Raises DeviceError for what a person has typed wrongly."""
    said = {"use": use, "name": name, "zone": zone, "token_sha256": token_sha256, "commitment": "0" * 64}
    if use not in get_args(DeviceUse):
        raise DeviceError(f"--use: expected {', '.join(get_args(DeviceUse))}, not {use}")
    try:
        msgspec.convert(hub, HubAddress)
    except msgspec.ValidationError:
        raise DeviceError(f"--hub: expected where the hub is, such as https://hub.example.jp:8470, not {hub}") from None
    try:
        asked = msgspec.convert({"type": "begin", "protocol": pairing.PROTOCOL, **said}, Begin)
    except msgspec.ValidationError as error:
        raise DeviceError(f"--name, --zone: expected a text of 1 to 40 characters on one line: {error}") from None
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DeviceError(f"--dir: {folder} is there already; an old secret is never overwritten")
    return asked


def _paired(line: _Hub, asked: Begin, secret: str, tell: Callable[[str], None]) -> Enrolled:
    begun = line.ask(asked)
    if not isinstance(begun, Begun):
        raise _Trouble(_why(begun))
    waiting = line.ask(Reveal(begun.pairing, secret))
    if not isinstance(waiting, Waiting):
        raise _Trouble(_why(waiting))
    code = pairing.code(asked, secret, begun.secret, line.certificate_sha256)
    tell(_shown(asked, line.address, code))
    ends_s = time.monotonic() + waiting.left_ms / 1000
    # A yes in the last moment is heard as well: the hub keeps it for a while.
    while time.monotonic() < ends_s + ANSWER_S:
        time.sleep(LOOK_S)
        try:
            found = line.ask(Look(begun.pairing, secret))
        except _Away:
            continue
        if isinstance(found, Enrolled):
            return found
        if not isinstance(found, Waiting):
            raise _Trouble(_why(found))
    raise _Trouble(_REFUSALS["gone"])


def _why(reply: pairing.Reply) -> str:
    return f"{_REFUSALS[reply.cause]}{reply.detail}" if isinstance(reply, No) else _AWAY


def _shown(asked: Begin, hub: str, code: str) -> str:
    seconds = pairing.PENDING_MS // 1000
    return "\n".join(
        (
            f"「{asked.name}」（{USE_NAMES[asked.use]}）を {hub} に登録します。",
            "",
            *large(code),
            "",
            f"この番号：{code[:3]} {code[3:]}",
            "技術員の画面の「端末」に出ている番号と比べてください。",
            f"同じなら、技術員が{seconds}秒のうちに「同じ番号です」を押します。ちがうときは「違います」を押します。",
        )
    )


def large(code: str) -> list[str]:
    """Five lines of blocks, in two groups of three."""
    lines = []
    for row in range(5):
        parts = ["".join(sign * 2 for sign in _FONT[digit][row]) for digit in code]
        lines.append("  " + "  ".join(parts[:3]) + "      " + "  ".join(parts[3:]))
    return lines


def _keep(folder: Path, asked: Begin, hubs: tuple[str, ...], token: str, ca_pem: bytes) -> None:
    """Raises OSError; then nothing is left of it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        device_settings.write(made, asked.use, asked.name, hubs, token, ca_pem)
        os.rename(made, folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    parent = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)
