"""A ticket machine loses its old days by the office's rule, once the hub has all of them; whoever was away heals."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk_app import destroying, hub_link, kept_log
from kiosk_app.office import facts as f
from kiosk_app.office.state import dump
from offline_store import maintenance, schema
from offline_store.check import Progress
from offline_store.exchange import first_needed, have_of
from tests.depth import DEPTH
from tests.kiosk_app.replication.machines import Node
from tests.kiosk_app.replication.test_late_machine import DAYS, KEEP_DAYS, lived
from tests.kiosk_app.replication.test_link import MORNING, Pair
from tests.kiosk_app.replication.world import Schedule

SEEDS = {"quick": 8, "plain": 40, "long": 5_000}[DEPTH]


def heal(pair: Pair) -> None:
    for _ in range(3):
        pair.pass_ms(hub_link.RETRY_MAX_MS + 1_000)
        pair.hub.tick()
        pair.machine.join()
        pair.until_quiet()


def destroyed(node: Node, delivered: int | None, keep_days: int = KEEP_DAYS) -> int:
    """How many days went."""
    days = 0
    local = node.local()
    assert local is not None
    while (found := destroying.look(node.log, local.date(), keep_days, delivered=delivered)) is not None:
        destroying.destroy(node.book, "core", "rule", keep_days, found)
        days += len(found.plan.days)
    return days


def day_of(pair: Pair, number: int, hub: bool = True, machine: bool = True) -> None:
    """One more day; the machine takes a ticket and the hub serves it, as far as they are there."""
    pair.now.utc_ms = int((MORNING + timedelta(days=number)).timestamp() * 1000)
    if hub:
        pair.hub.tick()
    if machine:
        pair.machine.join()
    if hub and machine:
        pair.until_quiet()
    ticket = pair.machine.issue("seal", f"i{number}") if machine else ""
    if ticket:
        pair.machine.print_ends(ticket, "issued")
    if hub:
        pair.hub.act("open_counter", f"o{number}", counter=1)
        pair.hub.ring("numbers_full")
    if ticket and hub:
        pair.until_quiet()
        pair.hub.act("call_next", f"c{number}", counter=1)
        pair.now.utc_ms += 120_000
        pair.hub.act("ready_for_handover", f"r{number}", counter=1)
        pair.hub.act("call_next", f"n{number}", counter=1)
        pair.now.utc_ms += 60_000
        pair.hub.act("complete", f"d{number}", counter=1)
    if hub and machine:
        heal(pair)


def same(pair: Pair) -> None:
    whole = dump(pair.hub.book.state)
    for node in (pair.hub, pair.machine):
        assert dump(node.book.state) == whole, node.code
        assert dump(kept_log._fold(node.log)) == whole, f"{node.code} after a restart"


def verified(node: Node, folder: Path) -> None:
    """The whole chain, as `hitofuda log verify` reads it."""
    path = folder / f"{node.code}-{node.log.last_position}.db"
    file = schema.create(path, node.book.machine)
    for table in ("facts", "gaps", "base"):
        file.execute(f"DELETE FROM {table}")
        for row in node.disk.execute(f"SELECT * FROM {table}"):
            file.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    file.close()
    found = maintenance.verify(path)
    assert isinstance(found, Progress) and found.done, found


def test_old_days_go_at_the_machine_too_and_nothing_else_changes(tmp_path: Path) -> None:
    pair = lived()
    before = dump(pair.machine.book.state)
    facts = pair.machine.log.last_position
    gone = destroyed(pair.machine, pair.machine.link.delivered)
    assert gone == destroyed_by_hub(pair)
    base = pair.machine.log.base.position
    assert 0 < base < facts
    assert {e.kind for _, e in pair.machine.log.read(0, 2)} == {"DayJoined", "MachineCheckpoint"}
    assert dump(kept_log._fold(pair.machine.log)) == dump(pair.machine.book.state)
    assert pair.machine.book.state.days[0].date == "2026-04-06", "the figures stay"
    assert len(before) > 0
    heal(pair)
    same(pair)
    assert pair.hub.log.digest() == pair.machine.log.digest()
    verified(pair.machine, tmp_path)
    for number in range(DAYS, DAYS + 3):
        day_of(pair, number)
        destroyed(pair.machine, pair.machine.link.delivered)
        destroyed(pair.hub, None)
    heal(pair)
    same(pair)
    verified(pair.machine, tmp_path)
    verified(pair.hub, tmp_path)


def destroyed_by_hub(pair: Pair) -> int:
    entries = (f.decode(e.kind, e.body) for e in pair.hub.log.iterate_machine("m1"))
    return sum(len(fact.days) for fact in entries if isinstance(fact, f.RecordsDestroyed))


def test_nothing_goes_that_the_hub_does_not_have() -> None:
    """Cut off for weeks: its own tickets of that time are nowhere else."""
    pair = Pair()
    for number in range(3):
        day_of(pair, number)
    for number in range(3, DAYS + 6):
        day_of(pair, number, hub=False)
    assert destroyed(pair.machine, pair.machine.link.delivered) <= 3, "what the hub had was old as well"
    assert destroyed(pair.machine, 0) == 0
    kept = [e.kind for e in pair.machine.log.iterate_machine("m2")].count("TicketIssued")
    assert kept > DAYS / 2
    day_of(pair, DAYS + 6)
    heal(pair)
    assert [e.kind for e in pair.hub.log.iterate_machine("m2")].count("TicketIssued") >= kept
    same(pair)
    assert destroyed(pair.machine, pair.machine.link.delivered) > 0
    heal(pair)
    same(pair)


def test_the_core_waits_for_the_hub_to_have_all_and_to_tell_the_end_of_the_days() -> None:
    pair = Pair()
    for number in range(DAYS):
        day_of(pair, number)
    pair.now.utc_ms = int((MORNING + timedelta(days=DAYS + 1)).timestamp() * 1000)
    pair.machine.join()
    rule = destroying.Retention(pair.machine.book, KEEP_DAYS, "core", lambda: True, lambda: pair.machine.link.delivered)

    def gone() -> int:
        local = pair.machine.local()
        assert local is not None
        for _ in range(4):
            rule.tick(local)
        return pair.machine.log.base.position

    assert pair.machine.book.state.day.machine == ""
    assert gone() == 0, "the day was begun alone"
    pair.hub.tick()
    heal(pair)
    pair.machine.book.settle("printer", [f.PrinterChanged(printer="printer", status="near_end")])
    assert gone() == 0, "the last word is on its way"
    heal(pair)
    assert gone() > 0
    heal(pair)
    same(pair)


def test_a_machine_that_was_off_while_the_hub_destroyed_the_days_between_heals(tmp_path: Path) -> None:
    pair = Pair()
    for number in range(3):
        day_of(pair, number)
    pair.machine.book.settle("printer", [f.PrinterChanged(printer="printer", status="near_end")])
    heal(pair)
    old = pair.machine.log.last_position
    for number in range(3, DAYS + 8):
        day_of(pair, number, machine=False)
        pair.hub.book.settle("printer", [f.PrinterChanged(printer="printer", status=f"{number}")])
        pair.hub.clear_one(pair.hub.ids)
    assert destroyed(pair.hub, None) > 5
    pair.machine.boot()
    day_of(pair, DAYS + 8)
    heal(pair)
    assert pair.machine.log.gaps(), "what was destroyed never comes"
    same(pair)
    assert destroyed(pair.machine, pair.machine.link.delivered) >= 3
    assert pair.machine.log.base.position >= old - 5
    heal(pair)
    same(pair)
    verified(pair.machine, tmp_path)
    day_of(pair, DAYS + 9)
    same(pair)


def test_a_late_machine_and_one_that_has_destroyed_end_equal() -> None:
    pair = lived()
    assert destroyed(pair.machine, pair.machine.link.delivered) > 0
    assert destroyed(pair.machine, pair.machine.link.delivered) == 0
    pair.machine.boot()
    heal(pair)
    same(pair)


class Forgetting(Schedule):
    """Everybody destroys what is older than yesterday, whenever a day begins; the hub stays the same."""

    lost = 0

    def __init__(self, seed: int) -> None:
        super().__init__(seed, steps=26, liars=False)
        self.changes = False

    def next_day(self) -> None:
        super().next_day()
        self.pass_ms(3_000)
        for node in self.nodes:
            if not node.up or node.full or node.clock.doubt is not None or node.begins_again:
                continue
            delivered = None if node.link is None else node.link.delivered
            if delivered is not None and (delivered < node.log.last_position or not node.book.state.day.machine):
                continue
            self.lost += destroyed(node, delivered, keep_days=0)

    def quiet(self) -> bool:
        """Gaps of what is destroyed are no difference that could be mended."""
        if not all(node.up for node in self.nodes):
            self.start()
            return False
        if [node.role.now for node in self.nodes].count("hub") != 1:
            return False
        (hub,) = self.hubs
        have = have_of(hub.log)
        pairs = [(hub.log, have_of(one.log)) for one in self.nodes if one is not hub]
        pairs += [(one.log, have) for one in self.nodes if one is not hub]
        return all(first_needed(log, known) is None for log, known in pairs)


@pytest.mark.timeout(1200 if DEPTH == "long" else 120)
@pytest.mark.parametrize("part", range(2))
def test_whatever_fails_while_days_go_all_end_with_the_same_office(part: int) -> None:
    played = [Forgetting(seed).run() for seed in range(part, SEEDS, 2)]
    assert sum(one.lost for one in played) > 0
