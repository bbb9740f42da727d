"""One schedule over real processes: people use an office while what the plan says goes wrong, then all is mended,
everybody is served, every core is stopped, and the judge looks.

Again by hand: python -m tests.spaces.play SEED DIR
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from kiosk_app import kept_log
from kiosk_app.client import CoreTrouble
from kiosk_app.office.state import dump, load
from offline_store import snapshots
from offline_store.check import Progress
from offline_store.log import Log
from offline_store.maintenance import verify
from tests.faults.house import ForkServer
from tests.faults.visitor import ImpatientClient
from tests.namespaces import INSIDE
from tests.spaces.judge import Evidence, Paper, faults, numbers_twice
from tests.spaces.office import PATIENCE_S, Computer, Office
from tests.spaces.people import COUNTERS, Clerk, Person, Technician, Visitors
from tests.spaces.plan import HUB, LIAR, Plan, Trouble, plan_of, ways
from tests.spaces.switch import CLEAN

LOOK_S = 0.05
TICKETS_MIN, CALLS_MIN, LIES_MIN = 4, 3, 8
"""A schedule in which little happens proves little: it goes on until so much has."""


DIFFERENCES_MAX = 5


class Event(NamedTuple):
    at_s: float
    order: int
    what: str
    act: Callable[[], None]


class Play:
    def __init__(self, plan: Plan, folder: Path, forks: ForkServer) -> None:
        self.plan, self.folder = plan, folder
        self.office = Office(folder, forks, plan)
        self.seen = Evidence()
        self._technicians: list[Technician] = []
        """Of machines that are revoked."""
        self._ends_s = time.monotonic() + 3 * PATIENCE_S

    def run(self) -> Play:
        """Raises AssertionError, which names the plan, what is not true, and where the logs lie."""
        try:
            with self.office:
                self._play()
            found = faults(self.seen, HUB)
        except (AssertionError, CoreTrouble, OSError) as error:
            found = [f"{type(error).__name__}: {error}", *numbers_twice(self._papers(), {})]
            raise AssertionError(self._told(found)) from error
        if found:
            for one, blob in self.seen.folds.items():
                found += [f"  {one}: {line}" for line in difference(self.seen.folds[HUB], blob)[:DIFFERENCES_MAX]]
            raise AssertionError(self._told(found))
        return self

    def _told(self, found: list[str]) -> str:
        again = f"again: python -m tests.spaces.play {self.plan.seed} DIR; what was done and the logs: {self.folder}"
        return "\n".join([str(self.plan), *(f"  * {one}" for one in found), again])

    # --- the schedule ----------------------------------------------------------------------------------------------

    def _play(self) -> None:
        office, plan = self.office, self.plan
        for one in office.cores:
            self._boot(one, plan.clocks.get(one.code, 0))
        self._until(lambda: all(one.listens() for one in self.office.cores), "every core listens")
        visitors = [
            Visitors(office.computers[code], code, plan.seed, office.say, 2 * PATIENCE_S) for code in plan.printers
        ]
        clerks = [Clerk(office.hub.client.core, counter, plan.seed, office.say, 2 * PATIENCE_S) for counter in COUNTERS]
        people: list[Person] = [*visitors, *clerks]
        for person in people:
            person.start()
        if plan.liar:
            office.let_lie()
        begun_s = time.monotonic()
        for event in self._events():
            time.sleep(max(0.0, begun_s + event.at_s - time.monotonic()))
            office.say(event.what)
            event.act()
            self._nobody_ended()
        self._until(lambda: self._enough(visitors, clerks) or any(one.trouble for one in people), "something happens")
        self._heal()
        office.end_lies()
        for person in people:
            person.evening.set()
        for person in people:
            self._until(lambda of=person: not of.is_alive(), f"{person.name} comes to an end", person)  # type: ignore[misc]
        for person in people:
            if person.trouble is not None:
                raise AssertionError(f"{person.name}: {person.trouble!r}") from person.trouble
        self._until(self._equal, "every machine holds what the hub holds")
        for clerk in clerks:
            clerk.serve_everybody()
        self._end()
        self.seen.shown = [shown for one in visitors for shown in one.shown]
        self.seen.answers = [answer for clerk in clerks for answer in clerk.answers]
        self.seen.papers = self._papers()
        self.seen.liars = (LIAR,) if plan.liar else ()

    def _events(self) -> list[Event]:
        found = []
        if self.plan.hub_late_s:
            found.append(Event(self.plan.hub_late_s, -1, "the hub starts", self._hub_starts))
        for order, trouble in enumerate(self.plan.troubles):
            found.append(Event(trouble.at_s, order, str(trouble), partial(self._begin, trouble)))
            over = f"over: {trouble.whom} {trouble.kind}"
            found.append(Event(trouble.at_s + trouble.for_s, order, over, partial(self._over, trouble)))
        return sorted(found, key=lambda event: event[:2])

    def _hub_starts(self) -> None:
        if not self.office.hub.running:
            self._boot(self.office.hub)

    def _begin(self, trouble: Trouble) -> None:
        one = self.office.computers[trouble.whom]
        for (source, target), way in ways(trouble).items():
            self.office.set_way(source, target, way)
        match trouble.kind:
            case "unplug":
                self.office.plug(one.code, False)
            case "kill" if one.running:
                one.kill()
            case "disk":
                one.fill_disk()
            case "revoke":
                self._revoke(one)

    def _over(self, trouble: Trouble) -> None:
        one = self.office.computers[trouble.whom]
        for source, target in ways(trouble):
            self.office.set_way(source, target, CLEAN)
        match trouble.kind:
            case "unplug":
                self.office.plug(one.code, True)
            case "kill" if not one.running:
                self._boot(one, trouble.clock_ms)
            case "disk":
                one.clear_disk()

    def _boot(self, one: Computer, wrong_ms: int = 0) -> None:
        one.set_clock(wrong_ms, self.office.now_utc_ms())
        one.boot()

    def _revoke(self, one: Computer) -> None:
        """While the hub runs, or as soon as it does."""
        office = self.office
        technician = Technician(office.hub.client.core, one.code, self.plan.seed, office.say, 2 * PATIENCE_S)
        self._technicians.append(technician)
        technician.start()

    def _admit_again(self, technician: Technician) -> None:
        """It is paired as a new device under its old code: the old token is worth nothing for ever."""
        office, code = self.office, technician.whom
        hub, one = office.hub, office.computers[code]
        self._until(lambda: not technician.is_alive(), f"{code} is revoked")
        if technician.trouble is not None:
            raise AssertionError(f"{technician.name}: {technician.trouble!r}")
        for computer in (hub, one):
            computer.kill()
        office.take_line(code)
        office.write_settings(hub)
        self._boot(hub)
        self._until(hub.listens, "the hub listens")
        pairing = office.pair(code)
        self._until(technician.says_yes, f"{code} asks to be one of ours")
        if not office.is_paired(pairing):
            raise AssertionError(f"{code} was not paired: {(office.folder / code / 'pair.txt').read_text()}")
        office.say(f"{code} is paired again")
        self.seen.revoked.append(code)
        office.write_settings(one)
        self._boot(one)

    def _enough(self, visitors: list[Visitors], clerks: list[Clerk]) -> bool:
        calls = sum(answer.ok and answer.verb == "call_next" for clerk in clerks for answer in clerk.answers)
        told = not self.plan.liar or self.office.lies_refused() >= LIES_MIN
        return told and sum(len(one.shown) for one in visitors) >= TICKETS_MIN and calls >= CALLS_MIN

    # --- the end ---------------------------------------------------------------------------------------------------

    def _heal(self) -> None:
        self.office.say("all is mended")
        for code in self.plan.codes:
            self.office.plug(code, True)
            for other in self.plan.codes:
                self.office.set_way(code, other, CLEAN)
        for one in self.office.cores:
            one.clear_disk()
            one.set_clock(0, self.office.now_utc_ms())
        for one in self.office.cores:
            if not one.running:
                self._boot(one)
        for technician in self._technicians:
            self._admit_again(technician)

    def _end(self) -> None:
        """Every core is stopped in order, and started again where something had not arrived yet."""
        while True:
            self._until(self._equal, "every machine holds what the hub holds")
            for one in self.office.cores:
                one.stop()
            self._look_at_logs()
            if len(set(self.seen.digests.values())) == 1 or time.monotonic() > self._ends_s:
                return
            self.office.say("not yet equal")
            for one in self.office.cores:
                self._boot(one)

    def _equal(self) -> bool:
        try:
            told = [ImpatientClient(one.client.core).health() for one in self.office.cores]
        except CoreTrouble:
            return False
        return len({one.facts for one in told}) == 1 and all(one.hub in ("", "linked") for one in told)

    def _look_at_logs(self) -> None:
        for one in self.office.cores:
            self.seen.logs[one.code] = one.stored()
            progress = verify(one.kept)
            if not (isinstance(progress, Progress) and progress.done):
                raise AssertionError(f"{one.code}: {progress}")
            log = Log.open(one.kept, one.code).log
            try:
                live = snapshots.load(log, "office", kept_log.folding_version())
                self.seen.digests[one.code] = log.digest()
                self.seen.folds[one.code] = live.blob if live is not None else b""
                # Without the short cut, so that it is folded from the facts alone.
                for snapshot in one.kept.parent.glob("*.snapshot-*"):
                    snapshot.rename(one.kept.parent / "state-when-stopped")
                self.seen.folds[f"{one.code} anew"] = dump(kept_log._fold(log))
                self.seen.forks[one.code] = len(log.quarantine())
            finally:
                log.close()

    def _papers(self) -> list[Paper]:
        found = []
        for code, printer in self.office.printers.items():
            found += [Paper(code, piece.lines, not piece.torn) for piece in printer.wait_for_pieces(0)]
            found.append(Paper(code, printer.firmware.roll.lines, False))
        return found

    # --- waiting ---------------------------------------------------------------------------------------------------

    def _until(self, true: Callable[[], bool], what: str, whom: Person | None = None) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not true():
            self._nobody_ended()
            if time.monotonic() > deadline:
                doing = "" if whom is None else f"\n{whom.doing()}"
                raise AssertionError(f"waited {PATIENCE_S} s in vain until: {what}; {self._state()}{doing}")
            time.sleep(LOOK_S)

    def _state(self) -> str:
        def of(one: Computer) -> str:
            try:
                client = ImpatientClient(one.client.core)
                health, screen = client.health(), client.citizen_view().screen
            except CoreTrouble as trouble:
                return f"{one.code}: {trouble}"
            return f"{one.code}: {health.facts} facts, hub {health.hub}, printer {health.printer}, screen {screen}"

        return "; ".join(map(of, self.office.cores))

    def _nobody_ended(self) -> None:
        """A core that ends by itself is a bug, whatever the network does."""
        for one in self.office.cores:
            if one.running and (code := one.exit_code(timeout_s=0.0)) is not None:
                raise AssertionError(f"{one.code} ended by itself with {code}\n{one.said()}")


def difference(hub: bytes, other: bytes) -> list[str]:
    """Of two folded states: path, at the hub, there. For a person who looks at a failure."""
    if not (hub and other):
        return [] if hub == other else ["no state was kept when it stopped"]
    found: list[str] = []

    def compare(path: str, here: object, there: object) -> None:
        if isinstance(here, dict) and isinstance(there, dict):
            for key in sorted({*here, *there}, key=str):
                compare(f"{path}/{key}", here.get(key), there.get(key))
        elif here != there:
            found.append(f"{path}: {str(here)[:200]} | {str(there)[:200]}")

    compare("", msgspec.to_builtins(load(hub)), msgspec.to_builtins(load(other)))
    return found


def main() -> int:
    seed, folder = int(sys.argv[1]), Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True)
    forks = ForkServer(INSIDE)
    try:
        print(plan_of(seed))
        Play(plan_of(seed), folder, forks).run()
    finally:
        forks.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
