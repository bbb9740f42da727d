"""Whom a face on another computer believes: the hub that its office's own authority has certified, and nobody else."""

from __future__ import annotations

import sys

from PySide6.QtCore import QByteArray, QCoreApplication
from PySide6.QtNetwork import QNetworkRequest, QSsl, QSslCertificate, QSslConfiguration, QSslSocket

from kiosk_app.api import DeviceUse
from kiosk_app.hubs import Hubs, hubs_or_fault

UNUSABLE = 2


def hubs_or_end(core: str, use: DeviceUse | None) -> Hubs:
    """A folder that cannot be used is said in one message, and ends the face with code 2 before it asks anybody."""
    found = hubs_or_fault(core, use)
    if isinstance(found, str):
        sys.stderr.write(f"{found}\n")
        QCoreApplication.exit(UNUSABLE)
        return Hubs(())
    return found


def secure(request: QNetworkRequest, hubs: Hubs) -> None:
    """Makes a request one of the device: its token, what it knows of the hub, and no other authority."""
    request.setSslConfiguration(_configuration(hubs))
    request.setAttribute(QNetworkRequest.Attribute.Http2AllowedAttribute, False)
    # The token is for this address alone.
    manual = QNetworkRequest.RedirectPolicy.ManualRedirectPolicy
    request.setAttribute(QNetworkRequest.Attribute.RedirectPolicyAttribute, manual)
    for name, value in hubs.headers().items():
        request.setRawHeader(QByteArray(name.encode()), QByteArray(value.encode()))


def authority(hubs: Hubs) -> bytes:
    """The certificates that are believed now (PEM): while one takes the place of another, the file has both. Empty
    where the hub is this computer."""
    return hubs.ca_file.read_bytes() if hubs.ca_file is not None else b""


_made: dict[object, QSslConfiguration] = {}


def _configuration(hubs: Hubs) -> QSslConfiguration:
    pem = authority(hubs)
    if pem not in _made:
        # None of the authorities that the system trusts: this replaces them all.
        configuration = QSslConfiguration()
        configuration.setCaCertificates(QSslCertificate.fromData(QByteArray(pem)))
        configuration.setPeerVerifyMode(QSslSocket.PeerVerifyMode.VerifyPeer)
        configuration.setProtocol(QSsl.SslProtocol.TlsV1_2OrLater)
        _made.clear()
        _made[pem] = configuration
    return _made[pem]
