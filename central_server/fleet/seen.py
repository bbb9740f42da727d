"""What central knows of the machines of each office: their hub's last word, and when it came.

A picture that cannot be read, because a newer hub has made it, is an office without machines and never a page that
fails.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from central_server.database import Connection
from kiosk_app.office.fleet import MachineNow, Machines


class OfficeSeen(NamedTuple):
    """`heard_at`: None where its hub has never come. `told_at`: when it told of its machines. `as_of_utc_ms`: the
    hub's own time then. `pending`: facts that were not here."""

    office: str
    heard_at: datetime | None
    hub: str = ""
    epoch: int = 0
    pending: int = 0
    trouble: str = ""
    told_at: datetime | None = None
    as_of_utc_ms: int = 0
    machines: tuple[MachineNow, ...] = ()

    def silent_for(self, machine: MachineNow, now: datetime) -> timedelta | None:
        """Since its last word reached its hub, by the hub's clock, and since the hub told it, by ours. None: never."""
        if self.told_at is None or not machine.heard_utc_ms:
            return None
        at_the_hub = timedelta(milliseconds=max(0, self.as_of_utc_ms - machine.heard_utc_ms))
        return at_the_hub + max(timedelta(0), now - self.told_at)


_decoder = msgspec.msgpack.Decoder(Machines)


UTC_MS_MAX = 4_102_444_800_000
"""The year 2100."""
BEHIND_MAX = 1_000_000_000
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+~-]{0,63}")


def encode(machines: tuple[MachineNow, ...]) -> bytes:
    """What is kept of a hub's word, and by that all that a page, a metric or an alert can say of it: each machine once,
    names of ours, versions, moments that can be. Anything else is left out, whoever has put it there."""
    by_code = {one.code: _plain(one) for one in reversed(machines) if _is_plain(one.code)}
    return msgspec.msgpack.encode([by_code[code] for code in sorted(by_code)])


def _plain(one: MachineNow) -> MachineNow:
    return msgspec.structs.replace(
        one,
        version=one.version if _is_plain(one.version) else "",
        paper={name: status for name, status in one.paper.items() if _is_plain(name) and _is_plain(status)},
        checks={name: grade for name, grade in one.checks.items() if _is_plain(name) and _is_plain(grade)},
        bells=tuple(sorted({cause for cause in one.bells if _is_plain(cause)})),
        heard_utc_ms=moment(one.heard_utc_ms),
        checked_utc_ms=moment(one.checked_utc_ms),
        behind=min(one.behind, BEHIND_MAX),
    )


def moment(utc_ms: int) -> int:
    """0, which is never, for what is none."""
    return utc_ms if 0 < utc_ms < UTC_MS_MAX else 0


def _is_plain(text: str) -> bool:
    return PLAIN.fullmatch(text) is not None


async def all_offices(connection: Connection) -> list[OfficeSeen]:
    """Every office that was added, in the order of its number."""
    found = await connection.execute(
        "SELECT o.office, s.heard_at, coalesce(s.hub, ''), coalesce(s.epoch, 0), coalesce(s.pending, 0), "
        "coalesce(s.trouble, ''), s.machines_at, coalesce(s.machines_as_of_utc_ms, 0), s.machines "
        "FROM offices o LEFT JOIN office_sync s USING (office) ORDER BY o.number, o.office"
    )
    return [OfficeSeen._make((*row[:8], _machines(row[8]))) for row in await found.fetchall()]


def _machines(kept: bytes | None) -> tuple[MachineNow, ...]:
    if kept is None:
        return ()
    try:
        return _decoder.decode(kept)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ()
