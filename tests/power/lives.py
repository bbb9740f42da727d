"""What is done to a machine's disk while the power may go: filmed once, with what must hold after a cut."""

from __future__ import annotations

import asyncio
import io
import random
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api, backup, core_diagnosis, kept_log, sealed, support_bundle, updating
from kiosk_app.releases import SETTLER, Releases
from offline_store import maintenance
from offline_store.check import ChainCheck, Progress
from tests.appliance.machine_root import tree
from tests.appliance.test_bundle import Quiet, machine, packed
from tests.kiosk_app.house import MORNING, House, machine_toml
from tests.power.disk import Camera, Film, Moment

OLD, NEW = "1.0.0", "1.1.0"
DIAGNOSED = "diagnosed"
OLD_COPY = "m1-20200101T000000Z.backup"


class Life(Protocol):
    """`film` is of one folder; `holds` opens a folder that a cut has left, as the next start would, and looks."""

    film: Film

    def holds(self, folder: Path, moment: Moment, choose: random.Random) -> None: ...


@dataclass
class Update:
    """Staged, switched, confirmed."""

    work: Path
    film: Film = field(init=False)

    def __post_init__(self) -> None:
        root = machine(self.work / "root")
        self._bundle = packed(self.work)
        camera = Camera(root)
        with camera.filming():
            assert updating.stage(self._bundle, root, print) == 0
            camera.tell("staged")
            assert updating.apply(root, print, Quiet(root)) == 0
            camera.tell("runs")
        self.film = camera.film
        self._whole = {version: tree(Releases(root).folder(version)) for version in (OLD, NEW)}

    def holds(self, folder: Path, moment: Moment, choose: random.Random) -> None:
        Releases(folder).settle()
        now = Releases(folder)
        version, state = now.current(), now.state()
        assert version in self._whole and state.trying == ""
        assert tree(now.folder(version)) == self._whole[version], "it is whole"
        unit = folder / "etc/systemd/system/hitofuda-core.service"
        assert unit.read_text() == f"# {version}\n", "and its units are in place"
        proved = [f"# {one}\n" for one in ((NEW,) if "runs" in moment.told else (OLD, NEW))]
        assert (now.base / SETTLER).read_text() in proved, "what takes back is whole"
        if "staged" in moment.told:
            assert NEW in (version, state.waiting, state.failed)
            assert tree(now.folder(NEW)) == self._whole[NEW]
        if "runs" in moment.told:
            assert version == NEW
        if version == OLD and choose.random() < 0.2:
            assert updating.stage(self._bundle, folder, print) == 0
            assert updating.apply(folder, print, Quiet(folder)) == 0 and now.current() == NEW


def with_a_log(work: Path) -> list[str]:
    """A machine whose morning had three visitors; their numbers."""

    async def morning() -> list[str]:
        with SimulatedPrinter(speed_dots_s=2_000_000.0, cut_s=0.0) as printer:
            house = await House(work, printer, MORNING).open()
            numbers = [await house.take() for _ in range(3)]
            await house.close()
            return numbers

    numbers = asyncio.run(morning())
    (work / "machine.toml").write_text(machine_toml(work, 9, MORNING))
    sealed.make_key(work / "office.key")
    shutil.copy(work / "office.key.pem", work / backup.KEY)
    (work / "copies").mkdir()
    return numbers


@dataclass
class Backup:
    """A second copy beside the one of the day before, which then goes."""

    work: Path
    film: Film = field(init=False)

    def __post_init__(self) -> None:
        with_a_log(self.work)
        copies, settings = self.work / "copies", self.work / "machine.toml"
        assert backup.make(settings, copies, print) == 0
        (first,) = copies.iterdir()
        first.rename(copies / OLD_COPY)
        camera = Camera(copies)
        with pytest.MonkeyPatch.context() as patch, camera.filming():
            patch.setattr(backup, "KEPT", 1)
            assert backup.make(settings, copies, print) == 0
            camera.tell("made")
        self.film = camera.film
        self._settings, self._key = settings, sealed.load_private(self.work / "office.key")

    def holds(self, folder: Path, moment: Moment, choose: random.Random) -> None:
        copies = sorted(folder.glob(f"*{backup.SUFFIX}"))
        assert copies, "there is always one"
        for copy in copies:
            opened = io.BytesIO()
            sealed.open_sealed(io.BytesIO(copy.read_bytes()), opened, self._key)
            assert opened.getvalue().startswith(b"SQLite format 3\0")
        if "made" in moment.told:
            assert copies[-1].name > OLD_COPY
        if choose.random() < 0.05:
            assert backup.make(self._settings, folder, print) == 0
            assert [path for path in folder.iterdir() if path.suffix != backup.SUFFIX] == [], "no clear copy stays"


