"""A closure from a time to a time: said before it begins, there by itself, gone by itself, and taken back any time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk_app import words
from kiosk_app.api import LANGUAGES
from kiosk_app.journeys.closing import sentence
from kiosk_app.office import calendar, catalogue, closing
from kiosk_app.office import facts as f
from kiosk_app.office.decision import Decision
from kiosk_app.office.leader_rules import SUSPENSIONS_MAX
from kiosk_app.office.state import OfficeState, dump
from kiosk_app.office.suspensions import office_now
from tests.kiosk_app.house import ZONE, the_office
from tests.kiosk_app.office.scenario import DESK, MORNING_MS, Office
from tests.kiosk_app.office.test_leader_rules import STORM, leads, refused, ward

LETTERS = tuple(group.letter for group in the_office().groups)


def moment(minute: str) -> int:
    return int(datetime.fromisoformat(minute).replace(tzinfo=ZONE).timestamp() * 1000)


def an_office() -> Office:
    return Office(replace(DESK, moment=moment)).open_day()


def at(office: Office) -> datetime:
    return datetime.fromtimestamp(office.now_utc_ms / 1000, ZONE)


def now(office: Office) -> catalogue.Office:
    return office_now(ward(), office.state, office.now_utc_ms)


def ahead(office: Office, language: str = "ja") -> list[str]:
    found = closing.coming(now(office), LETTERS, at(office))
    return [sentence(words.load(), language, one, at(office).date()) for one in found]


def is_open(office: Office, letter: str = "A") -> bool:
    return isinstance(calendar.opening(now(office), catalogue.group(ward(), letter), at(office)), calendar.Open)


def closes(office: Office, **fields: object) -> Decision:
    answer = leads(office, "suspend", reason=STORM, **fields)
    assert isinstance(answer, Decision), answer
    return answer


def test_the_afternoon_is_said_in_the_morning_begins_by_itself_and_ends_by_itself() -> None:
    office = an_office()
    answer = closes(office, starts="2026-04-06T14:00", ends="2026-04-06T16:00")
    assert answer.message_ja == "4月6日14:00からの休止を予約しました。この画面で解除できます。"
    assert ahead(office) == ["14:00から16:00まで、台風・大雨のため、休止します。"]
    assert ahead(office, "en") == ["14:00 to 16:00: closed because of the storm."]
    answer_now = calendar.opening(now(office), None, at(office))
    assert isinstance(answer_now, calendar.Open) and f"{answer_now.until:%H:%M}" == "14:00"
    office.pass_min(5 * 60)
    assert not is_open(office) and ahead(office) == []
    closed = calendar.opening(now(office), None, at(office))
    assert isinstance(closed, calendar.Closed) and closed.cause == "closure"
    assert f"{closed.opens_at:%H:%M}" == "16:00"
    office.pass_min(2 * 60)
    assert is_open(office)


def test_one_that_lasts_to_the_end_of_the_day_has_no_other_end() -> None:
    office = an_office()
    closes(office, starts="2026-04-06T14:00", ends="2026-04-07T00:00")
    assert ahead(office) == ["14:00から、台風・大雨のため、休止します。"]


def test_days_ahead_it_is_said_with_its_day_and_not_earlier_than_a_week_before() -> None:
    office = an_office()
    closes(office, starts="2026-04-09T13:00", ends="2026-04-10T12:00", groups=("A",))
    name = ward().groups[0].name["ja"]
    assert ahead(office) == [f"{name}：4月9日(木)13:00から4月10日(金)12:00まで、台風・大雨のため、休止します。"]
    assert closing.coming(now(office), ("H",), at(office)) == [], "nothing for who waits for something else"
    closes(office, starts="2026-04-20T13:00", ends="2026-04-20T15:00")
    assert len(ahead(office)) == 1


def test_it_is_taken_back_before_and_while_it_lasts() -> None:
    for minutes in (0, 5 * 60):
        office = an_office()
        closes(office, starts="2026-04-06T14:00", ends="2026-04-06T16:00", intent="s")
        office.pass_min(minutes)
        assert isinstance(leads(office, "end_suspension", suspension="s"), Decision)
        assert is_open(office) and ahead(office) == []


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"starts": "2026-04-06T14:00"}, "読み取れません"),
        ({"starts": "2026-13-06T14:00", "ends": "2026-04-06T15:00"}, "読み取れません"),
        ({"starts": "2026-04-06T14:00", "ends": "2026-04-06T14:00"}, "後に"),
        ({"starts": "2026-04-06T07:00", "ends": "2026-04-06T08:00"}, "後に"),
        ({"ends": "2026-04-06T08:00"}, "後に"),
        ({"starts": "2026-08-06T14:00", "ends": "2026-08-06T15:00"}, "2か月"),
        ({"starts": "2026-04-07T14:00", "ends": "2026-08-06T15:00"}, "2か月"),
    ],
)
def test_what_is_no_time_to_come_is_refused(fields: dict[str, str], word: str) -> None:
    office = an_office()
    assert word in refused(leads(office, "suspend", reason=STORM, **fields))


def test_what_should_have_begun_already_begins_at_once() -> None:
    office = an_office()
    assert closes(office, starts="2026-04-06T08:00", ends="2026-04-06T15:00").message_ja.startswith(
        "受付を休止しました"
    )
    assert not is_open(office)


def test_the_same_is_closed_once_at_a_time_but_as_often_as_one_likes_one_after_the_other() -> None:
    office = an_office()
    closes(office, starts="2026-04-06T14:00", ends="2026-04-06T15:00")
    assert "すでに休止" in refused(
        leads(office, "suspend", reason=STORM, starts="2026-04-06T14:30", ends="2026-04-06T16:00")
    )
    assert "すでに休止" in refused(leads(office, "suspend", reason=STORM, minutes=0))
    closes(office, minutes=30)
    for hour in range(15, 15 + SUSPENSIONS_MAX - 2):
        closes(office, starts=f"2026-04-06T{hour}:00", ends=f"2026-04-06T{hour}:30")
    assert "多すぎます" in refused(
        leads(office, "suspend", reason=STORM, starts="2026-04-06T22:00", ends="2026-04-06T23:00")
    )


@given(st.integers(1, 600), st.integers(1, 600), st.integers(-700, 1400))
def test_whatever_a_clock_says_it_is_closed_from_the_one_moment_to_the_other(
    starts_min: int, lasts_min: int, then_min: int
) -> None:
    """A clock that jumps lands before, within or after it; nothing is ever left over."""
    office = an_office()
    begins = datetime.fromtimestamp(MORNING_MS / 1000, ZONE) + timedelta(minutes=starts_min)
    ends = begins + timedelta(minutes=lasts_min)
    closes(office, starts=f"{begins:%Y-%m-%dT%H:%M}", ends=f"{ends:%Y-%m-%dT%H:%M}")
    office.now_utc_ms = MORNING_MS + then_min * 60_000
    there = calendar.opening(now(office), catalogue.group(ward(), "A"), at(office))
    within = begins <= at(office) < ends
    assert (isinstance(there, calendar.Closed) and there.cause == "closure") == within
    assert not within or ahead(office) == []


def test_a_fact_of_an_older_program_begins_at_once_and_is_not_said_ahead() -> None:
    office = an_office()
    body = b'{"suspension":"s","until_utc_ms":%d,"reason":{"ja":"x"}}' % (MORNING_MS + 3_600_000)
    office.append(f.decode("Suspended", body))
    assert not is_open(office) and ahead(office) == []
    assert dump(office.state) != dump(OfficeState())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_all_of_it(language: str) -> None:
    reason = next(r.ahead for r in the_office().closure_reasons if r.id == "trains")
    assert reason is not None
    start = datetime(2026, 4, 7, 14, tzinfo=ZONE)
    for until in (None, start.replace(hour=16, minute=5)):
        name = (the_office().groups[0].name,)
        said = sentence(words.load(), language, closing.Coming(name, start, until, reason), start.date())
        assert name[0][language] in said and reason[language] in said and "14:00" in said
        assert ("16:05" in said) == (until is not None)
