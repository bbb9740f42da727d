"""What must be true of an office when its network and its machines have healed, whatever has happened before."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kiosk_app import kept_log
from kiosk_app.office import reigns, stand_ins
from kiosk_app.office.state import dump, number_text
from tests.kiosk_app.replication.machines import Node, Printed
from tests.kiosk_app.replication.station import Station


def check_healed(say: str, nodes: Sequence[Station], hub: Station, printed: Sequence[Printed], today: str) -> None:
    """`say`: how this history is played again."""
    folded = dump(hub.book.state)
    for node in nodes:
        assert dump(node.book.state) == folded, f"{say}: {node.code} {difference(hub, node)}"
        assert dump(kept_log._fold(node.log)) == folded, f"{say}: {node.code} after a restart"
        known = reigns.highest(node.book.state)
        assert known == reigns.highest(hub.book.state), f"{say}: {node.code} follows another hub"
    assert hub.role.may_lease(), f"{say}: it knows all that was leased"
    numbers = [(one.date, one.letter, one.number) for one in printed]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    assert not twice, f"{say}: {twice}"
    day = hub.book.state.day
    assert day.date == today, say
    forgotten = [
        (one.machine, number_text(one.letter, one.number))
        for one in printed
        if one.date == day.date and one.ticket not in day.tickets
    ]
    assert not forgotten, f"{say}: {forgotten}"
    assert not stand_ins.matches(hub.book.state), f"{say}: the hub has not said that a ticket has arrived"
    open_calls = sorted((c.current, c.number) for c in day.counters.values() if c.current)
    called = sorted((key, visit.counter) for key, visit in day.visits.items() if visit.status == "called")
    assert open_calls == called, f"{say}: {open_calls} {called}"
    assert not any("lie" in str(ticket) for ticket in day.tickets), say
    for node in nodes:
        assert not node.log.quarantine(), f"{say}: {node.code}"


def difference(one: Node, other: Node) -> list[tuple[str, object, object]]:
    """For a person who looks at a failure."""
    a, b = (msgspec.to_builtins(node.book.state) for node in (one, other))
    found = [(key, a[key], b[key]) for key in a if a[key] != b[key] and key != "day"]
    return found + [(key, a["day"][key], b["day"][key]) for key in a["day"] if a["day"][key] != b["day"][key]]
