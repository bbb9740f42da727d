"""The real driver at a real pseudo-terminal: what is shown is read, whatever cable and scanner do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.code_reader.driver import CodeReaderSettings, SerialCodeReader
from drivers.code_reader.simulator import SimulatedCodeReader
from drivers.ports import CodeEvent, CodeNotRead, CodeRead

pytestmark = pytest.mark.slow

CODE, OTHER = "0126000123456789", "0126000987654321"
PATIENCE_S = 20.0
Reads = Callable[[], CodeEvent]


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[SimulatedCodeReader]:
    with SimulatedCodeReader(tmp_path / "scanner") as made:
        yield made


@pytest.fixture
def reader(scanner: SimulatedCodeReader) -> Iterator[SerialCodeReader]:
    made = SerialCodeReader(CodeReaderSettings(str(scanner.device)))
    until(made, "ready")
    yield made
    made.close()
    assert made.wait(PATIENCE_S) == ()


def until(reader: SerialCodeReader, status: str) -> list[CodeEvent]:
    """What was told on the way."""
    told: list[CodeEvent] = []
    deadline = time.monotonic() + PATIENCE_S
    while reader.status != status:
        assert time.monotonic() < deadline, reader.status
        told += reader.wait(1.0)
    return told


def next_of(reader: SerialCodeReader) -> CodeEvent:
    deadline = time.monotonic() + PATIENCE_S
    while not (found := reader.wait(1.0)):
        assert time.monotonic() < deadline
    (event,) = found
    return event


def test_codes_are_read_one_after_the_other(scanner: SimulatedCodeReader, reader: SerialCodeReader) -> None:
    for code in (CODE, OTHER, CODE):
        scanner.show(code)
        assert next_of(reader) == CodeRead(code)
    assert reader.wait(0.0) == ()


def test_one_that_is_held_there_is_told_once_until_it_is_forgotten(
    scanner: SimulatedCodeReader, reader: SerialCodeReader
) -> None:
    scanner.show(CODE, times=10)
    assert next_of(reader) == CodeRead(CODE)
    scanner.show(CODE)
    assert reader.wait(0.0) == ()
    reader.forget()
    scanner.show(CODE)
    assert next_of(reader) == CodeRead(CODE)


@pytest.mark.parametrize(("condition", "reason"), [("garbage", "not_text"), ("half", "half"), ("no_end", "half")])
def test_each_fault_is_told_and_over_with_the_next_code(
    scanner: SimulatedCodeReader, reader: SerialCodeReader, condition: str, reason: str
) -> None:
    scanner.faults.fail_next(condition)
    scanner.show(CODE)
    assert next_of(reader) == CodeNotRead(reason)  # type: ignore[arg-type]
    scanner.show(CODE)
    assert next_of(reader) == CodeRead(CODE)


def test_silence_is_nothing(scanner: SimulatedCodeReader, reader: SerialCodeReader) -> None:
    scanner.faults.fail_next("silent")
    scanner.show(CODE)
    assert reader.wait(0.0) == ()
    assert reader.status == "ready"


def test_what_is_always_garbage_puts_the_reader_in_doubt(
    scanner: SimulatedCodeReader, reader: SerialCodeReader
) -> None:
    scanner.faults.fail_repeatedly("garbage")
    scanner.show(CODE, times=6)
    until(reader, "nonsense")
    scanner.faults.clear()
    scanner.show(CODE)
    until(reader, "ready")


def test_a_cable_that_is_pulled_in_the_middle_of_a_code(scanner: SimulatedCodeReader, reader: SerialCodeReader) -> None:
    scanner.faults.fail_next("no_end")
    scanner.show(CODE)
    scanner.unplug()
    assert until(reader, "away") in ([CodeNotRead("half")], [])
    scanner.show(OTHER)
    scanner.plug_in()
    until(reader, "ready")
    scanner.show(CODE)
    assert next_of(reader) == CodeRead(CODE)


def test_what_was_shown_while_nobody_listened_is_not_the_next_visitor_s(
    scanner: SimulatedCodeReader,
) -> None:
    scanner.show(CODE)
    reader = SerialCodeReader(CodeReaderSettings(str(scanner.device)))
    assert until(reader, "ready") == []
    scanner.show(OTHER)
    assert next_of(reader) == CodeRead(OTHER)
    reader.close()
    reader.wait(0.0)


def test_a_device_that_was_never_there_comes(tmp_path: Path) -> None:
    scanner = SimulatedCodeReader(tmp_path / "late", end=b"\r\n", prefix=b"]Q1")
    reader = SerialCodeReader(CodeReaderSettings(str(scanner.device)))
    assert reader.status == "unknown"
    until(reader, "away")
    with scanner:
        until(reader, "ready")
        scanner.show(CODE)
        assert next_of(reader) == CodeRead(CODE)
        reader.close()
        assert reader.wait(PATIENCE_S) == ()


def test_another_program_at_the_line_is_an_absent_device(
    scanner: SimulatedCodeReader, reader: SerialCodeReader
) -> None:
    second = SerialCodeReader(CodeReaderSettings(str(scanner.device)))
    until(second, "away")
    scanner.show(CODE)
    assert next_of(reader) == CodeRead(CODE)


def test_a_path_that_is_no_serial_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(CODE)
    reader = SerialCodeReader(CodeReaderSettings(str(tmp_path / "file")))
    assert until(reader, "away") == []