@dataclass
class Restore:
    """Into an empty disk. A log that is there goes on as a new incarnation, or none is there and it is done again."""

    work: Path
    film: Film = field(init=False)

    def __post_init__(self) -> None:
        self._numbers = with_a_log(self.work)
        data, settings, key = self.work / "data", self.work / "machine.toml", self.work / "office.key"
        assert backup.make(settings, self.work / "copies", print) == 0
        (self._copy,) = (self.work / "copies").iterdir()
        shutil.rmtree(data)
        data.mkdir()
        camera = Camera(data)
        with camera.filming():
            assert backup.restore(settings, self._copy, key, print) == 0
            camera.tell("restored")
        self.film = camera.film

    def holds(self, folder: Path, moment: Moment, choose: random.Random) -> None:
        log = folder / kept_log.FILE
        if not log.exists():
            assert "restored" not in moment.told
            again = folder.with_name("again.toml")
            again.write_text(machine_toml(folder.parent, 9, MORNING).replace(f"{folder.parent}/data", str(folder)))
            assert backup.restore(again, self._copy, self.work / "office.key", print) == 0
            assert not list(folder.glob(".restore-*")), "no clear copy stays"
        assert whole_log(folder, "m1~").numbers >= set(self._numbers)


@dataclass
class Day:
    """A core that gives tickets. What a screen has shown is there afterwards, and nothing twice."""

    work: Path
    film: Film = field(init=False)

    def __post_init__(self) -> None:
        async def live() -> Film:
            with SimulatedPrinter(speed_dots_s=2_000_000.0, cut_s=0.0) as printer:
                (self.work / "data").mkdir()
                camera = Camera(self.work / "data")
                house = House(self.work, printer, MORNING)
                with camera.filming():
                    await house.open()
                    camera.tell(await house.take())
                    made = api.DiagnosisMade(grades={"printer": "good", "disk": "look"})
                    assert core_diagnosis.keep(house.core, made).ok
                    camera.tell(DIAGNOSED)
                    token = await house.sign_in()
                    assert (await house.act(token, "open_counter", counter=3)).ok
                    camera.tell(await house.take())
                    await house.restart()
                    camera.tell(await house.take())
                    await house.close()
                return camera.film

        self.film = asyncio.run(live())

    def holds(self, folder: Path, moment: Moment, choose: random.Random) -> None:
        found = whole_log(folder, "m1")
        numbers = set(moment.told) - {DIAGNOSED}
        assert found.numbers >= numbers
        assert len(found.numbers) <= len(numbers) + 1, "at most the one that was on its way"
        assert found.diagnosed or DIAGNOSED not in moment.told


@dataclass
class Support:
    """The file for whoever helps from afar: under its name it is whole."""

    work: Path
    film: Film = field(init=False)

    def __post_init__(self) -> None:
        self._content = {"summary.txt": "all is well\n" * 500, "log.json": "{}\n"}
        camera = Camera(self.work)
        with camera.filming():
            support_bundle.write(self.work / "support-m1.tar.gz", self._content, 0)
            camera.tell("written")
        self.film = camera.film

    def holds(self, folder: Path, moment: Moment, choose: random.Random) -> None:
        found = list(folder.glob("support-*.tar.gz"))
        assert found or "written" not in moment.told
        for path in found:
            with tarfile.open(path) as archive:
                read = {one.name: archive.extractfile(one) for one in archive}
                assert {name: file.read().decode() for name, file in read.items() if file} == self._content


class Known(NamedTuple):
    numbers: set[str]
    diagnosed: bool


def whole_log(folder: Path, name: str) -> Known:
    """Opens it as a core does: no damage, the chain whole, every fact folded. What is known."""
    kept = kept_log.open_log(folder, "m1")
    try:
        assert kept.damage is None and kept.log.machine.startswith(name), kept.damage
        check = ChainCheck(kept.log)
        found = check.run()
        check.close()
        assert found == Progress(kept.log.last_position, done=True)
        tickets = [f"{one.letter}-{one.number:03}" for one in kept.state.day.tickets.values()]
    finally:
        kept.log.close()
    assert len(tickets) == len(set(tickets))
    assert isinstance(maintenance.verify(folder / kept_log.FILE), Progress)
    return Known(set(tickets), bool(kept.state.last_checks))


LIVES: dict[str, Callable[[Path], Life]] = {
    "update": Update,
    "backup": Backup,
    "restore": Restore,
    "day": Day,
    "support": Support,
}


def lived(name: str, folder: Path) -> Life:
    return LIVES[name](Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder)))
