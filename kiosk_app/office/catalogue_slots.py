"""Refuses reservations that make no sense: plans that contradict each other, lanes that are not there.

Each fault is one sentence that begins with the key's path, as in catalogue_check.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kiosk_app.office.catalogue_parts import WEEKDAYS, Group, SlotPlan


def slot_faults(groups: tuple[Group, ...], service_groups: dict[str, str]) -> Iterator[str]:
    """`service_groups`: the letter of each service's group, by its id. Each fault begins with the key's path."""
    for group in groups:
        if group.booking is None:
            continue
        path = f"groups[{group.letter}].booking"
        if not group.booking.plans:
            yield f"{path}.plans: expected at least one"
        seen: dict[str, int] = {}
        for number, plan in enumerate(group.booking.plans):
            yield from _plan_faults(f"{path}.plans[{number}]", plan)
            for day in plan.weekdays:
                if seen.setdefault(day, number) != number:
                    yield f"{path}.plans[{number}].weekdays: {day} is in plans[{seen[day]}] already"
        for service in group.booking.not_bookable:
            if service_groups.get(service) != group.letter:
                yield f"{path}.not_bookable: expected ids of services of this group, {service!r} is none"


def _plan_faults(path: str, plan: SlotPlan) -> Iterator[str]:
    if not plan.weekdays or len(set(plan.weekdays)) < len(plan.weekdays):
        yield f"{path}.weekdays: expected some of {', '.join(WEEKDAYS)}, each once"
    if plan.start >= plan.until:
        yield f"{path}.until: expected a time after {plan.start}"
    if plan.online_lanes > plan.lanes:
        yield f"{path}.online_lanes: expected at most the {plan.lanes} lanes"
    for one in plan.closed:
        if not plan.start <= one.start < one.until <= plan.until:
            yield f"{path}.closed: expected times in order within {plan.start} to {plan.until}"
    for before, after in pairwise(plan.closed):
        if after.start < before.until:
            yield f"{path}.closed: expected times in order, none over another"
