"""Who the hub is and what counts of two: the same in every order of arrival; and when it may lease numbers."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office import facts as f
from kiosk_app.office import reigns
from kiosk_app.office.folds import apply
from kiosk_app.office.reigns import counts, highest, line_of, may_lease, role_of
from kiosk_app.office.state import OfficeState, load

DAY = "2026-04-06"


def take(code: str, epoch: int, cause: str = "forced", **after: int) -> f.HubTaken:
    return f.HubTaken(machine_code=code, epoch=epoch, cause=cause, after=after)  # type: ignore[arg-type]


def state_of(*entries: tuple[str, int, f.Fact]) -> OfficeState:
    state = OfficeState()
    for machine, seq, fact in entries:
        apply(state, machine, seq, 1_000, "x", fact)
    return state


FIRST = ("m1", 1, take("m1", 1, "first"))
DAYS = ("m1", 2, f.DayOpened(date=DAY, office="o"))


def test_a_log_without_a_change_is_of_epoch_one_and_whoever_is_first_is_the_hub() -> None:
    state = state_of(("m1", 1, f.DayOpened(date=DAY, office="o")))
    assert highest(state).epoch == 1
    assert (role_of(state, "m1", True), role_of(state, "m2", False)) == ("hub", "machine")
    assert counts(state.reigns, state.line, "m1", 1)


def test_what_the_new_hub_did_not_know_of_the_old_one_does_not_count_in_any_order() -> None:
    facts = [FIRST, ("m2", 5, take("m2", 2, m1=3)), ("m3", 9, take("m3", 2, m1=4))]
    for order in permutations(facts):
        state = state_of(*order)
        assert [reign.code for reign in state.line] == ["m2", "m1"], "of one epoch the lower number"
        assert [counts(state.reigns, state.line, "m1", seq) for seq in (1, 3, 4)] == [True, True, False]
        assert counts(state.reigns, state.line, "m2", 6) and not counts(state.reigns, state.line, "m3", 10)


def test_a_higher_epoch_brings_its_ancestors_and_not_whoever_had_won_before() -> None:
    loser = ("m3", 9, take("m3", 2, m1=4))
    heir = ("m4", 2, take("m4", 3, m1=4, m3=12))
    state = state_of(FIRST, ("m2", 5, take("m2", 2, m1=3)), loser, heir)
    assert [reign.code for reign in state.line] == ["m4", "m3", "m1"]
    assert counts(state.reigns, state.line, "m1", 4), "the heir builds upon it"
    assert counts(state.reigns, state.line, "m3", 12) and not counts(state.reigns, state.line, "m3", 13)
    assert not counts(state.reigns, state.line, "m2", 6)


def test_a_log_that_began_anew_goes_on_in_the_reign_of_its_machine() -> None:
    state = state_of(FIRST, ("m2", 5, take("m2", 2, **{"m1": 9, "m1~1": 2})))
    assert [counts(state.reigns, state.line, "m1~1", seq) for seq in (2, 3)] == [True, False]


def test_a_call_that_does_not_count_is_listed_with_its_end_and_the_day_of_its_chain_still_holds() -> None:
    state = state_of(
        FIRST,
        DAYS,
        ("m2", 1, f.DayJoined(date=DAY)),
        ("m2", 2, take("m2", 2, m1=2, m2=1)),
        ("m1", 3, f.Called(ticket="t", counter=3, call=1)),
        ("m1", 4, f.Completed(ticket="t", counter=3, service="s")),
        ("m1", 5, f.Called(ticket="u", counter=3, call=2)),
        ("m1", 6, f.NumbersLeased(machine_code="m3", letter="A", first=11, last=19)),
    )
    assert state.day.visits == {} and state.day.calls == 0
    assert {key: (one.ticket, one.counter, one.ended) for key, one in state.day.voided.items()} == {
        "m1 3": ("t", 3, "Completed"),
        "m1 5": ("u", 3, ""),
    }
    assert [lease.first for lease in state.day.leases["A"]] == [11]
    apply(state, "m2", 3, 2_000, "2041", f.VoidedCallsAccepted(calls=(("m1", 3),)))
    assert [key for key, one in state.day.voided.items() if not one.accepted] == ["m1 5"]
    apply(state, "m1", 7, 2_000, "core", f.DayOpened(date="2026-04-07", office="o"))
    assert (state.machine_days["m1"], state.day.machine) == ("2026-04-07", ""), "joined, and opened by nobody"


def test_handing_over_and_following_are_what_a_machine_is_then() -> None:
    state = state_of(FIRST, DAYS, ("m1", 3, f.HubHandedOver(to="m2", epoch=2)))
    assert role_of(state, "m1", True) == "handing_over"
    assert reigns.is_named_next(state, "m2") and not reigns.is_named_next(state, "m3")
    apply(state, "m1", 4, 1_000, "hub", f.HubFollowed(hub="m2", epoch=2))
    assert role_of(state, "m1", True) == "machine"
    assert not reigns.is_named_next(state, "m2"), "somebody has taken over already"
    assert highest(state).epoch == 2


def test_who_took_over_by_force_leases_when_everybody_has_said_that_they_stopped() -> None:
    state = state_of(FIRST, DAYS, ("m2", 1, f.DayJoined(date=DAY)), ("m2", 2, take("m2", 2, m1=2, m2=1)))
    assert not may_lease(state, "m2", ("m1",))
    assert not may_lease(state, "m2", ()), "one that is none any more may have leased today"
    apply(state, "m1", 3, 1_000, "hub", f.HubFollowed(hub="m2", epoch=2))
    assert may_lease(state, "m2", ("m1",))
    assert not may_lease(state, "m2", ("m1", "m4")), "another one may have taken over as well"
    gone = state_of(FIRST, DAYS, ("m2", 1, f.DayJoined(date=DAY)), ("m2", 2, take("m2", 2, m1=2, m2=1)))
    apply(gone, "m2", 3, 90_000_000, "core", f.DayOpened(date="2026-04-07", office="o"))
    assert may_lease(gone, "m2", ()) and not may_lease(gone, "m2", ("m1",))


known = st.integers(0, 6)
takes = st.lists(
    st.tuples(st.sampled_from(("m1", "m2", "m3")), st.integers(1, 5), st.integers(1, 6), known, known, known),
    max_size=6,
    unique_by=lambda t: (t[0], t[1]),
)


@given(takes, st.randoms())
def test_the_line_is_the_same_in_every_order_and_after_a_reload(
    drawn: list[tuple[str, int, int, int, int, int]], draw: object
) -> None:
    facts = [(m, seq, take(m, epoch, m1=a, m2=b, m3=c)) for m, seq, epoch, a, b, c in drawn]
    straight = state_of(*sorted(facts, key=lambda entry: entry[:2]))
    draw.shuffle(facts)  # type: ignore[attr-defined]
    by_chain = state_of(*sorted(facts, key=lambda entry: entry[1]))
    assert straight.line == by_chain.line == line_of(by_chain.reigns)
    assert load(reigns_dumped(straight)).line == straight.line
    assert len({reigns.order(one) for one in straight.reigns}) == len(straight.reigns)


def reigns_dumped(state: OfficeState) -> bytes:
    from kiosk_app.office.state import dump

    return dump(state)
