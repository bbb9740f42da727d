"""The pure parts of the phone pages: days and times, forms, languages, calendars, the view of a ticket."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from central_server import window
from central_server.contacts import Contact, contact_fault
from central_server.web import calendar_file, choosing, forms, ticket_view
from central_server.web.choosing import Cell, Day
from central_server.web.languages import accepted, ruby
from central_server.web.ticket_view import Shown
from kiosk_app.api import LANGUAGES
from kiosk_app.office.board import Board, TicketNow
from kiosk_app.office.slots import Lane, Promise, Start, Stretch, free_starts
from tests.central_server.pages.server import NOW, office
from tests.depth import examples


def day(number: int, *starts: int) -> Day:
    return Day(date(2026, 4, number), tuple(Start(at, 1, 20, 0) for at in starts))


# --- days and times ------------------------------------------------------------------------------------------------


def test_the_next_free_day_is_shown_unless_another_is_asked_for() -> None:
    shown = (day(6), day(7, 540), day(8, 540))
    assert choosing.chosen_day(shown, None) == shown[1]
    assert choosing.chosen_day(shown, date(2026, 4, 8)) == shown[2]
    assert choosing.chosen_day(shown, date(2026, 5, 1)) == shown[1]
    assert choosing.chosen_day((day(6),), None) == day(6)
    assert choosing.chosen_day((), None) is None


@given(st.integers(1, 28), st.integers(0, 27))
def test_every_day_is_reached_from_every_other(count: int, at: int) -> None:
    shown = tuple(day(number + 1) for number in range(count))
    here = choosing.strip(shown, shown[min(at, count - 1)])
    assert shown[min(at, count - 1)] in here.days and len(here.days) <= choosing.STRIP
    reached = set(here.days)
    for way in ("before", "after"):
        stand = here
        while (next_day := getattr(stand, way)) is not None:
            stand = choosing.strip(shown, next(one for one in shown if one.date == next_day))
            reached |= set(stand.days)
    assert reached == set(shown)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from((7, 10, 20))), max_size=6), st.sampled_from((7, 10, 20)))
def test_every_free_time_is_shown_once_and_no_sold_one_over_it(sold: list[tuple[int, int]], length: int) -> None:
    lanes = [Lane(number=1, stretches=(Stretch(start_min=540, until_min=720, length_min=length, owner="central"),))]
    kept: list[Promise] = []
    for at, own in sold:
        begins = 540 + at * 7
        if all(begins + own <= one.start_min or begins >= one.until_min for one in kept):
            kept.append(Promise(booking=str(at), lane=1, start_min=begins, length_min=own))
    free = tuple(free_starts(lanes, kept, "central", 0))
    shown = choosing.cells(lanes, Day(date(2026, 4, 7), free))
    assert [one.at_min for one in shown] == sorted({one.at_min for one in shown})
    assert [one.start for one in shown if one.start] == list(free)
    if free:
        assert min(one.at_min for one in shown) == free[0].start_min


def test_what_is_sold_of_the_grid_is_shown_as_sold() -> None:
    lanes = [Lane(number=1, stretches=(Stretch(start_min=540, until_min=600, length_min=20, owner="central"),))]
    free = (Start(540, 1, 20, 0), Start(580, 1, 20, 0))
    assert choosing.cells(lanes, Day(date(2026, 4, 7), free)) == (
        Cell(540, free[0]),
        Cell(560, None),
        Cell(580, free[1]),
    )


def test_only_what_the_catalogue_gives_to_bookings_can_be_booked() -> None:
    here = office()
    named = {one.id for one in here.services if window.bookable(here, one)}
    assert "move-in" in named and "card-pickup" in named and "resident-record-copy" not in named


# --- forms ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "faults"),
    [
        ({"name": "見本太郎", "mail": "taro@example.jp"}, {}),
        ({"name": "見本太郎", "phone": "+81 90-0000-0001"}, {}),
        ({"name": " 見本　太郎 ", "mail": "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "phone": "０９０ー００００ー０００１"}, {}),
        ({}, {"name": "name_missing", "mail": "reach_missing"}),
        ({"name": "\u200b\u202e", "mail": "taro@example.jp"}, {"name": "name_missing"}),
        ({"name": "見" * 81, "mail": "taro@example.jp"}, {"name": "name_long"}),
        ({"name": "x", "mail": "taro"}, {"mail": "mail_wrong"}),
        ({"name": "x", "mail": "a@b.jp, c@d.jp"}, {"mail": "mail_wrong"}),
        ({"name": "x", "mail": "a@b.jp\r\nBcc: c@d.jp"}, {"mail": "mail_wrong"}),
        ({"name": "x", "mail": "taro@-example.jp"}, {"mail": "mail_wrong"}),
        ({"name": "x", "mail": "taro@example.jp", "phone": "12"}, {"phone": "phone_wrong"}),
        ({"name": "x", "phone": "9" * 200}, {"phone": "phone_wrong"}),
    ],
)
def test_each_mistake_is_at_its_field(form: dict[str, str], faults: dict[str, str]) -> None:
    typed = forms.contact(form)
    assert typed.faults == faults and (typed.contact is None) == bool(faults)


@settings(max_examples=examples(100), deadline=None)
@given(st.fixed_dictionaries({}, optional={key: st.text(max_size=120) for key in ("name", "mail", "phone")}))
def test_what_is_taken_from_a_form_is_one_line_and_good_for_who_keeps_it(form: dict[str, str]) -> None:
    typed = forms.contact(form)
    assert (typed.name, typed.mail, typed.phone) == tuple(form.get(key, "") for key in ("name", "mail", "phone"))
    if typed.contact is not None:
        assert contact_fault(typed.contact) == ""
        for told in (typed.contact.name, typed.contact.mail, typed.contact.phone):
            assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", told)


@pytest.mark.parametrize(
    "address",
    [
        "taro@example.jp",
        "t.a+r_o-1@mail.city.example.lg.jp",
        "O'Neil@EXAMPLE.COM",
        "x@a.xn--30rr7y",
        "docomo.@ezweb.ne.jp",
    ],
)
def test_addresses_that_people_have_are_taken(address: str) -> None:
    assert forms.is_mail(address) and contact_fault(Contact(mail=address)) == ""


# --- languages -----------------------------------------------------------------------------------------------------


@given(st.text(max_size=200))
def test_any_header_names_a_language(header: str) -> None:
    assert accepted(header) in LANGUAGES


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "引(ひ)っ越(こ)し",
            "<ruby>引<rp>(</rp><rt>ひ</rt><rp>)</rp></ruby>っ<ruby>越<rp>(</rp><rt>こ</rt><rp>)</rp></ruby>し",
        ),
        ("7日(なのか)", "<ruby>7日<rp>(</rp><rt>なのか</rt><rp>)</rp></ruby>"),
        ("12日(にち)", "12<ruby>日<rp>(</rp><rt>にち</rt><rp>)</rp></ruby>"),
        ("10分(ふん)", "10<ruby>分<rp>(</rp><rt>ぷん</rt><rp>)</rp></ruby>"),
        ("15分(ふん)", "15<ruby>分<rp>(</rp><rt>ふん</rt><rp>)</rp></ruby>"),
        ("4月7日(火)", "4月7日(火)"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("一\n二", "一<br>二"),
    ],
)
def test_readings_stand_over_their_kanji(text: str, shown: str) -> None:
    assert str(ruby(text)) == shown


@given(st.text(max_size=60))
def test_no_text_becomes_markup_of_its_own(text: str) -> None:
    without = re.sub(r"</?(ruby|rt|rp)>|<br>", "", str(ruby(text)))
    assert "<" not in without and ">" not in without
    if "(" not in text and "\n" not in text:
        assert str(ruby(text)) == str(escape(text))


# --- calendars -----------------------------------------------------------------------------------------------------


@settings(max_examples=examples(60), deadline=None)
@given(st.text(max_size=120), st.text(max_size=120), st.text(max_size=300))
def test_no_text_ends_a_line_of_a_calendar(title: str, place: str, notes: str) -> None:
    start = datetime(2026, 4, 7, 1, 20, tzinfo=UTC)
    got = calendar_file.entry("a@b", title, place, notes, start, start + timedelta(minutes=20), start)
    lines = got.split(b"\r\n")
    assert lines[-1] == b"" and all(len(line) <= 75 for line in lines)
    unfolded = got.replace(b"\r\n ", b"").decode().split("\r\n")
    names = [line.partition(":")[0] for line in unfolded if line]
    assert names.count("BEGIN") == 3 and names[0] == "BEGIN" and "\n" not in "".join(unfolded)
    assert names.count("SUMMARY") == names.count("LOCATION") == 1


# --- the view of a ticket --------------------------------------------------------------------------------------------


@settings(max_examples=examples(100), deadline=None)
@given(
    st.sampled_from(["waiting", "called", "held", "second_stage", "missed", "done", "cancelled"]),
    st.integers(0, 40),
    st.integers(-60, 300),
    st.integers(0, 3600),
)
def test_a_ticket_page_never_sends_somebody_away_too_long(state: str, ahead: int, in_min: int, age_s: int) -> None:
    first = NOW + timedelta(minutes=in_min)
    one = TicketNow(
        ticket="t",
        number="A-1",
        letter="A",
        state=state,  # type: ignore[arg-type]
        ahead=ahead,
        from_utc_ms=int(first.timestamp() * 1000),
        to_utc_ms=int((first + timedelta(minutes=15)).timestamp() * 1000),
    )
    shown = Shown(Board(office="o", as_of_utc_ms=0, date="2026-04-03", tickets=(one,)), NOW - timedelta(seconds=age_s))
    view = ticket_view.view(one, shown, NOW, UTC)
    assert view.silent == (age_s > 180) and view.as_of == shown.heard
    if view.return_by is not None:
        assert state == "waiting" and NOW < view.return_by <= first - timedelta(minutes=5)
    if state == "waiting" and (in_min <= 10 or ahead <= 2):
        assert view.say == "soon"
    assert (view.refresh_s == 0) == (state in ("done", "cancelled"))
