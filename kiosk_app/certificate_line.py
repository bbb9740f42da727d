"""Carries one kiosk's requests to central over HTTPS, for a thread of the core: an answer within its time, or why not.

Nothing is sent again by itself. Every request may be, and who asks knows best whether it is still wanted.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import requests
from urllib3.exceptions import HTTPError

from kiosk_app import certificate_messages as wire
from kiosk_app.central_line import is_a_stranger
from kiosk_app.clock import boot_ms
from kiosk_app.replication import MalformedMessage

CONNECT_S = 5.0
ANSWER_S = 30.0
"""An issuer of another house may take its time for a document."""
SLICE_BYTES = 65_536

Trouble = Literal["away", "busy", "refused", "untrusted", "garbled"]
"""away: no answer, and whether it was heard is not known. busy: later. refused: central does not know this kiosk's
token (any more). untrusted: somebody else answers there. garbled: no message of this protocol."""


class NoAnswer(NamedTuple):
    why: Trouble


class CertificateLine:
    """Of one thread at a time. `ca_file`: the only authority that is believed."""

    def __init__(self, url: str, token: str, ca_file: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        # Neither a proxy nor a password of this computer's environment is meant for central.
        self._session.trust_env = False
        self._session.verify = ca_file
        self._session.headers["authorization"] = f"Bearer {token}"
        self._session.headers["accept-encoding"] = "identity"

    def ask(self, asked: wire.Request, answer_s: float = ANSWER_S) -> wire.Reply | NoAnswer:
        until_ms = boot_ms() + int(answer_s * 1000)
        try:
            with self._session.post(
                self._url + wire.path(asked),
                wire.encode(asked),
                headers={"content-type": wire.MEDIA},
                stream=True,
                timeout=(CONNECT_S, answer_s),
                allow_redirects=False,
            ) as response:
                if response.status_code != 200:
                    return NoAnswer(_why(response.status_code))
                received = bytearray()
                # What has come, not a whole slice: a server that trickles must not stretch the time of one.
                while part := response.raw.read1(SLICE_BYTES):
                    received += part
                    if len(received) > wire.REPLY_BYTES_MAX:
                        return NoAnswer("garbled")
                    if boot_ms() > until_ms:
                        return NoAnswer("away")
            return wire.decode_reply(bytes(received))
        except requests.exceptions.SSLError as trouble:
            # A line that breaks while the two greet each other is one as well, and no stranger.
            return NoAnswer("untrusted" if is_a_stranger(trouble) else "away")
        except MalformedMessage:
            return NoAnswer("garbled")
        except (requests.RequestException, HTTPError, OSError):
            return NoAnswer("away")

    def close(self) -> None:
        self._session.close()


def _why(status: int) -> Trouble:
    return "refused" if status == 401 else "busy" if status in (429, 503) else "garbled"
