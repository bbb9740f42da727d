"""A technician at the machine, step by step: nothing but what is offered, always a way back, and it always ends."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from drivers.escpos_printer import ruler
from kiosk_app.api import CitizenView
from kiosk_app.journeys import technician_mode as t
from kiosk_app.journeys.messages import Tick
from kiosk_app.journeys.technician_mode_view import tiles, view
from kiosk_app.journeys.ticket_view import controls
from tests.kiosk_app.journeys.conftest import MONDAY_1012_MS
from tests.kiosk_app.journeys.test_staff_mode import office

HOUR_MS = 3_600_000
NET = t.Check(
    check="network", name="ネットワーク", grade="bad", says="eth0に線がありません", cause="LANの線が抜けています",
    next_step="LANの線を確かめてください", good_utc_ms=MONDAY_1012_MS - 24 * HOUR_MS,
)  # fmt: skip
CHECKS = (
    t.Check(check="printer", name="プリンター", grade="good", says="印刷できます"),
    t.Check(check="card_reader", name="カード読取機", grade="good", says="つながっています"),
    t.Check(check="touch", name="タッチ", grade="good", says="Touch Panel"),
    t.Check(check="keys", name="5つのキー", grade="good", says="Tactile Pad"),
    t.Check(check="screen", name="画面", grade="good", says="card0-HDMI-A-1"),
    t.Check(check="sound", name="音声", grade="good", says="PCH"),
    t.Check(check="unit_core", name="hitofuda-core.service", grade="good", says="動いています"),
    t.Check(
        check="unit_voice",
        name="hitofuda-voice.service",
        grade="look",
        says="安定していません",
        cause="x",
        next_step="y",
    ),
    NET,
)


def context(
    now_ms: int = MONDAY_1012_MS, checks: Sequence[t.Check] = CHECKS, new_id: str = "n1"
) -> t.TechnicianContext:
    return t.TechnicianContext(
        now_utc_ms=now_ms,
        new_id=new_id,
        office=office(),
        machine="1号機",
        checks=tuple(checks),
        looked_utc_ms=MONDAY_1012_MS - 60_000 if checks else 0,
        told={"printer": (("状態", "印刷できます"),), "card_reader": (("置かれたもの", "何も置かれていません"),)},
        tried={"touch_tried": t.Tried(grade="good", at_utc_ms=MONDAY_1012_MS - HOUR_MS)},
    )


def opened(at: t.TechnicianContext | None = None) -> t.TechnicianMode:
    state, commands = t.begin("9001", at or context())
    assert commands == (t.LookOver(intent="n1"),)
    shown, _ = t.step(state, t.Done(intent="n1"), at or context())
    assert shown is not None
    return shown


def walked(*presses: str, state: t.TechnicianMode | None = None) -> tuple[t.TechnicianMode, list[t.AnyCommand]]:
    """Each press is offered where it is made; work is done at once, without a message."""
    now = state or opened()
    done: list[t.AnyCommand] = []
    for press in presses:
        assert press in controls(view(now, context())), (press, now.page)
        turned, commands = t.step(now, t.Pressed(control=press), context())
        assert turned is not None
        now, done = turned, [*done, *commands]
        if now.page == "working":
            finished, _ = t.step(now, t.Done(intent=now.intent), context())
            assert finished is not None
            now = finished
    return now, done


def shown_after(*presses: str) -> CitizenView:
    return view(walked(*presses)[0], context())


def notes(shown: CitizenView) -> dict[str, str]:
    return {item.name: item.note for item in shown.summary}


def test_the_worst_comes_first_with_cause_next_step_and_when_it_was_good() -> None:
    shown = shown_after()
    assert shown.rows[0].id == "check:network" and shown.rows[0].state == "selected"
    assert shown.title == "ネットワーク：eth0に線がありません"
    assert notes(shown) == {
        "考えられる原因": "LANの線が抜けています",
        "最後に正常": "4月5日（日） 10:12",
        "次にすること": "LANの線を確かめてください",
    }
    assert shown.check is not None
    assert [count.label for count in shown.check.counts] == ["× 要対応 1", "△ 注意 1", "○ 正常 6"]
    assert shown.check.looked == "10:11に調べました"


def test_services_share_a_tile_that_is_as_bad_as_the_worst_of_them() -> None:
    found = {one.check: (one, those) for one, those in tiles(CHECKS)}
    tile, those = found["unit"]
    assert (tile.name, tile.grade, tile.says) == ("サービス", "look", "1件")
    assert [one.check for one in those] == ["unit_voice"]
    shown = shown_after("check:unit")
    assert shown.title == "hitofuda-voice：安定していません"


def test_of_what_is_good_nothing_is_asked_and_the_last_trial_is_told() -> None:
    shown = shown_after("check:touch")
    assert notes(shown) == {"最後に試した結果": "○ 9:12"}
    assert [action.id for action in shown.actions] == ["look", "try:touch", "slip"]
    assert [action.id for action in shown_after("check:network").actions] == ["look", "slip"]


def test_what_a_person_found_bad_is_to_be_seen_to_although_the_machine_finds_it_well() -> None:
    at = replace(context(), tried={"sound_tried": t.Tried(grade="bad", at_utc_ms=MONDAY_1012_MS - HOUR_MS)})
    shown = view(replace(opened(), chosen="sound"), at)
    assert shown.title == "音声：試すとだめでした" and notes(shown)["考えられる原因"] == "9:12に人が試して、だめでした"
    assert shown.check is not None and shown.check.grade == "look"
    assert "try:sound" in [action.id for action in shown.actions]


def test_without_any_result_it_says_what_to_do() -> None:
    shown = view(opened(), context(checks=()))
    assert shown.title == "まだ調べていません" and [action.id for action in shown.actions] == ["look", "slip"]


def test_a_printer_is_asked_tried_and_its_cutter_goes_on() -> None:
    state, done = walked("check:printer", "try:printer", "do:test", "do:ask", "do:recover", "back")
    assert done == [
        t.Ask(intent="n1", check="printer"),
        t.PrintTest(intent="n1", printer="printer"),
        t.Ask(intent="n1", check="printer"),
        t.Recover(intent="n1", printer="printer"),
    ]
    assert state.page == "list"
    assert notes(shown_after("check:printer", "try:printer"))["状態"] == "印刷できます"


def test_services_are_looked_at_one_by_one_and_back_is_the_whole_list() -> None:
    shown = shown_after("check:unit", "try:unit")
    assert [(row.id, row.label) for row in shown.rows] == [
        ("check:unit_voice", "voice"), ("check:unit_core", "core"),
    ]  # fmt: skip
    assert shown.title == "hitofuda-voice：安定していません" and [one.id for one in shown.bar] == ["back"]
    assert shown_after("check:unit", "try:unit", "check:unit_core").title == "core：動いています"
    again = shown_after("check:unit", "try:unit", "look")
    assert len(again.rows) == 2, "where one looks again, one stays"
    back = shown_after("check:unit", "try:unit", "back")
    assert len(back.rows) == len(tiles(CHECKS)) and [row.id for row in back.rows if row.state == "selected"] == [
        "check:unit"
    ]


MORE = (
    *CHECKS,
    t.Check(check="documents", name="書類プリンター", grade="good", says="印刷できます"),
    t.Check(check="code_reader", name="コードの読取機", grade="good", says="つながっています"),
    t.Check(check="cash_unit", name="硬貨・紙幣の機械", grade="good", says="お金を受け取れます"),
)


def test_a_printer_of_documents_and_a_coin_unit_are_asked_a_code_reader_is_judged() -> None:
    at = context(checks=MORE)
    for check, presses, judged in (
        ("documents", ["do:test", "do:ask", "do:recover"], False),
        ("cash_unit", ["do:ask"], False),
        ("code_reader", [], True),
    ):
        state, _ = t.step(replace(opened(at), chosen=check), t.Pressed(control=f"try:{check}"), at)
        assert state is not None and (state.page == "working") is not judged
        if not judged:
            state, _ = t.step(state, t.Done(intent=state.intent), at)
        assert state is not None
        shown = view(state, at)
        assert [row.id for row in shown.rows] == presses and bool(shown.actions) is judged, check
    state, commands = t.step(state, t.Pressed(control="say:good"), at)
    assert commands == (t.Judge(check="code_reader_tried", grade="good"),)


def other_model() -> t.TechnicianContext:
    return replace(context(), others=frozenset({"printer"}), paper={"printer": (512, 203)})


def measured(width: str, length: str) -> tuple[t.TechnicianMode, tuple[t.AnyCommand, ...]]:
    at = other_model()
    state = walked("check:printer", "try:printer")[0]
    for press in ("do:ruler", width, length):
        assert press in controls(view(state, at)), press
        turned, commands = t.step(state, t.Pressed(control=press), at)
        assert turned is not None
        state = turned
        if press == "do:ruler":
            assert commands == (t.PrintRuler(intent="n1", printer="printer"),)
            printed, _ = t.step(state, t.Done(intent="n1"), at)
            assert printed is not None
            state = printed
    return state, commands


def test_a_new_model_is_accepted_where_a_person_has_measured_the_width_of_the_settings() -> None:
    state, commands = measured("width:512", "mm:40")
    assert commands == (t.Accept(intent="n1", printer="printer"),) and state.page == "working"
    for width, length in (("width:576", "mm:40"), ("width:512", "mm:45")):
        state, commands = measured(width, length)
        assert commands == () and "hitofuda diag printer --adopt" in state.said and not state.ok
        back, _ = t.step(state, t.Pressed(control="back"), other_model())
        assert back is not None and back.page == "device"


def test_the_ruler_is_the_one_that_a_printer_prints() -> None:
    assert t.WIDTHS_DOTS == ruler.WIDTHS_DOTS
    assert {length: ruler.measured_dpi(length) for length in t.DPI_OF_MM} == t.DPI_OF_MM


def test_a_known_model_is_not_registered_and_one_that_is_not_known_prints_no_trial_page() -> None:
    state = walked("check:printer", "try:printer")[0]
    assert "do:ruler" not in controls(view(state, context()))
    assert "do:test" not in controls(view(state, other_model()))


def test_the_slip_is_printed_and_what_came_of_it_is_said_once() -> None:
    working, commands = t.step(opened(), t.Pressed(control="slip"), context(new_id="n2"))
    assert working is not None and commands == (t.PrintSlip(intent="n2"),)
    assert controls(view(working, context())) == {}, "nothing can be pressed meanwhile"
    other, _ = t.step(working, t.Done(intent="n1", message="x"), context())
    assert other == working, "an answer to something older"
    said, _ = t.step(working, t.Done(intent="n2", ok=False, message="印刷できませんでした。"), context())
    assert said is not None and view(said, context()).title == "印刷できませんでした。"
    back, _ = t.step(said, t.Pressed(control="back"), context())
    assert back is not None and back.page == "list"


def test_the_touch_grid_is_good_when_every_cell_was_touched() -> None:
    state, done = walked("check:touch", "try:touch", *(f"cell:{n}" for n in range(t.CELLS - 1)))
    shown = view(state, context())
    assert shown.office == "四角にすべて触ってください（あと1）" and done == []
    assert [row.state for row in shown.rows].count("off") == t.CELLS - 1
    state, done = walked(f"cell:{t.CELLS - 1}", state=state)
    assert done == [t.Judge(check="touch_tried", grade="good")] and state.ok


def test_the_keys_are_good_when_each_has_come_in_whatever_order() -> None:
    keys = [f"key:{key}" for key in reversed(t.KEYS)]
    state, done = walked("check:keys", "try:keys", *keys[:-1])
    assert view(state, context()).title.endswith("まだのキー：1") and done == []
    state, done = walked(keys[-1], state=state)
    assert done == [t.Judge(check="keys_tried", grade="good")]
    assert walked("check:keys", "try:keys", "key:1", "key:cancel")[0].page == "list"


def test_every_colour_is_shown_alone_and_then_a_person_judges() -> None:
    state, _ = walked("check:screen", "try:screen")
    seen = []
    while state.page == "colour":
        shown = view(state, context())
        assert shown.check is not None and (shown.title, shown.office, shown.time, shown.bar) == ("", "", "", ())
        seen.append(shown.check.colour)
        state, _ = walked("next", state=state)
    assert tuple(seen) == t.COLOURS
    state, done = walked("say:bad", state=state)
    assert done == [t.Judge(check="screen_tried", grade="bad")] and state.page == "list"


def test_each_sound_goes_where_it_belongs_and_the_same_again_is_heard_again() -> None:
    state, _ = walked("check:sound", "try:sound", "sound:earphone")
    first = view(state, context())
    assert first.voice and first.spoken and not first.aloud and not first.chime
    again = view(walked("sound:earphone", state=state)[0], context())
    assert again.spoken != first.spoken and again.screen_id != first.screen_id
    aloud = view(walked("sound:machine", state=state)[0], context())
    assert aloud.aloud and not aloud.voice and not aloud.spoken
    chimes, _ = walked("sound:chime", state=state)
    assert view(chimes, context()).chime
    assert not view(walked("sound:stop", state=chimes)[0], context()).chime
    state, done = walked("say:good", state=chimes)
    assert done == [t.Judge(check="sound_tried", grade="good")] and not view(state, context()).chime


def test_it_ends_by_itself_but_not_while_a_device_works() -> None:
    state = opened()
    late = context(MONDAY_1012_MS + t.PATIENCE_MS)
    assert t.step(state, Tick(), context(MONDAY_1012_MS + t.PATIENCE_MS - 1))[0] is state
    assert t.step(state, Tick(), late) == t.OVER
    working, _ = t.step(state, t.Pressed(control="slip"), context())
    assert working is not None and t.step(working, Tick(), late)[0] is working
    assert t.step(state, t.Pressed(control="back"), context()) == t.OVER


@given(st.lists(st.integers(0, 60), max_size=60))
def test_wherever_one_presses_there_is_a_way_on_and_a_way_out(presses: list[int]) -> None:
    state: t.TechnicianMode | None = opened()
    for press in presses:
        assert state is not None
        offered = [c.id for c in controls(view(state, context())).values() if c.state != "off"]
        if not offered:
            assert state.page == "working"
            state, _ = t.step(state, t.Done(intent=state.intent, message="x" if press % 2 else ""), context())
            continue
        state, _ = t.step(state, t.Pressed(control=offered[press % len(offered)]), context())
        if state is None:
            return
    for _ in range(len(t.COLOURS) + 4):
        assert state is not None
        if state.page == "working":
            state, _ = t.step(state, t.Done(intent=state.intent), context())
            continue
        way = "next" if state.page == "colour" else "back"
        state, _ = t.step(state, t.Pressed(control=way), context())
        if state is None:
            return
    raise AssertionError("no way out")
