"""What a new catalogue, table of fees or wording would change, line by line, for whoever has to say yes. Pure.

What has an id is compared with what has the same id, so that a service in another place of the file is no change of all
that follow it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

NAMES = ("id", "letter", "number", "kind", "date")
"""By which entries of a list are known, the first that they all have."""
LINES_MAX = 200
TEXT_MAX = 80
NOTHING = "-"


def differences(before: msgspec.Struct, after: msgspec.Struct) -> list[str]:
    """`groups[A].name.ja: 住民票 → 住民票の写し`; at most LINES_MAX, and then how many more."""
    return bounded(_differ("", msgspec.to_builtins(before), msgspec.to_builtins(after)))


def of_words(before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]], name: str) -> Iterator[str]:
    """`after`: what the file has, `before`: what is said now."""
    for key, forms in sorted(after.items()):
        if forms != before.get(key):
            yield f"{name} {key}: {_text(' / '.join(before.get(key, ())))} → {_text(' / '.join(forms))}"


def bounded(lines: Iterator[str]) -> list[str]:
    found = list(lines)
    left = len(found) - LINES_MAX
    return found if left <= 0 else [*found[:LINES_MAX], f"… {left} more"]


def _differ(at: str, before: Any, after: Any) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            place = f"{at}.{key}" if at else str(key)
            yield from _differ(place, before.get(key), after.get(key))
        return
    named = _by_name(before, after)
    if named is not None:
        old, new = named
        for name in [*old, *(name for name in new if name not in old)]:
            yield from _differ(f"{at}[{name}]", old.get(name), new.get(name))
        return
    if _is_list(before) and _is_list(after):
        yield from (f"{at} − {_text(one)}" for one in before if one not in after)
        yield from (f"{at} ＋ {_text(one)}" for one in after if one not in before)
        return
    yield f"{at}: {_text(before)} → {_text(after)}"


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _by_name(before: Any, after: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Two lists of entries that can be told apart by one name; None where they cannot."""
    if not (_is_list(before) and _is_list(after)) or not all(isinstance(one, Mapping) for one in (*before, *after)):
        return None
    for name in NAMES:
        old, new = ({str(one.get(name)): one for one in each} for each in (before, after))
        if len(old) == len(before) and len(new) == len(after) and "None" not in {**old, **new}:
            return old, new
    return None


def _text(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, Mapping):
        # An entry that is new or gone is known by its name.
        value = value.get("name", value)
    text = " ".join((value if isinstance(value, str) else msgspec.json.encode(value).decode()).split())
    return text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 1]}…"
