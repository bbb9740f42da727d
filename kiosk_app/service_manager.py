"""Tells the service manager that this process is ready and still turns (sd_notify protocol, see sd_notify(3)).

A process that stops telling is killed and started again: a frozen screen is worth no more than a dead one.
"""

from __future__ import annotations

import contextlib
import os
import socket

TELL_EVERY_S = 1.0
"""Units and scripts/office wait for at least five of these before they call a process frozen."""


def tell_alive() -> None:
    """Without a service manager, or while it is away, there is nobody to tell, and that is no trouble."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line, contextlib.suppress(OSError):
        line.setblocking(False)
        line.sendto(b"READY=1\nWATCHDOG=1", "\0" + address[1:] if address.startswith("@") else address)
