"""The page of figures: the right days are asked, once; what is told is exact and says what it is; tables are saved."""

from __future__ import annotations

import math
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk_app.api import Role, SignedInReply, StaffView, Statistics
from kiosk_app.measured import RANGE_DAYS_MAX
from kiosk_app.office.permissions import READERS_OF_FIGURES
from tests.ui.screen_checks import items
from tests.ui.staff.conftest import Face
from tests.ui.staff.figures_days import nothing, statistics
from tests.ui.staff.office_day import LEADER, WORKING, other
from tests.ui.staff.test_journeys import type_keys
from tests.ui.staff.test_screens import check
from ui.staff import figures, figures_page, saving
from ui.staff.desk import Arrived, Command, Desk, Event, Pressed, SignedIn, Typed
from ui.staff.figures_desk import AskFigures, FiguresTold, SaveTable, TableSaved
from ui.staff.presentation import present, tabs
from ui.staff.shortcuts import control_for
from ui.staff.step import step

TODAY = "2026-04-06"
LEADS = other(role="leader", leader=LEADER)


def moved(*events: Event, role: Role = "leader", view: StaffView = LEADS) -> tuple[Desk, list[AskFigures]]:
    desk, asks = Desk(), []
    signed_in = SignedIn(SignedInReply(ok=True, token="t", staff_code="3001", role=role))
    for event in (signed_in, Arrived(replace(view, role=role)), Pressed("tab:figures"), *events):
        desk, commands = step(desk, event)
        asks += [c for c in commands if isinstance(c, AskFigures)]
    return desk, asks


def shown(desk: Desk, found: Statistics | None = None) -> tuple[Desk, tuple[Command, ...]]:
    asked = desk.figures.asked
    assert asked is not None
    return step(desk, FiguresTold(asked, found or statistics(asked.since, asked.to)))


def test_who_may_see_figures_is_who_the_core_answers() -> None:
    assert set(figures.READERS) == READERS_OF_FIGURES
    assert figures.DAYS_MAX == RANGE_DAYS_MAX
    for role in ("clerk", "guide", "technician", "leader"):
        desk = Desk(page="work", token="t", role=role, view=other(role=role))  # type: ignore[arg-type]
        assert ("figures" in tabs(desk)) == (role in READERS_OF_FIGURES)
        looked, commands = step(desk, Pressed("tab:figures"))
        assert bool(commands) == (role in READERS_OF_FIGURES)
        assert step(looked, Pressed("save_table"))[1] == ()


@pytest.mark.parametrize(
    ("control", "span"),
    [
        ("today", (TODAY, TODAY)),
        ("week", (TODAY, TODAY)),
        ("month", ("2026-04-01", TODAY)),
        ("last_month", ("2026-03-01", "2026-03-31")),
    ],
)
def test_each_span_asks_for_its_days(control: str, span: tuple[str, str]) -> None:
    desk, asks = moved()
    desk, _ = shown(desk)
    desk, commands = step(desk, Pressed(f"span:{control}"))
    assert commands == (AskFigures(*span),)
    assert asks == [AskFigures(TODAY, TODAY)]


def test_leafing_goes_by_days_weeks_and_whole_months_and_never_beyond_today() -> None:
    desk, _ = moved()
    for span, back in (
        ("today", ("2026-04-05", "2026-04-05")),
        ("week", ("2026-03-30", "2026-04-05")),
        ("month", ("2026-03-01", "2026-03-31")),
        ("last_month", ("2026-02-01", "2026-02-28")),
    ):
        there, _ = step(desk, Pressed(f"span:{span}"))
        assert step(there, Pressed("span:next"))[0].figures.span != "typed" or span == "last_month"
        there, _ = step(there, Pressed("span:previous"))
        assert figures.span_of(there) == back
        there, _ = step(there, Pressed("span:next"))
        assert figures.span_of(there)[1] <= TODAY


