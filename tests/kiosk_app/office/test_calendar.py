"""At every instant a visitor either gets a ticket or is told why not and when; the edges are exact to the minute."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk_app.office import calendar, catalogue
from kiosk_app.office.calendar import Closed, Open, Target, opening
from tests.depth import examples

FILE = Path(__file__).parents[3] / "config/offices/kokura-kita.toml"
OFFICE = catalogue.parse(FILE.read_text(encoding="utf-8"), FILE.name)
TOKYO = ZoneInfo("Asia/Tokyo")
TARGETS: list[Target] = [None, *OFFICE.groups, *OFFICE.services]

instants = st.datetimes(datetime(2025, 5, 1), datetime(2035, 12, 31), timezones=st.just(TOKYO))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def target(name: str) -> Target:
    if not name:
        return None
    return catalogue.group(OFFICE, name) if len(name) == 1 else catalogue.service(OFFICE, name)


@settings(max_examples=examples(300), deadline=None)
@given(instants, st.sampled_from(TARGETS))
def test_open_or_an_opening_within_ten_days(now: datetime, asked: Target) -> None:
    match opening(OFFICE, asked, now):
        case Open(until):
            assert now < until and until.date() == now.date()
            assert isinstance(opening(OFFICE, asked, until - timedelta(microseconds=1)), Open)
            assert isinstance(opening(OFFICE, asked, until), Closed)
        case Closed(_, reason, opens_at):
            assert reason["ja"] and opens_at is not None
            assert now < opens_at <= now + timedelta(days=10)
            assert isinstance(opening(OFFICE, asked, opens_at), Open)
            assert isinstance(opening(OFFICE, asked, opens_at - timedelta(microseconds=1)), Closed)


@settings(max_examples=examples(200), deadline=None)
@given(instants)
def test_the_office_is_open_exactly_while_a_group_is(now: datetime) -> None:
    groups = [isinstance(opening(OFFICE, group, now), Open) for group in OFFICE.groups]
    assert isinstance(opening(OFFICE, None, now), Open) == any(groups)


@settings(max_examples=examples(200), deadline=None)
@given(instants, st.sampled_from(OFFICE.services))
def test_a_service_is_never_open_while_its_group_is_closed(now: datetime, service: catalogue.Service) -> None:
    if isinstance(opening(OFFICE, service, now), Open):
        assert isinstance(opening(OFFICE, catalogue.group(OFFICE, service.group), now), Open)


@given(instants, st.sampled_from(TARGETS))
def test_the_zone_of_the_question_does_not_matter(now: datetime, asked: Target) -> None:
    assert opening(OFFICE, asked, now) == opening(OFFICE, asked, now.astimezone(UTC))


def test_an_instant_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError):
        opening(OFFICE, None, datetime(2026, 4, 6))


@pytest.mark.parametrize(
    ("name", "now", "until"),
    [
        ("", "2026-04-06T08:30", "2026-04-06T17:00"),
        ("", "2026-04-06T16:59:59", "2026-04-06T17:00"),
        ("M", "2026-04-06T11:59", "2026-04-06T12:00"),
        ("M", "2026-04-06T13:00", "2026-04-06T17:00"),
        ("R", "2026-04-06T12:30", "2026-04-06T17:00"),
        ("move-in", "2026-04-06T16:29", "2026-04-06T16:30"),
        ("family-register-elsewhere", "2026-04-06T13:00", "2026-04-06T16:30"),
        ("A", "2026-03-29T09:00", "2026-03-29T11:30"),
        ("", "2025-09-05T12:59", "2025-09-05T13:00"),
    ],
)
def test_open_until(name: str, now: str, until: str) -> None:
    assert opening(OFFICE, target(name), at(now)) == Open(at(until))


@pytest.mark.parametrize(
    ("name", "now", "cause", "opens_at"),
    [
        ("", "2026-04-06T08:29:59", "before_opening", "2026-04-06T08:30"),
        ("", "2026-04-06T17:00", "after_closing", "2026-04-07T08:30"),
        ("M", "2026-04-06T12:00", "lunch", "2026-04-06T13:00"),
        ("card-lost", "2026-04-06T12:00", "lunch", "2026-04-06T13:00"),
        ("move-in", "2026-04-06T16:30", "last_ticket", "2026-04-07T08:30"),
        ("family-register-elsewhere", "2026-04-06T10:12", "service_hours", "2026-04-06T13:00"),
        ("", "2026-04-04T10:00", "weekend", "2026-04-06T08:30"),
        ("", "2026-04-29T10:00", "holiday", "2026-04-30T08:30"),
        ("", "2026-05-06T10:00", "holiday", "2026-05-07T08:30"),
        ("", "2026-12-28T17:00", "after_closing", "2027-01-04T08:30"),
        ("", "2026-12-29T10:00", "yearly", "2027-01-04T08:30"),
        ("", "2026-01-02T10:00", "yearly", "2026-01-05T08:30"),
        ("W", "2026-03-29T10:00", "group_not_today", "2026-03-30T08:30"),
        ("A", "2026-03-29T11:30", "after_closing", "2026-03-30T08:30"),
        ("", "2025-09-05T13:00", "closure", "2025-09-08T08:30"),
        ("seal-certificate", "2025-03-31T10:00", "not_offered", "2025-04-01T08:30"),
        ("seal-certificate", "1970-01-05T10:00", "not_offered", None),
    ],
)
def test_closed_says_why_and_when(name: str, now: str, cause: str, opens_at: str | None) -> None:
    found = opening(OFFICE, target(name), at(now))
    assert isinstance(found, Closed)
    assert (found.cause, found.opens_at) == (cause, at(opens_at) if opens_at else None)


def test_a_closure_of_one_service_leaves_its_group_open() -> None:
    closure = catalogue.Closure(
        start=datetime(2026, 4, 6, 10),
        until=datetime(2026, 4, 6, 11),
        services=("move-in",),
        reason={"ja": "x", "en": "x"},
    )
    office = replace(OFFICE, calendar=replace(OFFICE.calendar, closures=(closure,)))
    now = at("2026-04-06T10:30")
    found = opening(office, target("move-in"), now)
    assert isinstance(found, Closed) and (found.cause, found.opens_at) == ("closure", at("2026-04-06T11:00"))
    assert opening(office, target("H"), now) == Open(at("2026-04-06T17:00"))


def test_when_every_group_is_at_lunch_the_office_says_lunch() -> None:
    lunch = replace(OFFICE.calendar.lunch[0], groups=tuple(g.letter for g in OFFICE.groups))
    office = replace(OFFICE, calendar=replace(OFFICE.calendar, lunch=(lunch,)))
    found = opening(office, None, at("2026-04-06T12:15"))
    assert isinstance(found, Closed) and (found.cause, found.opens_at) == ("lunch", at("2026-04-06T13:00"))


def test_a_service_of_certain_weekdays_names_the_next_one() -> None:
    service = replace(catalogue.service(OFFICE, "move-in"), weekdays=("thu",))
    found = opening(OFFICE, service, at("2026-04-06T10:00"))
    assert isinstance(found, Closed) and (found.cause, found.opens_at) == ("weekday", at("2026-04-09T08:30"))


def test_a_business_day_frames_tickets_and_calls() -> None:
    day = calendar.business_day(OFFICE, date(2026, 4, 6))
    assert day is not None
    assert (day.issue_from, day.issue_until) == (at("2026-04-06T08:30"), at("2026-04-06T17:00"))
    assert (day.counter_from, day.counter_until) == (at("2026-04-06T08:30"), at("2026-04-06T17:15"))
    sunday = calendar.business_day(OFFICE, date(2026, 3, 29))
    assert sunday is not None and sunday.counter_until == at("2026-03-29T12:00")
    assert calendar.business_day(OFFICE, date(2026, 4, 5)) is None
    following = calendar.next_business_day(OFFICE, date(2026, 12, 28))
    assert following is not None and following.date == date(2027, 1, 4)


def test_the_last_ticket_of_a_day() -> None:
    day = date(2026, 4, 6)
    assert calendar.last_ticket(OFFICE, target("move-in"), day) == at("2026-04-06T16:30")
    assert calendar.last_ticket(OFFICE, None, day) == at("2026-04-06T17:00")
    assert calendar.last_ticket(OFFICE, None, date(2026, 4, 5)) is None


def test_lunch_tells_estimates_how_many_serve() -> None:
    found = [calendar.lunch_at(OFFICE, letter, at("2026-04-06T12:30")) for letter in "MR"]
    assert [lunch.kind for lunch in found if lunch] == ["closed", "half"]
    assert calendar.lunch_at(OFFICE, "M", at("2026-04-06T13:00")) is None


@pytest.mark.parametrize(
    ("now", "language", "words"),
    [
        ("2026-04-06T17:05", "ja", "本日の受付は終了しました。次は4月7日(火)8:30からです。"),
        ("2026-04-06T17:05", "easy", "今日(きょう)は終(お)わりました。次(つぎ)は4月(がつ)7日(なのか)8:30からです。"),
        ("2026-04-06T17:05", "en", "Closed for today. Opens 7 April, 8:30."),
        ("2026-04-06T08:00", "ja", "受付はこれからです。8:30から受け付けます。"),
    ],
)
def test_the_agreed_sentence(now: str, language: str, words: str) -> None:
    found = opening(OFFICE, None, at(now))
    assert isinstance(found, Closed)
    assert calendar.sentence(OFFICE, found, at(now), language) == words


def test_no_opening_in_sight_is_not_promised() -> None:
    now = at("1970-01-05T10:00")
    found = opening(OFFICE, target("move-in"), now)
    assert isinstance(found, Closed)
    assert calendar.sentence(OFFICE, found, now, "ja") == "この手続きは受け付けていません。"
