"""What every answer of a core carries: the epoch of the hub, by which a face knows a hub that has been replaced."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import Message, Send

from kiosk_app.hubs import DEVICE_HEADER as DEVICE
from kiosk_app.hubs import EPOCH_HEADER as EPOCH

__all__ = ["DEVICE", "EPOCH", "with_epoch"]

_EPOCH = EPOCH.lower().encode()


def with_epoch(send: Send, epoch: Callable[[], int]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [pair for pair in message.get("headers", ()) if pair[0] != _EPOCH]
            message = {**message, "headers": [*headers, (_EPOCH, str(epoch()).encode())]}
        await send(message)

    return sending