@pytest.mark.parametrize(
    ("since", "to", "message"),
    [
        ("x", "", figures.NO_DATE),
        ("4/3", "4/1", figures.WRONG_ORDER),
        ("2025-12-01", "2026-04-01", figures.TOO_MANY_DAYS),
        ("4/1", "4/3", ""),
        ("3/31", "", ""),
    ],
)
def test_typed_days_are_asked_for_or_one_sentence_says_why_not(since: str, to: str, message: str) -> None:
    desk, _ = moved(Typed("from", since), Typed("to", to))
    desk, _ = shown(desk)
    desk, commands = step(desk, Pressed("span:typed"))
    assert desk.message == message
    assert bool(commands) == (not message)


def test_one_question_at_a_time_and_the_newest_wish_next() -> None:
    desk, asks = moved(Pressed("span:last_month"), Pressed("span:month"))
    assert asks == [AskFigures(TODAY, TODAY)]
    assert present(desk)["measured"]["note"] == figures_page.WORKING
    desk, commands = shown(desk)
    assert commands == (AskFigures("2026-04-01", TODAY),)
    assert figures.current(desk) is None


def test_a_day_that_goes_on_is_asked_again_after_a_while_and_one_that_is_over_is_not() -> None:
    later = replace(LEADS, now_utc_ms=LEADS.now_utc_ms + figures.OLD_MS)
    desk, _ = shown(moved()[0])
    assert step(desk, Arrived(LEADS))[1] == ()
    asking, commands = step(desk, Arrived(later))
    assert commands == (AskFigures(TODAY, TODAY),)
    assert present(asking)["measured"]["rows"], "what was known stays meanwhile"
    failed, commands = step(asking, FiguresTold(AskFigures(TODAY, TODAY), cause="込み合っています。"))
    assert present(failed)["measured"]["rows"] and commands == ()
    over, _ = step(desk, Pressed("span:last_month"))
    over, _ = shown(over)
    assert step(over, Arrived(later))[1] == ()


def test_nothing_known_and_nothing_answered_are_told_apart() -> None:
    desk, _ = shown(moved()[0], nothing(TODAY, TODAY))
    page = present(desk)["measured"]
    assert (page["note"], page["rows"], page["save"]["state"]) == (figures_page.NOTHING, [], "off")
    slots, _ = step(desk, Pressed("part:slot"))
    assert present(slots)["measured"]["note"] == figures_page.NO_SLOTS
    desk, asks = moved()
    desk, _ = step(desk, FiguresTold(asks[0], cause="返事がありませんでした。"))
    assert present(desk)["measured"]["note"] == "返事がありませんでした。"
    desk, commands = step(desk, Pressed("span:today"))
    assert commands == (AskFigures(TODAY, TODAY),), "pressed again it is asked again"


def test_training_shows_no_real_figures() -> None:
    desk, asks = moved(view=replace(LEADS, training=True))
    assert asks == []
    assert present(desk)["measured"]["note"] == figures.IN_TRAINING


def test_one_day_has_medians_and_several_have_the_exact_mean_and_say_so() -> None:
    desk, _ = shown(moved()[0])
    desk, _ = step(desk, Pressed("columns"))
    page = present(desk)["measured"]
    assert page["heading"][2] == "待ち\n中央値"
    assert page["rows"][0]["cells"][:3] == ["12", "4:00", "10:00"]
    desk, _ = step(desk, Pressed("span:month"))
    desk, _ = shown(desk)
    page = present(desk)["measured"]
    assert page["heading"][2] == "待ち\n平均" and page["under"] == figures_page.OF_MANY_DAYS
    found = statistics("2026-04-01", TODAY)
    rows = [row for day in found.days for row in day.rows if (row.kind, row.key) == ("service", "a-0")]
    mean = round(sum(row.wait_sum_s for row in rows) / sum(row.waits for row in rows))
    assert page["rows"][0]["cells"][1] == figures_page.clock(mean)
    assert page["rows"][0]["cells"][-1] == f"{sum(row.forgotten + row.unmeasured for row in rows):,}"


@given(st.integers(1, 60))
def test_counts_of_several_days_add_up(days: int) -> None:
    first = date(2026, 1, 5)
    found = statistics(first.isoformat(), (first + timedelta(days - 1)).isoformat())
    for kind in ("day", "service", "hour", "counter"):
        summed = figures_page.sums(found.days, kind)
        every = [row for day in found.days for row in day.rows if row.kind == kind]
        for name in figures_page.ADDED:
            assert sum(one.counts[name] for one in summed) == sum(getattr(row, name) for row in every)


