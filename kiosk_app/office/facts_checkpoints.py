"""What outlives a day, said again at the begin of the next one, so that a fold may begin there.

Import them from facts.py.
"""

from __future__ import annotations

from kiosk_app.office.across_days import DayTotals, Reign
from kiosk_app.office.carried import Carried
from kiosk_app.office.fact_base import Fact


# msgspec freezes each class by itself, and the state, which is not frozen, has the same fields.
class DayCheckpoint(Fact, Carried, frozen=True, kw_only=True, omit_defaults=True):  # type: ignore[misc]
    """What a new day knows of all the days before it, directly after its DayOpened: a fold may begin here.

    `total` is of the day that this one ended. `head` is the hash of the log's last record before this batch.
    `whole` is false when another machine had begun the day before it was opened: a fold must begin earlier then.
    """

    date: str
    office: str
    head: str
    whole: bool = True
    total: DayTotals | None = None
    reigns: tuple[Reign, ...] = ()


class MachineCheckpoint(Fact, Carried, frozen=True, kw_only=True, omit_defaults=True):  # type: ignore[misc]
    """What a ticket machine knew when it came into another day, directly after its DayJoined: its fold may begin here.

    Everything but the figures of past days, which come with the hub's checkpoints. For this machine alone; all others
    keep and ignore it.
    """

    date: str
    office: str
    begins_at: dict[str, int] = {}
    reigns: tuple[Reign, ...] = ()
