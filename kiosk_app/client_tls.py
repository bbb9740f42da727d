"""TLS for the client of the core, loaded only by who speaks to another computer. One authority is trusted, no other."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import cast

from kiosk_app.line_deadline import DeadlineSocket


class TlsLine(DeadlineSocket, ssl.SSLSocket):
    pass


class Tls:
    def __init__(self, ca_file: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.load_verify_locations(cafile=ca_file)
        self._context.sslsocket_class = TlsLine

    def over(self, line: socket.socket, host: str, deadline: float) -> TlsLine:
        """Shakes hands within the line's own time-out. Raises OSError."""
        secure = cast(TlsLine, self._context.wrap_socket(line, server_hostname=host))
        secure.deadline = deadline
        return secure

    def refused(self, trouble: Exception) -> bool:
        """Whether a line was given up because the other side is not of our authority, or not who it should be."""
        return isinstance(trouble, ssl.SSLCertVerificationError)
