"""A release is kept when every service is as well as before; what waited for a person before it waits on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from kiosk_app import units_at_rest
from kiosk_app.units_at_rest import HOLDS_S, PROVES_ITSELF_S, Held, Unit, Units, held, not_well, read, waiting

CORE, VOICE, FACE = "hitofuda-core.service", "hitofuda-voice.service", "hitofuda-face@citizen.service"
WAITS = ("failed", "exit-code", "2")
TOLD = f"""Id={CORE}
ActiveState=active
Result=success
ExecMainStatus=0
InvocationID=aa
StateChangeTimestampMonotonic=12500000

Id={VOICE}
ActiveState=failed
Result=exit-code
ExecMainStatus=2
InvocationID=bb

Id=hitofuda-backup.timer
ActiveState=active
Result=success
InvocationID=cc
"""


def units(**states: Sequence[str]) -> Units:
    names = {"core": CORE, "voice": VOICE, "face": FACE}
    return {names[short]: Unit(names[short], *told) for short, told in states.items()}


def test_what_systemd_tells_is_read() -> None:
    found = read(TOLD)
    assert found[CORE] == Unit(CORE, "active", "success", "0", "aa", 12.5) and found[CORE].is_well
    assert found[VOICE].waits_for_a_person and waiting(found) == [VOICE]
    assert found["hitofuda-backup.timer"].is_well and len(found) == 3
    assert read("") == {}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"core": ["active"]}, {"core": ["active"]}, ""),
        ({"core": ["active"], "voice": WAITS}, {"core": ["active"], "voice": WAITS}, ""),
        ({"core": ["active"], "voice": WAITS}, {"core": ["active"], "voice": ["active"]}, ""),
        ({"core": ["active"], "voice": ["active"]}, {"core": ["active"], "voice": WAITS}, VOICE),
        # It waited for a person before; now it crashes, and that is another matter.
        ({"voice": WAITS}, {"voice": ["failed", "signal", "11"]}, VOICE),
        ({"voice": WAITS}, {"voice": ["failed", "exit-code", "1"]}, VOICE),
        ({"voice": ["failed", "exit-code", "1"]}, {"voice": WAITS}, VOICE),
        ({"face": ["activating"]}, {"face": ["activating"]}, FACE),
        ({"core": ["active"]}, {"core": ["active"], "face": WAITS}, FACE),
        ({"core": ["active"]}, {"core": ["inactive"]}, CORE),
    ],
)
def test_a_release_is_kept_when_nothing_is_worse(
    before: dict[str, Sequence[str]], after: dict[str, Sequence[str]], told: str
) -> None:
    found = not_well(units(**before), Held(units(**after)))
    assert found.partition(" ")[0] == told
    assert not told or f"journalctl -u {told}" in found


def test_at_the_first_installation_what_waits_for_a_person_may_wait() -> None:
    """A console that is not paired yet, a kiosk whose keys come on a stick: whoever installs it is there."""
    assert not_well(None, Held(units(core=["active"], voice=WAITS))) == ""
    assert CORE in not_well(None, Held(units(core=["failed", "signal", "6"])))


class Machine:
    """Tells how its units are at each second of a virtual clock."""

    def __init__(self, at: Callable[[float], Units]) -> None:
        self.now_s, self._at = 0.0, at

    def held(self) -> Held:
        return held(lambda: self._at(self.now_s), self._sleep, lambda: self.now_s)

    def _sleep(self, seconds: float) -> None:
        self.now_s += seconds


def test_a_service_that_ends_a_moment_after_it_was_called_active_is_seen_to_end() -> None:
    machine = Machine(lambda now_s: units(core=["active"], voice=["active"] if now_s < 3 else WAITS))
    assert machine.held() == Held(units(core=["active"], voice=WAITS))
    assert HOLDS_S + 3 <= machine.now_s < PROVES_ITSELF_S


def test_a_service_that_is_started_again_and_again_is_named_though_it_is_active_at_the_end() -> None:
    machine = Machine(lambda now_s: units(core=["active"], face=["active", "success", "0", str(now_s // 7)]))
    found = machine.held()
    assert found.restless == (FACE,) and machine.now_s > PROVES_ITSELF_S
    assert not_well(units(core=["active"], face=["active"]), found).startswith(f"{FACE} comes and goes")


def test_one_that_never_comes_up_is_named() -> None:
    found = Machine(lambda now_s: units(core=["activating"], voice=WAITS)).held()
    assert found.restless == (CORE,)


def test_what_has_long_been_at_rest_is_not_waited_for() -> None:
    machine = Machine(lambda now_s: units(core=["active"]))
    machine.now_s = 3600.0
    assert machine.held() == Held(units(core=["active"])) and machine.now_s == 3600.0


def test_what_changed_a_moment_before_anybody_looked_is_waited_for() -> None:
    changed = {CORE: Unit(CORE, "active", changed_s=3597.0)}
    machine = Machine(lambda now_s: changed)
    machine.now_s = 3600.0
    assert machine.held() == Held(changed) and machine.now_s == 3597.0 + HOLDS_S


def test_a_slow_start_is_waited_for() -> None:
    machine = Machine(lambda now_s: units(core=["activating" if now_s < 30 else "active"]))
    assert machine.held() == Held(units(core=["active"]))


def test_a_unit_that_vanishes_meanwhile_is_a_change() -> None:
    machine = Machine(lambda now_s: units(core=["active"], **({"voice": ["active"]} if now_s < 5 else {})))
    assert list(machine.held().units) == [CORE] and machine.now_s >= 5 + HOLDS_S


def test_a_computer_whose_service_manager_does_not_know_us_has_no_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """`systemctl show` without names would tell of the manager itself."""
    asked: list[tuple[str, ...]] = []

    def told(*arguments: str) -> str:
        asked.append(arguments)
        return ""

    monkeypatch.setattr(units_at_rest, "_told", told)
    assert units_at_rest.asked() == {} and len(asked) == 1
