"""Long, slipping, double and two-finger touches do the obvious thing, whatever else lies on the glass."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.citizen.fingers import LONGEST_TOUCH_MS, NONE, SLIP_PX, Fingers, Target, down, lost, moved, up

PLATES = (Target("left", 100, 100, 200, 100), Target("right", 312, 100, 200, 100))
SCREEN = "s:1"


def touch(finger: int = 1, x: float = 200, y: float = 150, state: Fingers = NONE, now_ms: int = 0) -> Fingers:
    return down(state, finger, x, y, PLATES, SCREEN, now_ms)


def test_a_touch_presses_when_the_finger_leaves_however_long_it_stayed() -> None:
    held = touch()
    assert held.held == "left"
    assert up(held, 1, 200, 150, SCREEN) == (NONE, "left")


def test_a_finger_that_slips_a_little_presses_and_one_that_slides_off_does_not() -> None:
    slipped = moved(touch(), 1, 100 - SLIP_PX, 150)
    assert slipped.held == "left"
    assert up(slipped, 1, 100 - SLIP_PX, 150, SCREEN) == (NONE, "left")
    away = moved(touch(), 1, 100 - SLIP_PX - 1, 150)
    assert away.held == ""
    assert up(away, 1, 100 - SLIP_PX - 1, 150, SCREEN) == (NONE, "")


def test_a_finger_that_slides_onto_another_plate_presses_neither() -> None:
    assert up(moved(touch(), 1, 400, 150), 1, 400, 150, SCREEN) == (NONE, "")


def test_a_finger_that_comes_back_presses() -> None:
    assert up(moved(moved(touch(), 1, 0, 0), 1, 200, 150), 1, 200, 150, SCREEN) == (NONE, "left")


def test_a_second_finger_means_nothing_while_the_first_holds() -> None:
    held = touch()
    both = touch(2, 400, state=held)
    assert both == held
    assert up(both, 2, 400, 150, SCREEN) == (held, "")
    assert up(both, 1, 200, 150, SCREEN) == (NONE, "left")


def test_a_drop_that_lies_on_a_plate_gives_it_up_to_a_finger() -> None:
    drop = touch()
    assert touch(2, 400, state=drop, now_ms=LONGEST_TOUCH_MS - 1) == drop
    assert touch(2, 400, state=drop, now_ms=LONGEST_TOUCH_MS).held == "right"


def test_a_touch_never_presses_a_screen_that_came_after_it() -> None:
    assert up(touch(), 1, 200, 150, "s:2") == (NONE, "")


def test_a_touch_that_the_panel_takes_back_presses_nothing() -> None:
    assert lost(touch(), 1) == NONE
    assert lost(touch(), 2) == touch()


def test_a_touch_beside_every_plate_holds_nothing() -> None:
    assert touch(x=0, y=0) == NONE


PLACES = st.tuples(st.sampled_from(("down", "move", "up", "lost")), st.integers(1, 3), st.integers(0, 600))


@given(st.lists(PLACES, max_size=30))
def test_whatever_touches_the_glass_each_press_belongs_to_one_finger_that_came_down_on_it(
    story: list[tuple[str, int, int]],
) -> None:
    state, came_down = NONE, dict[int, str]()
    for now_ms, (what, finger, x) in enumerate(story):
        if what == "down":
            before, state = state, touch(finger, x, state=state, now_ms=now_ms)
            if state is not before and state.target is not None:
                came_down[finger] = state.target.id
        elif what == "move":
            state = moved(state, finger, x, 150)
        elif what == "lost":
            state = lost(state, finger)
        else:
            state, pressed = up(state, finger, x, 150, SCREEN)
            assert not pressed or came_down.pop(finger) == pressed
