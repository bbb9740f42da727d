"""操作履歴 by day and number at the console: by keyboard, one question at a time, the newest wish wins."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk_app.api import ActionRow, ActionsAsked, ActionsPage, Role, SignedInReply
from tests.ui.staff.conftest import Face
from tests.ui.staff.office_day import ACTIONS, WORKING
from tests.ui.staff.test_journeys import type_keys
from ui.staff import history
from ui.staff.desk import Arrived, Desk, Event, Found, Look, Looked, Pressed, SignedIn, Typed
from ui.staff.presentation import present
from ui.staff.shortcuts import control_for
from ui.staff.step import step

TODAY = "2026-04-06"
OLD = ActionRow(time="9:12", staff_code="2043", counter="5番", number="A-017", what="取り消し", reason="ご本人の申し出")


def moved(*events: Event, role: Role = "clerk") -> tuple[Desk, list[Look]]:
    """Whoever signed in looks at the history; everything that was asked."""
    desk, looks = Desk(), []
    signed_in = SignedIn(SignedInReply(ok=True, token="t", staff_code="2041", role=role))
    for event in (signed_in, Arrived(replace(WORKING, role=role)), Pressed("tab:actions"), *events):
        desk, commands = step(desk, event)
        looks += [c for c in commands if isinstance(c, Look)]
    return desk, looks


def page(*rows: ActionRow, more: str = "", total: int = 0) -> ActionsPage:
    return ActionsPage(rows=rows, more=more, total=total or len(rows))


def cells(desk: Desk) -> list[str]:
    return [row["cells"][1] for row in present(desk)["actions"]]


def test_today_is_there_without_asking() -> None:
    desk, looks = moved()
    assert looks == []
    assert cells(desk) == ["A-105", "A-101", "H-020"]


def test_the_day_before_and_back() -> None:
    desk, looks = moved(Pressed("day:previous"))
    assert looks == [Look("2026-04-05", "")]
    assert cells(desk) == []
    assert present(desk)["history"]["note"] == "調べています…"
    desk, _ = step(desk, Looked(looks[0], page(OLD)))
    assert cells(desk) == ["A-017"]
    assert present(desk)["history"]["day"] == "2026年4月5日（日）"
    desk, commands = step(desk, Pressed("day:next"))
    assert (cells(desk), commands) == (["A-105", "A-101", "H-020"], ())
    # A day that has not come is never shown.
    assert step(desk, Pressed("day:next"))[0].day == ""
    assert present(desk)["history"]["next"]["state"] == "off"


def test_a_number_is_looked_for_in_the_whole_day_one_question_at_a_time() -> None:
    desk, looks = moved(Typed("find", "A"), Typed("find", "A-0"), Typed("find", "A-017"))
    assert looks == [Look(TODAY, "A")]
    desk, commands = step(desk, Looked(looks[0], page(OLD)))
    assert commands == (Look(TODAY, "A-017"),)
    assert cells(desk) == []
    desk, commands = step(desk, Looked(Look(TODAY, "A-017"), page(OLD)))
    assert (cells(desk), commands) == (["A-017"], ())


def test_what_was_found_of_today_follows_what_staff_do() -> None:
    desk, _looks = moved(Typed("find", "A"), Looked(Look(TODAY, "A"), page(OLD)))
    desk, commands = step(desk, Arrived(WORKING))
    assert commands == ()
    desk, commands = step(desk, Arrived(replace(WORKING, actions=(OLD, *ACTIONS))))
    assert commands == (Look(TODAY, "A"),)


def test_older_lines_are_added_page_by_page() -> None:
    desk, looks = moved(Pressed("older"))
    assert looks == [Look(TODAY, "")]
    desk, commands = step(desk, Looked(looks[0], page(*ACTIONS, more="5.6.m1", total=4)))
    assert commands == ()
    assert present(desk)["history"]["count"] == "3 / 4件"
    desk, commands = step(desk, Pressed("older"))
    assert commands == (Look(TODAY, "", "5.6.m1"),)
    desk, _ = step(desk, Looked(Look(TODAY, "", "5.6.m1"), page(OLD, total=4)))
    assert cells(desk) == ["A-105", "A-101", "H-020", "A-017"]
    assert step(desk, Pressed("older"))[1] == ()


def test_without_an_answer_it_is_said_and_not_asked_for_ever() -> None:
    for answer in (None, ActionsPage(ok=False, message="研修モードでは、今日の操作だけを見られます。")):
        desk, looks = moved(Pressed("day:previous"), Looked(Look("2026-04-05", ""), answer))
        assert len(looks) == 1
        assert present(desk)["history"]["note"] == (answer.message if answer else history.NO_ANSWER)
        desk, commands = step(desk, Pressed("day:previous"))
        assert commands == (Look("2026-04-04", ""),)


def test_a_guide_sees_what_is_new_today_and_asks_for_nothing_more() -> None:
    desk, looks = moved(Typed("find", "A-1"), role="guide")
    assert looks == []
    assert cells(desk) == ["A-105", "A-101"]
    assert not present(desk)["history"]["reader"]
    assert control_for(desk, "F6") == ""
    for control in ("day:previous", "day:typed", "older"):
        assert step(desk, Pressed(control)) == (desk, ())


WISHES: st.SearchStrategy[Event] = st.one_of(
    st.sampled_from(["day:previous", "day:next", "day:today", "day:typed", "older", "tab:today", "tab:actions"]).map(
        Pressed
    ),
    st.builds(Typed, st.just("find"), st.sampled_from(["", "A", "A-017"])),
    st.builds(Typed, st.just("day"), st.sampled_from(["4/1", "2025-12-28", "x"])),
    st.sampled_from([WORKING, replace(WORKING, actions=())]).map(Arrived),
)


@given(st.lists(WISHES | st.none(), max_size=30))
def test_the_newest_wish_is_answered_in_the_end_and_never_two_are_asked(events: list[Event | None]) -> None:
    """None: the answer to what was asked comes."""
    desk, _ = moved()
    pending: list[Look] = []
    for event in (*events, Pressed("tab:actions"), *[None] * 3):
        if event is None:
            if not pending:
                continue
            event = Looked(pending.pop(), page(OLD, more="1.1.m1"))
        desk, commands = step(desk, event)
        pending += [c for c in commands if isinstance(c, Look)]
        assert len(pending) <= 1
        assert bool(pending) == (desk.asked is not None)
        assert desk.day < TODAY or desk.day in ("", TODAY)
        present(desk)
    wanted = history.wish(desk)
    assert wanted is None or isinstance(history.current(desk), Found)


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)))
def test_a_whole_date_reads_the_same_however_it_is_written(day: date) -> None:
    forms = ("{0:%Y-%m-%d}", "{0:%Y%m%d}", "{0.year}/{0.month}/{0.day}", "{0.year}年{0.month}月{0.day}日")
    for form in forms:
        assert history.date_of(form.format(day), TODAY) == day.isoformat()


def test_a_short_date_is_the_last_one_that_was() -> None:
    assert history.date_of("4/6", TODAY) == "2026-04-06"
    assert history.date_of("４月７日", TODAY) == "2025-04-07"
    assert history.date_of("0401", TODAY) == "2026-04-01"
    for nonsense in ("", "4", "2/31", "13/1", "2026-02-30", "yesterday"):
        assert history.date_of(nonsense, TODAY) == ""


def test_by_keyboard_alone(face: Face) -> None:
    def answer(asked: ActionsAsked) -> ActionsPage:
        return page(OLD) if asked.date == "2026-04-03" else ActionsPage()

    face.core.pages = answer
    face.sign_in(WORKING)
    face.console.press("tab:actions")
    for key in ("F6", "F6", "F6"):
        face.console.key(key)
    face.until(lambda: bool(face.console.state["actions"]))
    assert face.console.state["history"]["day"] == "2026年4月3日（金）"
    face.console.key("F7")
    face.until(lambda: face.console.state["actions"] == [])
    field = face.window.findChild(object, "day")
    assert field is not None
    field.forceActiveFocus()
    type_keys(face, "4/3\r")
    face.until(lambda: bool(face.console.state["actions"]))
    field = face.window.findChild(object, "find")
    field.forceActiveFocus()
    type_keys(face, "017")
    face.until(lambda: face.core.looks[-1] == ActionsAsked(date="2026-04-03", number="017"))
    assert face.core.acts == []
