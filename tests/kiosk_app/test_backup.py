"""The restore drill: a machine loses its disk in the middle of the day and goes on from its last backup."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app import backup, kept_log, sealed
from kiosk_app.office import facts as f
from kiosk_app.office import state
from kiosk_app.sealed import NotOpened
from offline_store import maintenance
from offline_store.check import Progress
from tests.kiosk_app.house import MORNING, House, machine_toml


def settings_of(house: House, folder: Path) -> Path:
    machine = folder / "machine.toml"
    machine.write_text(machine_toml(house.folder, house.printer.port, MORNING))
    sealed.make_key(folder / "office.key")
    shutil.copy(folder / "office.key.pem", folder / backup.KEY)
    (folder / "copies").mkdir()
    return machine


def said(work: Callable[[Callable[[str], None]], int]) -> tuple[int, str]:
    lines: list[str] = []
    return work(lines.append), "\n".join(lines)


async def test_a_machine_that_lost_its_disk_goes_on_from_its_backup(house: House, tmp_path: Path) -> None:
    machine = settings_of(house, tmp_path)
    before = [await house.take() for _ in range(3)]
    code, told = said(lambda say: backup.make(machine, tmp_path / "copies", say))
    assert code == 0, told
    known = state.dump(house.core.book.state)
    since = [await house.take() for _ in range(2)]
    await house.close()
    shutil.rmtree(house.folder / "data")
    (copy,) = (tmp_path / "copies").iterdir()
    code, told = said(lambda say: backup.restore(machine, copy, tmp_path / "office.key", say))
    assert code == 0, told

    await house.open()
    now = house.core.book
    numbers = {f"{ticket.letter}-{ticket.number:03}" for ticket in now.state.day.tickets.values()}
    assert numbers == set(before), "what is known is what was known then"
    assert now.machine.startswith("m1~") and kept_log.incarnation_of(now.machine) > 100
    assert [one.reason for one in house.facts(f.IncarnationBegan)] == ["log damaged"]  # type: ignore[attr-defined]
    assert isinstance(maintenance.verify(house.folder / "data" / "facts.db"), Progress)
    # Four in a row would be asked about.
    await house.pass_s(1800)
    after = await house.take()
    assert after not in {*before, *since}, "no number that may be on paper is given again"
    assert state.load(known).positions["m1"] == now.state.positions["m1"]


async def test_a_backup_that_a_stranger_finds_tells_nothing(house: House, tmp_path: Path) -> None:
    machine = settings_of(house, tmp_path)
    await house.take()
    assert backup.make(machine, tmp_path / "copies", print) == 0
    (copy,) = (tmp_path / "copies").iterdir()
    raw = copy.read_bytes()
    assert b"TicketIssued" not in raw and b"SQLite" not in raw
    sealed.make_key(tmp_path / "strangers.key")
    await house.close()
    shutil.rmtree(house.folder / "data")
    code, told = said(lambda say: backup.restore(machine, copy, tmp_path / "strangers.key", say))
    assert code == 2 and "another key" in told and not (house.folder / "data/facts.db").exists()


async def test_a_log_that_is_there_is_never_overwritten_and_a_running_core_is_left_alone(
    house: House, tmp_path: Path
) -> None:
    machine = settings_of(house, tmp_path)
    assert backup.make(machine, tmp_path / "copies", print) == 0
    (copy,) = (tmp_path / "copies").iterdir()
    await house.close()
    before = (house.folder / "data/facts.db").read_bytes()
    code, told = said(lambda say: backup.restore(machine, copy, tmp_path / "office.key", say))
    assert code == 1 and "a log is there" in told
    assert (house.folder / "data/facts.db").read_bytes() == before


async def test_a_copy_of_another_machine_is_refused(house: House, tmp_path: Path) -> None:
    machine = settings_of(house, tmp_path)
    assert backup.make(machine, tmp_path / "copies", print) == 0
    (copy,) = (tmp_path / "copies").iterdir()
    await house.close()
    shutil.rmtree(house.folder / "data")
    machine.write_text(machine.read_text().replace('code = "m1"', 'code = "m2"'))
    code, told = said(lambda say: backup.restore(machine, copy, tmp_path / "office.key", say))
    assert code == 2 and "is of the machine m1, this is m2" in told


async def test_a_damaged_log_makes_no_backup_and_old_ones_stay(house: House, tmp_path: Path) -> None:
    machine = settings_of(house, tmp_path)
    await house.take()
    assert backup.make(machine, tmp_path / "copies", print) == 0
    await house.close()
    path = house.folder / "data/facts.db"
    raw = path.read_bytes()
    at = raw.index(b'"TicketIssued"') + 3
    path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
    code, told = said(lambda say: backup.make(machine, tmp_path / "copies", say))
    assert code == 1 and "is damaged at fact" in told and "hitofuda log verify" in told
    assert len(list((tmp_path / "copies").iterdir())) == 1


async def test_without_a_key_nothing_is_written_in_clear(house: House, tmp_path: Path) -> None:
    machine = settings_of(house, tmp_path)
    (tmp_path / backup.KEY).unlink()
    code, told = said(lambda say: backup.make(machine, tmp_path / "copies", say))
    assert code == 2 and "hitofuda backup-key" in told and list((tmp_path / "copies").iterdir()) == []


async def test_only_the_newest_are_kept(house: House, tmp_path: Path) -> None:
    machine = settings_of(house, tmp_path)
    for n in range(backup.KEPT + 3):
        (tmp_path / "copies" / f"m1-202001{n:02}T000000Z.backup").touch()
    assert backup.make(machine, tmp_path / "copies", print) == 0
    names = sorted(path.name for path in (tmp_path / "copies").iterdir())
    assert len(names) == backup.KEPT and names[-1].startswith("m1-202") and names[0] == "m1-20200104T000000Z.backup"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "key"
    sealed.make_key(path)
    return path


@given(size=st.sampled_from([0, 1, 99, 100, 101, 250, 300]), flip=st.integers(0, 10_000), cut=st.integers(0, 10_000))
def test_what_is_sealed_comes_back_whole_or_not_at_all(key: Path, size: int, flip: int, cut: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed, "PIECE", 100)
        content = bytes(n % 251 for n in range(size))
        private, public = sealed.load_private(key), sealed.load_public(key.with_name("key.pem"))
        whole = sealed.sealed_bytes(content, public)
        out = io.BytesIO()
        sealed.open_sealed(io.BytesIO(whole), out, private)
        assert out.getvalue() == content
        changed = bytearray(whole)
        changed[flip % len(whole)] ^= 1
        for wrong in (bytes(changed), whole[: cut % len(whole)], whole + b"x"):
            with pytest.raises(NotOpened):
                sealed.open_sealed(io.BytesIO(wrong), io.BytesIO(), private)


def test_keys_are_what_they_should_be(key: Path, tmp_path: Path) -> None:
    assert key.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        sealed.make_key(key)
    (tmp_path / "x.pem").write_text("nothing")
    with pytest.raises(NotOpened, match="is no public key"):
        sealed.load_public(tmp_path / "x.pem")
    with pytest.raises(NotOpened, match="is no private key"):
        sealed.load_private(tmp_path / "gone")
