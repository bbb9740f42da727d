"""The one place where a visit's personal words are: what a card gave and what was typed, until the visit ends.

Each value lies in a bytearray of its own that is overwritten with zeros. What Python copies while a text is read is not
ours to overwrite (docs/decisions/045-forms-nobody-writes.md), so nobody keeps what `read` gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

VALUES_MAX = 200
VALUE_BYTES_MAX = 2_000
"""A card's file of attributes has no more."""


class FormKeeper:
    """Answers by key (office/forms_ask.py). Belongs to the loop."""

    def __init__(self) -> None:
        self._kept: dict[str, bytearray] = {}

    def put(self, key: str, value: str) -> bool:
        """False, and nothing changed: too long or too many to be what a person has to say."""
        raw = bytearray(value.encode("utf-8", "surrogatepass"))
        if len(raw) > VALUE_BYTES_MAX or (key not in self._kept and len(self._kept) >= VALUES_MAX):
            _zero(raw)
            return False
        self.drop(key)
        self._kept[key] = raw
        return True

    def drop(self, key: str) -> None:
        if (old := self._kept.pop(key, None)) is not None:
            _zero(old)

    def read(self, key: str) -> str:
        """Empty for what is not there. A copy: for the moment only."""
        return self._kept.get(key, b"").decode("utf-8", "surrogatepass")

    def read_all(self) -> dict[str, str]:
        """A copy: for the moment only."""
        return {key: self.read(key) for key in self._kept}

    def __contains__(self, key: object) -> bool:
        return key in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[str]:
        """The keys, which say nothing of a person."""
        return iter(tuple(self._kept))

    def overwrite(self) -> None:
        """The visit is over."""
        for key in tuple(self._kept):
            self.drop(key)

    def __repr__(self) -> str:
        return "FormKeeper(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("what a visitor has said is not copied, stored or sent to another process")


def _zero(raw: bytearray) -> None:
    for at in range(len(raw)):
        raw[at] = 0
