"""What a core says of itself to technicians and to whoever watches over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk_app import api
from kiosk_app.program import program_version

if TYPE_CHECKING:
    from kiosk_app.core import Core


def of(core: Core) -> api.Health:
    return api.Health(
        machine=core.book.machine,
        version=program_version(),
        facts=core.book.log.last_position,
        day=core.book.state.day.date,
        printer=core.printer.status,
        log="damaged, kept aside" if core.damage else "ok",
        card_reader=core.card.reader if core.card is not None else "",
        code_reader=core.reservations.reader,
        webhooks=core.webhooks.health(),
        hub=core.place.link,
        central=core.central.state if core.central is not None else "",
        role=core.place.role.now,
        epoch=core.hub_epoch,
        hub_code=core.place.role.hub().code if core.book.state.reigns else "",
    )
