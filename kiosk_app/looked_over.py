"""The last look over this machine, as the core knows it for the technician's screen, and how another one is made.

An installed core sees nothing of the computer beneath it (its unit has no /proc): it asks the service that tests the
machine each morning, by a file that systemd watches (systemd/hitofuda-self-test.path), and takes what that one keeps.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kiosk_app import api, core_diagnosis
from kiosk_app.clock import wall_utc_ms
from kiosk_app.runtime import RuntimeFile

if TYPE_CHECKING:
    from kiosk_app.core import Core

ASKING = "look-over"
"""Within the runtime folder; the unit names the same place."""
ANSWER_S = 40.0
"""The service starts a Python and asks every device that has a line of its own."""
NO_ANSWER = api.FoundRow(
    check="self_test",
    name="自己診断",
    grade="look",
    says="答えません",
    cause="コンピューターの点検（hitofuda-self-test）が終わりません。コンピューターの欄は前の結果です",
    next_step="わけを見てください：journalctl -u hitofuda-self-test",
)


class Looked(msgspec.Struct, frozen=True):
    """`found`: the worst first. `at_utc_ms`: office time; 0 where nobody has looked yet."""

    at_utc_ms: int = 0
    found: tuple[api.FoundRow, ...] = ()


class LookedOver:
    def __init__(self, core: Core) -> None:
        self._core = core
        self._kept = RuntimeFile(Path(core.settings.runtime_dir) / "looked_over.json")
        self.last = self._kept.load(Looked) or Looked()
        self._news = asyncio.Event()

    def keep(self, found: Sequence[api.FoundRow]) -> None:
        """What `hitofuda diag` found. An older program says grades alone."""
        if found:
            self._note(found)
            self._news.set()

    async def look(self) -> Looked:
        """Everything anew; the result is a fact like that of `hitofuda diag`."""
        # Loaded by the first technician.
        from kiosk_app.diagnosis import whole

        core = self._core
        before = self.last.found
        told = await core_diagnosis.of(core)
        root = Path(core.settings.simulation.root) if core.settings.simulation is not None else Path("/")
        own = whole.rows(whole.with_good(whole.of_the_core(core.settings, told, root), told))
        if core.settings.installed:
            computer = await self._asked(before)
        else:
            computer = whole.rows(
                whole.with_good(await asyncio.to_thread(whole.of_the_computer, core.settings, root), told)
            )
        mine = {one.check for one in own}
        found = (*own, *(one for one in computer if one.check not in mine))
        self._note(sorted(found, key=lambda one: ("bad", "look", "good").index(one.grade)))
        core_diagnosis.keep(core, api.DiagnosisMade(grades={one.check: one.grade for one in found}))
        return self.last

    async def _asked(self, before: Sequence[api.FoundRow]) -> tuple[api.FoundRow, ...]:
        self._news.clear()
        try:
            self._ask()
            async with asyncio.timeout(ANSWER_S):
                await self._news.wait()
        except (OSError, TimeoutError):
            return (*(one for one in before if one.check != NO_ANSWER.check), NO_ANSWER)
        return self.last.found

    def _ask(self) -> None:
        (Path(self._core.settings.runtime_dir) / ASKING).write_text(f"{wall_utc_ms()}\n")

    def _note(self, found: Sequence[api.FoundRow]) -> None:
        self.last = Looked(self._core.clock.now_utc_ms(), tuple(found))
        self._kept.save(self.last)
