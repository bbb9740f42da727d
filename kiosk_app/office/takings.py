"""A day's takings for certificates, to the yen: what was taken, sold, given back and claimed, by machine and in all.
Pure.

    taken = sold + given back by the unit + claimed + still open

holds for each business day and machine, whatever arrived when; claims are settled on the day on which staff settle
them.
"""

from __future__ import annotations

import msgspec

from kiosk_app.office.sales import Claim, Sold, Takings, claim_yen, is_open
from kiosk_app.office.state import OfficeState


class DayTakings(msgspec.Struct, frozen=True, kw_only=True):
    """`machines` by the name of the machine, all its chains together."""

    date: str
    machines: dict[str, Takings]
    whole: Takings
    claims_open: tuple[str, ...]
    """Ids of this day's claims that nobody has settled."""
    claims_twice: tuple[str, ...]
    """Settled by two who could not see each other."""

    @property
    def drawer_yen(self) -> int:
        """What this day brought into the drawers of the counters, less what was paid out of them."""
        return self.whole.counter_yen - self.whole.claims_paid_yen

    @property
    def unit_yen(self) -> int:
        """What this day brought into the units, as far as they know it."""
        return self.whole.unit_yen - self.whole.paid_out_yen - self.whole.claims_given_yen


def day_takings(state: OfficeState, date: str) -> DayTakings:
    machines: dict[str, Takings] = {}
    whole = Takings()
    for _, one in sorted(state.takings.get(date, {}).items()):
        machines[one.machine_code] = added(machines.get(one.machine_code, Takings()), one)
        whole = added(whole, one)
    of_the_day = {key: claim for key, claim in sorted(state.claims.items()) if claim.date == date}
    return DayTakings(
        date=date,
        machines=machines,
        whole=msgspec.structs.replace(whole, machine_code=""),
        claims_open=tuple(key for key, claim in of_the_day.items() if is_open(claim)),
        claims_twice=tuple(key for key, claim in of_the_day.items() if len(claim.settled) > 1),
    )


def added(one: Takings, other: Takings) -> Takings:
    sold = dict(one.sold)
    for kind, more in other.sold.items():
        known = sold.get(kind) or Sold()
        sold[kind] = Sold(copies=known.copies + more.copies, yen=known.yen + more.yen)
    sums = {
        name: getattr(one, name) + getattr(other, name) for name in Takings.__struct_fields__ if name[-4:] == "_yen"
    }
    return Takings(machine_code=other.machine_code or one.machine_code, sold=sold, **sums)


def open_claims(state: OfficeState) -> tuple[tuple[str, Claim], ...]:
    """Of all days, oldest first: for the console's list, whatever became of the slips."""
    found = [(key, claim) for key, claim in state.claims.items() if is_open(claim)]
    return tuple(sorted(found, key=lambda item: (item[1].date, item[1].machine_code, item[1].number, item[0])))


def open_claims_yen(state: OfficeState) -> int:
    return sum(claim_yen(claim) for _, claim in open_claims(state))
