"""What a machine that was taken over might tell the hub: each of it must be refused whole."""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec

from kiosk_app.office import facts as f
from offline_store import envelope
from offline_store.envelope import Envelope
from offline_store.wire import Batch, Item
from tests.kiosk_app.office.scenario import SERVICES
from tests.kiosk_app.replication.station import Station


def forged(draw: random.Random, nodes: Sequence[Station], hub: Station, liar: Station, now_utc_ms: int) -> Batch | None:
    """As the next facts of a chain, so that nothing but the lie is wrong with them."""
    victim = draw.choice([*nodes])
    stop = SERVICES["residence"]
    issued = f.TicketIssued(
        ticket="lie",
        intent="lie",
        letter="A",
        number=draw.choice((1, 11, 720, 800)),
        stops=(stop,),
        language="ja",
        machine_code=victim.code,
        due_utc_ms=0,
        estimate_from_utc_ms=0,
        estimate_to_utc_ms=0,
        waiting_ahead=0,
    )
    lies: list[tuple[str, f.Fact]] = [
        (liar.book.machine, f.Called(ticket="lie", counter=1, call=1)),
        (liar.book.machine, f.NumbersLeased(machine_code=liar.code, letter="A", first=1, last=600)),
        (liar.book.machine, f.DayOpened(date="2030-01-01", office="x")),
        (liar.book.machine, f.DayJoined(date="2030-01-01")),
        (liar.book.machine, f.StaffCalled(alert="lie", machine_code=hub.code, cause="visitor")),
    ]
    if not liar.may_be_hub:
        lies.append((liar.book.machine, f.HubTaken(machine_code=liar.code, epoch=9, cause="forced", after={})))
        lies.append((liar.book.machine, f.HubFollowed(hub="m9", epoch=9)))
    if victim is not liar:
        lies.append((victim.code, issued))
        if victim is not hub and hub.book.state.machine_days.get(liar.book.machine) == hub.book.state.day.date:
            lies.append((liar.book.machine, msgspec.structs.replace(issued, machine_code=liar.code, number=901)))
    chain, fact = draw.choice(lies)
    if chain == hub.book.machine:
        return None
    seq, previous = hub.log.head(chain)
    body = f.encode(fact)
    data = envelope.encode(
        Envelope(chain, seq + 1, 10_000 + hub.log.last_position, now_utc_ms, "x", type(fact).__name__, body),
        previous,
    )
    mark = envelope.hash_of(data)
    if draw.random() < 0.2:
        mark = bytes(32)
    return Batch(sender=liar.book.machine, after=0, up_to=1, items=(Item(mark, data),))
