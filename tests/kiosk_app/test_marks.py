"""What staff mark a ticket with tells of a person: whoever calls sees it, no fact does, and the day takes it along."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kiosk_app.marks import KeptMarks, Marks
from kiosk_app.runtime import RuntimeFile
from tests.kiosk_app.house import SERVICE, House, OpenHouse


async def with_one(house: House, code: str = "1001") -> tuple[str, str]:
    token = await house.sign_in(code)
    await house.act(token, "issue", service=SERVICE)
    return token, next(iter(house.core.book.state.day.tickets))


async def test_the_counter_that_calls_sees_what_the_floor_guide_marked(house: House) -> None:
    guide, ticket = await with_one(house, "2001")
    reply = await house.act(guide, "mark", ticket=ticket, marks=("writing", "to_seat"))
    assert (reply.ok, reply.message) == (True, "A-001のしるしを付けました。")
    clerk = await house.sign_in()
    await house.act(clerk, "open_counter", counter=3)
    assert [row.marks for row in (await house.staff_view(clerk)).waiting] == [("to_seat", "writing")]
    await house.act(clerk, "call_next", counter=3)
    current = (await house.staff_view(clerk)).current
    assert current is not None
    assert current.marks == ("to_seat", "writing")
    assert (await house.act(clerk, "mark", number="a1", marks=())).message == "A-001のしるしを外しました。"
    current = (await house.staff_view(clerk)).current
    assert current is not None
    assert current.marks == ()


def holds(folder: Path, words: bytes) -> bool:
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert kept
    return any(words in path.read_bytes() for path in kept)


async def test_nothing_of_it_reaches_the_log_or_a_display(house: House) -> None:
    guide, ticket = await with_one(house, "2001")
    before = house.position
    await house.act(guide, "mark", ticket=ticket, marks=("to_seat", "writing"))
    assert house.position == before
    assert b"to_seat" not in house.core.display_view("")
    assert not holds(Path(house.core.settings.data_dir), b"to_seat")
    assert holds(Path(house.core.settings.runtime_dir), b"to_seat")


async def test_a_core_that_starts_again_still_knows_it_and_the_next_day_does_not(open_house: OpenHouse) -> None:
    house = await open_house()
    guide, ticket = await with_one(house, "2001")
    await house.act(guide, "mark", ticket=ticket, marks=("writing",))
    kept = RuntimeFile(Path(house.core.settings.runtime_dir) / "marks.json")
    assert Marks(house.core.book, kept).of(ticket) == ("writing",)
    await house.pass_s(24 * 3600)
    assert house.core.book.state.day.date == "2026-04-07"
    found = kept.load(KeptMarks)
    assert found is not None
    assert found.marks == {}


async def test_the_file_forgets_as_soon_as_the_day_is_closed(house: House) -> None:
    guide, ticket = await with_one(house, "2001")
    await house.act(guide, "mark", ticket=ticket, marks=("writing",))
    path = Path(house.core.settings.runtime_dir) / "marks.json"
    assert b"writing" in path.read_bytes()
    house.core.book.state.day.closed = True
    house.core.desk.tick()
    assert b"writing" not in path.read_bytes()


@pytest.mark.parametrize("fields", [{"number": "A-999"}, {"ticket": "nobody"}, {"number": "?"}])
async def test_a_number_that_is_not_there_is_refused_in_plain_words(house: House, fields: dict[str, str]) -> None:
    token, _ = await with_one(house)
    reply = await house.act(token, "mark", marks=("writing",), **fields)
    assert (reply.ok, reply.message) == (False, "その番号は今日ありません。番号を確かめてください。")


async def test_whoever_has_gone_needs_no_mark(house: House) -> None:
    token, ticket = await with_one(house)
    await house.act(token, "cancel", ticket=ticket, reason="お帰りになった")
    assert (await house.act(token, "mark", ticket=ticket, marks=("writing",))).message.startswith("A-001の方は終わ")


async def test_practice_marks_stay_in_practice(house: House) -> None:
    _, ticket = await with_one(house)
    token = await house.sign_in("1002", training=True)
    view = await house.staff_view(token)
    assert (await house.act(token, "mark", ticket=view.waiting[0].ticket, marks=("writing",))).ok
    assert (await house.staff_view(token)).waiting[0].marks == ("writing",)
    assert house.core.desk._office.marks.all() == {}
    assert not (await house.act(token, "mark", ticket=ticket, marks=("writing",))).ok


def test_a_file_of_another_version_is_no_mark() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"date": "2026-04-06", "marks": {"t": ["name"]}}', type=KeptMarks)
