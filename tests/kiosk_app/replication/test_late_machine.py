"""A machine that comes when old days are destroyed already: its fold begins at the hub's checkpoint, and ends equal."""

from __future__ import annotations

from datetime import timedelta

from kiosk_app import destroying, kept_log
from kiosk_app.office import facts as f
from kiosk_app.office.state import dump, open_alerts
from tests.kiosk_app.replication.machines import Machine
from tests.kiosk_app.replication.test_link import MORNING, Pair

DAYS = 36
KEEP_DAYS = 31


def lived() -> Pair:
    """Some weeks of an office of a hub and one machine, of which the hub has destroyed the first days."""
    pair = Pair()
    pair.hub.ring("log_damaged")
    for day in range(DAYS):
        pair.now.utc_ms = int((MORNING + timedelta(days=day)).timestamp() * 1000)
        pair.hub.tick()
        pair.machine.join()
        pair.until_quiet()
        pair.hub.act("open_counter", f"o{day}", counter=1)
        if day < 3:
            pair.machine.book.settle("printer", [f.PrinterChanged(printer="printer", status=f"{day}")])
        ticket = pair.machine.issue("residence", f"i{day}")
        if ticket:
            pair.machine.print_ends(ticket, "issued")
            pair.until_quiet()
            pair.hub.act("call_next", f"c{day}", counter=1)
            pair.now.utc_ms += 120_000
            pair.hub.act("complete", f"d{day}", counter=1)
        pair.pass_ms(2_000)
        pair.until_quiet()
    destroyed = 0
    while (found := destroying.look(pair.hub.log, pair.hub.local().date(), KEEP_DAYS)) is not None:  # type: ignore[union-attr]
        destroying.destroy(pair.hub.book, "core", "rule", KEEP_DAYS, found)
        destroyed += 1
    assert destroyed > 2
    pair.pass_ms(2_000)
    pair.until_quiet()
    return pair


def test_a_fold_of_received_facts_begins_at_a_checkpoint_whose_predecessor_never_comes() -> None:
    pair = lived()
    whole = dump(pair.hub.book.state)
    assert pair.hub.log.base.position > 0
    assert dump(pair.machine.book.state) == whole, "who has everything"
    assert dump(kept_log._fold(pair.hub.log)) == whole, "who destroyed"
    late = Pair()
    late.hub, late.now = pair.hub, pair.now
    late.machine = Machine("m3", pair.now, pair.hub.ids, pair.hub.printed)
    late.machine.boot()
    assert _exchange(late, "m3") > 2
    pair.pass_ms(2_000)
    pair.until_quiet()
    late.pass_ms(2_000)
    _exchange(late, "m3")
    assert [alert.cause for _, alert in open_alerts(late.machine.book.state)] == ["log_damaged"]
    whole = dump(pair.hub.book.state)
    assert dump(late.machine.book.state) == whole
    assert dump(kept_log._fold(late.machine.log)) == whole, "after a restart"
    assert dump(pair.machine.book.state) == whole
    assert late.machine.link.in_step or late.machine.log.gaps()


def _exchange(pair: Pair, code: str) -> int:
    turns = 0
    while (ask := pair.asked()) is not None:
        reply = pair.hub.door.handle(code, ask.request)
        pair.machine.link.answered(pair.now.utc_ms, ask.number, reply, 0.5)
        turns += 1
        assert turns < 1_000
    return turns