def test_counters_and_hours_stand_in_their_order() -> None:
    desk, _ = shown(moved()[0])
    for part, names in (
        ("counter", [f"{n}番窓口" for n in range(1, 13)]),
        ("hour", [f"{n}時台" for n in range(8, 18)]),
    ):
        desk, _ = step(desk, Pressed(f"part:{part}"))
        assert [row["name"] for row in present(desk)["measured"]["rows"]] == names


def test_the_plot_says_in_words_what_it_shows() -> None:
    plot = present(shown(moved()[0])[0])["measured"]["plot"]
    worst = max(plot["bars"], key=lambda bar: bar["middle"])
    assert plot["note"] == f"いちばん待ったのは{worst['hour']}時台の中央値{worst['text']}分です。"
    assert all(0 < bar["middle"] <= bar["p90"] <= 1 for bar in plot["bars"])
    assert math.isclose(max(bar["p90"] for bar in plot["bars"]), 1)


# --- saving --------------------------------------------------------------------------------------------------


def test_a_table_is_asked_for_whole_and_then_saved_under_its_days() -> None:
    desk, _ = shown(moved(Pressed("span:last_month"))[0], statistics(TODAY, TODAY))
    desk, _ = shown(desk)
    desk, commands = step(desk, Pressed("save_table"))
    assert commands == (AskFigures("2026-03-01", "2026-03-31", table=True),)
    assert step(desk, Pressed("save_table"))[1] == (), "one at a time"
    desk, commands = step(desk, FiguresTold(commands[0], data=b"x"))  # type: ignore[arg-type]
    assert commands == (SaveTable("統計_20260301-20260331.csv", b"x"),)
    desk, _ = step(desk, TableSaved(place="/home/x/統計.csv"))
    assert present(desk)["measured"]["saved"] == "保存しました：/home/x/統計.csv"
    assert desk.busy == ""


def test_a_table_that_does_not_come_is_said_and_can_be_asked_for_again() -> None:
    desk, _ = shown(moved()[0])
    desk, commands = step(desk, Pressed("save_table"))
    desk, commands = step(desk, FiguresTold(commands[0], cause="返事がありませんでした。"))  # type: ignore[arg-type]
    assert commands == () and present(desk)["measured"]["saved"] == "返事がありませんでした。"
    assert step(desk, Pressed("save_table"))[1] != ()


def test_a_file_is_never_overwritten_and_is_its_owners(tmp_path: Path) -> None:
    first = saving.save(tmp_path / "new", SaveTable("統計.csv", b"one"))
    second = saving.save(tmp_path / "new", SaveTable("統計.csv", b"two"))
    assert [Path(one.place).name for one in (first, second)] == ["統計.csv", "統計 (2).csv"]
    assert Path(first.place).read_bytes() == b"one"
    assert Path(first.place).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_takes_nothing_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert saving.save(tmp_path / "file" / "under", SaveTable("a.csv", b"x")) == TableSaved(cause=saving.NOT_SAVED)
    if os.path.exists("/dev/full"):
        for n in range(saving.SAME_NAME_MAX):
            (tmp_path / ("b.csv" if n == 0 else f"b ({n + 1}).csv")).write_bytes(b"")
        assert saving.save(tmp_path, SaveTable("b.csv", b"x")) == TableSaved(cause=saving.TOO_MANY)


# --- the face ------------------------------------------------------------------------------------------------


def test_by_keyboard_alone(face: Face, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "folder", lambda: tmp_path / "documents")
    face.core.statistics = statistics
    face.sign_in(LEADS, "leader")
    face.console.press("tab:figures")
    face.until(lambda: bool(face.console.state["measured"]["rows"]))
    face.bot.wait(20)
    type_keys(face, "3")
    assert face.console.state["measured"]["rows"][0]["name"] == "1番窓口"
    face.console.key("F6")
    face.until(lambda: face.core.spans[-1] == ("2026-04-05", "2026-04-05"))
    (field,) = [item for item in items(face.window.contentItem()) if item.objectName() == "span-from"]
    field.forceActiveFocus()
    type_keys(face, "4/1\r")
    face.until(lambda: face.core.spans[-1] == ("2026-04-01", "2026-04-01"))
    face.until(lambda: bool(face.console.state["measured"]["rows"]))
    face.press("CSVで保存")
    face.until(lambda: face.console.state["measured"]["saved"] != "")
    assert (tmp_path / "documents" / "統計_20260401-20260401.csv").read_bytes() == b"table"
    assert face.core.acts == []


