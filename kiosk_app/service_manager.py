"""Tells the service manager that this process is ready and still turns (sd_notify protocol, see sd_notify(3)).

A process that stops telling is killed and started again: a frozen screen is worth no more than a dead one.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable

TELL_EVERY_S = 1.0
"""Units and scripts/office wait for at least five of these before they call a process frozen."""
MISSED_MAX = 3
"""So many signs of life may pass without a tick: one that writes to a slow disk is late, and not stuck."""


def tell_alive() -> None:
    """Without a service manager, or while it is away, there is nobody to tell, and that is no trouble."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line, contextlib.suppress(OSError):
        line.setblocking(False)
        line.sendto(b"READY=1\nWATCHDOG=1", "\0" + address[1:] if address.startswith("@") else address)


class Pulse:
    """Tells while what it watches goes on. A loop that turns and does nothing is as frozen as one that stands still."""

    def __init__(self, count: Callable[[], int], tell: Callable[[], None] = tell_alive) -> None:
        self._count, self._tell = count, tell
        self._seen, self._in_vain = -1, 0

    def beat(self) -> None:
        """Every `TELL_EVERY_S`."""
        now = self._count()
        self._in_vain = self._in_vain + 1 if now == self._seen else 0
        self._seen = now
        if self._in_vain <= MISSED_MAX:
            self._tell()
