"""How often one address, one code and one office may ask: counted in PostgreSQL where several processes must agree.

What is counted is a keyed hash of the address, in a table that survives no crash; it goes with its window. Whoever is
refused is told when to try again, and those who share an address (a family, a telephone company) fit into the limit.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from datetime import datetime
from typing import NamedTuple

from central_server.contacts import Box
from central_server.database import Connection


class Limit(NamedTuple):
    """At most `most` in each window of `window_s`."""

    name: str
    most: int
    window_s: int


class PageLimits(NamedTuple):
    """Of one server. Mobile telephones share addresses by the thousand, so what is not dangerous is limited loosely."""

    pages: Limit = Limit("pages", 600, 60)
    """Of one address and process: reading."""
    holds: Limit = Limit("holds", 60, 600)
    """Of one address: starts that are held, booked or not."""
    holds_of_office: Limit = Limit("holds of an office", 6_000, 600)
    confirms: Limit = Limit("confirms", 60, 600)
    """Of one address: forms that are sent."""
    lookups_of_office: Limit = Limit("lookups of an office", 300, 3_600)
    """Of everybody: codes are guessed from many addresses at once. One address and one code have less (finding.py)."""
    unknown: Limit = Limit("unknown", 60, 600)
    """Of one address: bookings and tickets that do not exist."""
    answers: Limit = Limit("answers", 30, 3_600)
    """Of one address: to the survey."""
    give_backs: Limit = Limit("give backs", 30, 3_600)
    """Of one address: numbers that are given back."""


KEPT_MAX = 20_000
"""Addresses that a process counts at once."""
IPV6_OF_ONE = 64
"""Bits by which one subscriber is told from another."""


def subscriber(address: str) -> str:
    """Whom an address belongs to: all of it, or the network that one subscriber has."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, IPV6_OF_ONE), strict=False))
    return str(found)


def marked(box: Box, what: str) -> bytes:
    """The same for the same text in every process; nobody without the key can tell what it was."""
    return box.try_mark("page", what)


async def allowed(connection: Connection, limit: Limit, mark: bytes, now: datetime) -> bool:
    """Counts one more. In a transaction of its own, so that who is refused is counted too."""
    window = int(now.timestamp()) // limit.window_s
    found = await connection.execute(
        "INSERT INTO page_limits (name, mark, window_number, until, times) "
        "VALUES (%s, %s, %s, to_timestamp(%s), 1) "
        "ON CONFLICT (name, mark, window_number) DO UPDATE SET times = page_limits.times + 1 RETURNING times",
        (limit.name, mark, window, (window + 1) * limit.window_s),
    )
    row = await found.fetchone()
    assert row is not None
    return int(row[0]) <= limit.most


async def forget(connection: Connection, now: datetime) -> None:
    """What is over. By whoever purges, or now and then."""
    await connection.execute("DELETE FROM page_limits WHERE until < %s", (now,))


class Readers:
    """What one process counts for itself: pages that are only read."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._window = 0
        self._times: OrderedDict[str, int] = OrderedDict()

    def allowed(self, who: str, now: datetime) -> bool:
        window = int(now.timestamp()) // self._limit.window_s
        if window != self._window:
            self._window = window
            self._times.clear()
        times = self._times.pop(who, 0) + 1
        self._times[who] = times
        if len(self._times) > KEPT_MAX:
            self._times.popitem(last=False)
        return times <= self._limit.most
