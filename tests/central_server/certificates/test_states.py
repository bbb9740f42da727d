"""What becomes of a document: nothing certain is unsaid, and nothing that was never confirmed becomes issued."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central_server.certificates.states import CERTAIN, OPEN, money, told
from kiosk_app.certificate_messages import Settled, State, Verdict

STATES = st.sampled_from(get_args(State))
VERDICTS = st.sampled_from(get_args(Verdict))


@given(STATES, st.lists(VERDICTS, min_size=1, max_size=6))
def test_the_first_certain_word_stays(begun: State, said: list[Verdict]) -> None:
    states = [begun]
    for verdict in said:
        after = told(states[-1], verdict)
        if states[-1] in CERTAIN:
            assert after.state == states[-1]
            assert after.contradicts == (
                verdict not in (states[-1], "unknown") if states[-1] != "void" else verdict != "not_issued"
            )
        states.append(after.state)
    if begun in OPEN or begun == "void":
        assert set(states[1:]) == {"void"}


@given(STATES, VERDICTS)
def test_the_same_word_twice_is_the_same_as_once(state: State, verdict: Verdict) -> None:
    once = told(state, verdict)
    assert told(once.state, verdict).state == once.state


@pytest.mark.parametrize(
    ("verdict", "state"), [("issued", "issued"), ("not_issued", "not_issued"), ("unknown", "unknown")]
)
def test_a_confirmed_document_becomes_what_is_told_of_its_paper(verdict: Verdict, state: State) -> None:
    assert told("issuing", verdict) == (state, False)
    assert told("unknown", verdict) == (state, False)


@given(st.sampled_from(get_args(Settled)), st.sampled_from(get_args(Settled)))
def test_money_that_was_paid_back_is_not_claimed_again(before: Settled, now: Settled) -> None:
    after = money(before, now)
    assert after in (before, now)
    if before in ("refunded", "not_paid"):
        assert after == before
    assert money("claim", "refunded") == "refunded"
