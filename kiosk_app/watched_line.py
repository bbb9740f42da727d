"""A line that is noticed to be dead while nobody sends anything on it: the kernel asks the other side every second.

Who waits for an answer hears of a pulled cable in that time, and not only when the answer is due. Linux counts from the
last thing that came, for what was sent as for its own questions (tcp(7): SO_KEEPALIVE, TCP_USER_TIMEOUT).
"""

from __future__ import annotations

import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

QUIET_S, ASK_EVERY_S = 3, 1
"""After so long without a word the kernel asks, and then again and again."""
SILENT_MS = 6_000
"""A line on which nothing has come for so long, though it was asked, is dead."""
OPTIONS = (
    *HTTPConnection.default_socket_options,
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, QUIET_S),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, ASK_EVERY_S),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_MS),
)


class WatchedLines(HTTPAdapter):
    """Mount it in a session: each of its lines is watched."""

    def init_poolmanager(self, *arguments: Any, **names: Any) -> None:
        super().init_poolmanager(*arguments, **names, socket_options=OPTIONS)
