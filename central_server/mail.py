"""Mail over SMTP, with a verdict that is never better than what the mail server has said.

No word that a visitor has typed stands in a mail but the address it goes to, and that can end no line: whoever wants to
send his own text through the city's mail server cannot.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal, NamedTuple

from central_server.contacts import MAIL

LINE_S = 10.0
"""So long may one answer of the mail server take."""
WHOLE_S = 40.0
"""So long one mail, however slowly the server speaks."""
LANGUAGE_TAGS = {"ja": "ja", "easy": "ja", "en": "en", "zh": "zh-Hans", "ko": "ko", "vi": "vi"}

Verdict = Literal["sent", "refused", "later", "unknown"]
"""refused: this mail will never be taken. later: surely not sent. unknown: handed over, and the answer was lost."""


class Way(NamedTuple):
    """The mail server, and who we are there."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"]
    sender: str
    user: str = ""
    password: str = ""
    ca_file: str = ""


def compose(sender: str, to: str, subject: str, body: str, event: str, language: str, at: datetime) -> EmailMessage:
    """`event` names what is told: the same event has the same Message-ID. Raises ValueError for no address."""
    if MAIL.fullmatch(to) is None:
        raise ValueError("expected a mail address")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{event}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = LANGUAGE_TAGS.get(language, language)
    mail.set_content(body, cte="base64")
    return mail


class Mailer:
    """Used in one thread. Keeps its line to the server while there is something to send."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._line: _Line | None = None

    def send(self, to: str, mail: EmailMessage) -> Verdict:
        """Never raises for what a mail server or a network can do."""
        clock = threading.Timer(WHOLE_S, self._cut)
        clock.daemon = True
        clock.start()
        try:
            return self._send(to, mail)
        finally:
            clock.cancel()

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                line.quit()

    def _send(self, to: str, mail: EmailMessage) -> Verdict:
        try:
            line = self._ready()
            code, _ = line.mail(self._way.sender)
            if code != 250:
                self._drop()
                return "later"
            code, _ = line.rcpt(to)
            if code not in (250, 251):
                line.rset()
                return "refused" if code >= 500 else "later"
        except (OSError, smtplib.SMTPException, ValueError):
            self._drop()
            return "later"
        return self._hand_over(line, mail)

    def _hand_over(self, line: _Line, mail: EmailMessage) -> Verdict:
        try:
            code, _ = line.data(mail.as_bytes())
        except smtplib.SMTPDataError as error:
            # It did not want to hear the text.
            self._drop()
            return "refused" if error.smtp_code >= 500 else "later"
        except (OSError, smtplib.SMTPException, ValueError):
            self._drop()
            return "unknown"
        if code == 250:
            return "sent"
        if code < 0:
            self._drop()
            return "unknown"
        return "refused" if code >= 500 else "later"

    def _ready(self) -> _Line:
        if self._line is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if self._line.noop()[0] == 250:
                    return self._line
            self._drop()
        way = self._way
        line = _TlsLine(timeout=LINE_S, context=self._trust()) if way.tls == "tls" else _Line(timeout=LINE_S)
        # smtplib takes a name from the constructor alone.
        line._host = way.host
        self._line = line
        line.connect(way.host, way.port)
        if way.tls == "starttls":
            line.starttls(context=self._trust())
        if way.user:
            line.login(way.user, way.password)
        line.ehlo_or_helo_if_needed()
        return line

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._way.ca_file or None)

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _cut(self) -> None:
        line = self._line
        if line is not None:
            line.cut()


class _Line(smtplib.SMTP):
    """Can be shut from another thread at any moment, also before its first word and while TLS begins."""

    _host = ""
    _spare: socket.socket | None = None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._spare = made.dup()
        return made

    def cut(self) -> None:
        if self._spare is not None:
            with contextlib.suppress(OSError):
                self._spare.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        super().close()
        if self._spare is not None:
            self._spare.close()


class _TlsLine(smtplib.SMTP_SSL, _Line):
    pass
