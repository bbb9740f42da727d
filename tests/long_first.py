"""Tests that may take long are begun first, some by each worker: one that is begun last is waited for by all others,
and what stands right behind another is taken from nobody.

Which ones follows from what they say themselves: they ask for more time than others have.
"""

from __future__ import annotations

import pytest


def may_take_long(item: pytest.Item, most_s: float) -> bool:
    """Not one that shares a fixture of ours with other tests: every worker would make it."""
    asked = item.get_closest_marker("timeout")
    if asked is None or not asked.args or float(asked.args[0]) <= most_s:
        return False
    made = item._fixtureinfo.name2fixturedefs.values() if isinstance(item, pytest.Function) else ()
    return not any(one.baseid and one.scope != "function" for found in made for one in found)


def in_order(items: list[pytest.Item], workers: int, most_s: float) -> list[pytest.Item]:
    """Each worker begins with its own stretch of them."""
    long = [item for item in items if may_take_long(item, most_s)]
    first = {id(item) for item in long}
    others = iter([item for item in items if id(item) not in first])
    ordered: list[pytest.Item] = []
    for worker in range(workers):
        ordered += long[worker::workers]
        end = len(items) * (worker + 1) // workers
        while len(ordered) < end and (item := next(others, None)) is not None:
            ordered.append(item)
    return [*ordered, *others]
