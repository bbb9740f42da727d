"""Files that a person has edited badly: one clear sentence and exit code 2, or a core that works. Nothing between."""

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.depth import seeds
from tests.faults.house import ROOT, House, until

SEEDS = seeds(range(16), range(16, 160), range(160, 2000))
VALUES = ('""', '"x"', "0", "-1", "99999999999", "true", "[]", '["x"]', "{}", "2026-04-06", "1.5", '"\\u0000"')
VALUE = re.compile(r'(?<== )("[^"]*"|\d+|\[[^\]]*\]|true|false)')
Mutation = Callable[[random.Random, bytes], bytes]


def on_lines(change: Callable[[random.Random, list[bytes], int], None]) -> Mutation:
    def mutate(choose: random.Random, data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        change(choose, lines, choose.randrange(len(lines)))
        return b"".join(lines)

    return mutate


def other_value(choose: random.Random, data: bytes) -> bytes:
    """What a person might put in the place of a value: of another kind, empty, far too large."""
    text = data.decode()
    places = list(VALUE.finditer(text))
    if not places:
        return data[: len(data) // 2]
    place = choose.choice(places)
    return (text[: place.start()] + choose.choice(VALUES) + text[place.end() :]).encode()


def other_name(choose: random.Random, data: bytes) -> bytes:
    words = list(re.finditer(rb"[a-z_]{3,}", data))
    word = choose.choice(words)
    return data[: word.start()] + word[0] + b"x" + data[word.end() :]


def bytes_inside(choose: random.Random, data: bytes) -> bytes:
    at = choose.randrange(len(data))
    return data[:at] + choose.choice((b"\xff", b"\0", b'"', b"\n", b"[", "全".encode()[:2])) + data[at:]


MUTATIONS: tuple[Mutation, ...] = (
    on_lines(lambda choose, lines, at: lines.__delitem__(at)),
    on_lines(lambda choose, lines, at: lines.insert(choose.randrange(len(lines)), lines[at])),
    on_lines(lambda choose, lines, at: lines.insert(choose.randrange(len(lines)), lines.pop(at))),
    other_value,
    other_value,
    other_name,
    bytes_inside,
    lambda choose, data: data[: choose.randrange(len(data))],
    lambda choose, data: b"",
)


def edited_files(house: House) -> tuple[list[Path], Path]:
    """Copies of the real ones, which the machine then uses; and the folder of its words."""
    office, staff = house.folder / "office.toml", house.folder / "staff.toml"
    shutil.copy(ROOT / "config/offices/kokura-kita.toml", office)
    shutil.copy(ROOT / "config/staff.example.toml", staff)
    locales = house.folder / "locales"
    shutil.copytree(ROOT / "config/locales", locales)
    # Relative, so that no edited path leads out of the test's own folder.
    machine = house.machine_file.read_text()
    for key, path in (("office_file", office), ("staff_file", staff), ("data_dir", "data"), ("runtime_dir", "run")):
        machine = re.sub(rf"{key} = .*", f'{key} = "{Path(path).name}"', machine)
    house.machine_file.write_text(machine)
    return [house.machine_file, office, staff, *sorted(locales.rglob("hitofuda.po"))], locales


@pytest.mark.parametrize("seed", SEEDS)
def test_a_badly_edited_file_is_one_sentence_or_no_matter(house: House, seed: int) -> None:
    choose = random.Random(seed)
    (machine, office, staff, *words), locales = edited_files(house)
    victim = (machine, office, office, staff, choose.choice(words))[seed % 5]
    victim.write_bytes(choose.choice(MUTATIONS)(choose, victim.read_bytes()))
    if (
        found := re.search(r'^runtime_dir = "([\w/]+)"', machine.read_text(errors="replace"), re.MULTILINE)
    ) is not None:
        house.listen_in(house.folder / found[1])
    house.start(ready=False, locales=str(locales))
    code: list[int | None] = [None]

    def decided() -> bool:
        code[0] = house.exit_code(timeout_s=0.002)
        return code[0] is not None or house.listens()

    until(decided, "the core runs or refuses", house.said)
    if code[0] is None:
        assert house.view().screen in ("idle", "closed")
        house.stop()
        assert house.said() == ""
        return
    said = house.said()
    assert code[0] == 2, said
    assert said.count("\n") == 1 and said.endswith("\n"), said
    # A path in machine.toml that leads nowhere is told by that path.
    assert victim.name in said or (victim is machine and "cannot be read" in said), said
    assert not (house.folder / "data").exists()
    assert not house.socket_path.exists()


@pytest.mark.parametrize("key", ["data_dir", "runtime_dir"])
def test_a_folder_that_cannot_be_made_is_one_sentence(house: House, key: str) -> None:
    blocked = house.folder / "blocked"
    blocked.write_text("a file where a folder should be")
    text = house.machine_file.read_text()
    house.machine_file.write_text(re.sub(rf"{key} = .*", f'{key} = "{blocked}/inside"', text))
    house.start(ready=False)
    assert house.exit_code() == 2, house.said()
    assert house.said().count("\n") == 1
    assert key in house.said()
    assert not house.socket_path.exists()


def test_a_log_of_another_machine_is_left_alone(house: House) -> None:
    house.start()
    house.view()
    house.stop()
    before = house.log_path.read_bytes()
    text = house.machine_file.read_text()
    house.machine_file.write_text(text.replace('code = "m1"', 'code = "m2"'))
    house.start(ready=False)
    assert house.exit_code() == 1, house.said()
    assert house.said().count("\n") == 1
    assert "m1" in house.said() and "m2" in house.said()
    assert house.log_path.read_bytes() == before
    assert not house.listens()
