"""Views made once for all who look: a hundred displays of one zone cost one, and an idle second costs one each."""

from __future__ import annotations

from collections.abc import Callable

from kiosk_app.clock import DrivenClock, OfficeClock


class KeptViews:
    def __init__(self, clock: OfficeClock | DrivenClock) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[tuple[int, ...], bytes]] = {}

    def __len__(self) -> int:
        """Views, not those who look."""
        return len(self._kept)

    def of(self, key: str, versions: tuple[int, ...], make: Callable[[], bytes]) -> bytes:
        """Made again where one of the versions has grown, or a second has passed: views tell the time."""
        stamp = (*versions, self._clock.now_utc_ms() // 1000)
        known = self._kept.get(key)
        if known is None or known[0] != stamp:
            known = (stamp, make())
            self._kept[key] = known
        return known[1]
