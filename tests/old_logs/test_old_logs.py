"""A log of every version that was released opens in this one: nothing is damaged, lost or unknown."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from kiosk_app import kept_log
from kiosk_app.office import facts as f
from kiosk_app.office.fact_base import Fact
from kiosk_app.release_check import log_fault
from offline_store import maintenance
from offline_store.check import Progress
from offline_store.log import NewFact
from tests.old_logs.make import FOLDER, LOG, TOLD, example, kept, version

VERSIONS = kept()
KINDS = [
    (name, kind, body)
    for name in VERSIONS
    for kind, body in json.loads((FOLDER / f"{name}{TOLD}").read_text(encoding="utf-8"))["kinds"].items()
]


def told(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}{TOLD}").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def unpacked(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A data folder with the log of that version."""
    packed = (FOLDER / f"{request.param}{LOG}").read_bytes()
    (tmp_path / kept_log.FILE).write_bytes(lzma.decompress(packed))
    return tmp_path


def test_this_version_has_one() -> None:
    assert version() in VERSIONS, "python -m tests.old_logs.make"


def test_they_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 400_000


@pytest.mark.parametrize(("unpacked", "name"), [(name, name) for name in VERSIONS], indirect=["unpacked"])
def test_a_core_goes_on_from_it(unpacked: Path, name: str) -> None:
    path, expected = unpacked / kept_log.FILE, told(name)
    assert log_fault(path) == "", "an update would be refused"
    before = maintenance.read_range(path, 0, 2**62)
    assert [[one.machine, one.seq, one.kind, json.loads(one.body)] for one in before] == expected["entries"]
    opened = kept_log.open_log(unpacked, "m1")
    try:
        assert opened.damage is None and opened.log.machine == expected["identity"]
        assert opened.state.positions == expected["last_seq"]
        tickets = opened.state.day.tickets.values()
        assert sorted(f"{one.letter}-{one.number:03}" for one in tickets) == expected["numbers"]
        opened.log.append([NewFact("m1", "ClockDoubted", f.encode(example(f.ClockDoubted)), 1)])
        kept_log.save_snapshot(opened.log, opened.state)
    finally:
        opened.log.close()
    found = maintenance.verify(path)
    assert isinstance(found, Progress) and found.records == expected["facts"] + 1


@pytest.mark.parametrize(("name", "kind", "body"), KINDS, ids=lambda one: one if isinstance(one, str) else "")
def test_every_kind_is_still_known_with_all_that_it_said(name: str, kind: str, body: dict[str, Any]) -> None:
    fact = f.decode(kind, json.dumps(body).encode())
    assert not isinstance(fact, f.UnknownFact), f"{kind} of {name}: a kind is never removed"
    now = json.loads(f.encode(fact))
    assert {key: now.get(key) for key in body} == body, f"{kind} of {name}: a field is never removed or changed"


def test_a_field_that_went_would_be_found() -> None:
    class Seen(Fact, frozen=True, kw_only=True):
        who: str
        times: tuple[int, ...] = ()

    assert json.loads(f.encode(example(Seen))) == {"who": "x1", "times": [7]}


def test_what_a_newer_release_wrote_before_it_was_taken_back_is_kept(tmp_path: Path) -> None:
    path = tmp_path / kept_log.FILE
    path.write_bytes(lzma.decompress((FOLDER / f"{VERSIONS[-1]}{LOG}").read_bytes()))
    opened = kept_log.open_log(tmp_path, "m1")
    opened.log.append([NewFact("m1", "OfTomorrow", b'{"new":1}', 1)])
    opened.log.close()
    assert log_fault(path) == ""
    again = kept_log.open_log(tmp_path, "m1")
    assert again.damage is None
    again.log.close()
    assert maintenance.read_range(path, 0, 2**62)[-1].body == b'{"new":1}'