def test_too_many_who_ask_are_told_so(face: Face) -> None:
    face.sign_in(LEADS, "leader")
    face.console.press("tab:figures")
    face.until(lambda: "込み合って" in face.console.state["measured"]["note"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "controls"),
    [
        ("services", []),
        ("times", ["columns"]),
        ("hours-month", ["span:month", "part:hour", "columns"]),
        ("counters", ["part:counter"]),
        ("slots", ["part:slot"]),
    ],
)
@pytest.mark.parametrize("height", [720, 800])
def test_the_page_of_figures(face: Face, name: str, controls: list[str], height: int) -> None:
    face.core.statistics = statistics
    face.sign_in(LEADS, "leader")
    face.window.resize(1280, height)
    for press in ("tab:figures", *controls):
        face.console.press(press)
    face.until(lambda: bool(face.console.state["measured"]["rows"]))
    check(face, f"figures-{name}-{height}")


def test_the_page_with_nothing(face: Face) -> None:
    face.core.statistics = nothing
    face.sign_in(LEADS, "leader")
    face.console.press("tab:figures")
    face.until(lambda: face.console.state["measured"]["note"] == figures_page.NOTHING)
    check(face, "figures-nothing")


def test_keys_of_the_page_are_no_keys_elsewhere() -> None:
    desk = Desk(page="work", tab="today", token="t", role="leader", view=WORKING)
    assert control_for(desk, "S") == ""


# --- how far people come -------------------------------------------------------------------------------------------


def steps_page(part: str, found: Statistics | None = None) -> dict[str, object]:
    desk, _ = moved()
    desk, _ = shown(desk, found)
    desk, _ = step(desk, Pressed(f"part:{part}"))
    measured: dict[str, object] = present(desk)["measured"]
    return measured


def rows_of(page: dict[str, object]) -> list[list[str]]:
    return [[row["name"], *row["cells"]] for row in page["rows"]]  # type: ignore[attr-defined]


def test_a_leader_sees_where_people_give_up_in_practice_per_language_and_mode() -> None:
    page = steps_page("practice")
    rows = rows_of(page)
    assert rows[0] == ["日本語（大きな字・ゆっくり）　はじめ", "20", "0", "1", "0", "5%"]
    assert rows[3] == ["ベトナム語　はじめ", "20", "0", "1", "0", "5%"]
    assert rows[-1] == ["ベトナム語　おわり", "16", "0", "1", "9", "6%"]
    assert not any("証明書" in row[0] for row in rows) and page["note"] == ""


def test_a_leader_sees_which_forms_were_made_and_where_people_give_up() -> None:
    rows = rows_of(steps_page("visits"))
    assert rows[:3] == [
        ["作った書類　住民異動届", "7", "—", "—", "—", "—"],
        ["作った書類　児童手当認定請求書", "4", "—", "—", "—", "—"],
        ["作った書類　their-own", "4", "—", "—", "—", "—"],
    ]
    assert ["証明書　日本語　受け取り", "16", "0", "1", "9", "6%"] in rows
    assert ["書類　やさしい日本語（音声）　印刷", "17", "1", "0", "0", "6%"] in rows


def test_days_are_added_up_and_without_any_it_says_so() -> None:
    (row, *_) = rows_of(steps_page("practice", statistics("2026-04-06", "2026-04-07")))
    assert row[1] == "40"
    none = replace(
        statistics(TODAY, TODAY), days=tuple(replace(d, steps=(), forms=()) for d in statistics(TODAY, TODAY).days)
    )
    assert steps_page("visits", none)["note"] == figures_page.NOTHING_HERE


@pytest.mark.parametrize(("key", "part"), [("6", "practice"), ("7", "visits")])
def test_the_parts_of_steps_have_keys(key: str, part: str) -> None:
    desk, _ = moved()
    desk, _ = shown(desk)
    assert control_for(desk, key) == f"part:{part}"
