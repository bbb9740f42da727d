"""The time of an answer says how many steps it took, and nothing finer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from central_server.certificates.pace import STEP_S, wait_s


@given(st.floats(0, 60))
def test_an_answer_leaves_at_the_end_of_a_step(took_s: float) -> None:
    left = took_s + wait_s(took_s)
    steps = left / STEP_S
    assert abs(steps - round(steps)) < 1e-6 and round(steps) >= 1
    assert -1e-9 <= wait_s(took_s) <= STEP_S + 1e-9


@given(st.floats(0.0001, 1.9999), st.floats(0.0001, 1.9999))
def test_whatever_is_done_within_one_step_ends_at_the_same_time(one: float, two: float) -> None:
    ends = {round((part * STEP_S / 2) + wait_s(part * STEP_S / 2), 9) for part in (one, two)}
    assert len(ends) == 1
