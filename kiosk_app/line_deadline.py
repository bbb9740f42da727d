"""A deadline for a whole exchange, plain or TLS: an answer that trickles in byte by byte does not stretch it."""

from __future__ import annotations

import socket
import time


class DeadlineSocket(socket.socket):
    """`deadline` is of time.monotonic()."""

    deadline = float("inf")

    def arm(self) -> None:
        """Before each wait. Raises TimeoutError."""
        left_s = self.deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the core's answer did not end in time")
        self.settimeout(None if left_s == float("inf") else left_s)

    def recv_into(self, *arguments: object, **names: object) -> int:
        self.arm()
        return super().recv_into(*arguments, **names)  # type: ignore[arg-type]
