"""A challenge is good once, for one purpose, and not for long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office.jpki.challenge import LIFE_MS, OPEN_MAX, Challenge, Challenges, Purpose, Stale


def number(n: int) -> bytes:
    return n.to_bytes(32, "big")


def test_it_is_good_once() -> None:
    here = Challenges("m1")
    made = here.make("card-check", number(1), 0)
    assert here.spend("card-check", number(1), LIFE_MS) == made
    assert here.spend("card-check", number(1), LIFE_MS) == Stale()


def test_not_for_another_purpose_and_then_no_more() -> None:
    here = Challenges("m1")
    here.make("card-check", number(1), 0)
    assert here.spend("certificate", number(1), 1) == Stale()
    assert here.spend("card-check", number(1), 1) == Stale()


@pytest.mark.parametrize("now_ms", [LIFE_MS + 1, -1])
def test_not_too_late_and_not_before_it_was_made(now_ms: int) -> None:
    here = Challenges("m1")
    here.make("card-check", number(1), 0)
    assert here.spend("card-check", number(1), now_ms) == Stale()


def test_what_was_never_made_is_stale() -> None:
    assert Challenges("m1").spend("card-check", number(9), 0) == Stale()


def test_the_oldest_is_forgotten_beyond_the_limit() -> None:
    here = Challenges("m1")
    for n in range(OPEN_MAX + 1):
        here.make("card-check", number(n), 0)
    assert len(here) == OPEN_MAX
    assert here.spend("card-check", number(0), 0) == Stale()
    assert here.spend("card-check", number(1), 0) != Stale()


def test_randomness_that_failed_is_a_bug_and_not_a_challenge() -> None:
    here = Challenges("m1")
    here.make("card-check", number(1), 0)
    for wrong in (number(1), b"", bytes(31)):
        with pytest.raises(ValueError, match="32 fresh bytes"):
            here.make("card-check", wrong, 0)
    for nobody in ("", "m1\ncertificate"):
        with pytest.raises(ValueError, match="audience"):
            Challenges(nobody)


Any = st.tuples(
    st.sampled_from(("card-check", "certificate")), st.sampled_from(("m1", "m11", "central")), st.binary(max_size=32)
)


@given(Any, Any)
def test_two_different_challenges_are_two_different_messages(
    one: tuple[Purpose, str, bytes], other: tuple[Purpose, str, bytes]
) -> None:
    messages = [Challenge(*parts, made_utc_ms=0).message() for parts in (one, other)]
    assert (messages[0] == messages[1]) == (one == other)
