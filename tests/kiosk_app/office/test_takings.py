"""Every yen is sold, given back or claimed, whatever the order of verdicts, crashes, retries and copies of the log."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.office import checkpoints, payment_desk
from kiosk_app.office import facts as f
from kiosk_app.office.decision import Decision
from kiosk_app.office.folds import apply
from kiosk_app.office.sales import held_yen, number_text
from kiosk_app.office.state import OfficeState, dump, load
from kiosk_app.office.takings import day_takings, open_claims, open_claims_yen
from tests.depth import examples
from tests.kiosk_app.office.till import DAYS, Town

which = st.integers(0, 1)
VERDICTS: list[f.Verdict] = ["issued", "uncut", "maybe", "not_issued", "unknown"]
OUTCOMES = ["all", "some", "doubt", "none", "crash"]
disorder = st.one_of(
    st.tuples(st.just("insert"), which, st.sampled_from([100, 500]), st.integers(1, 3)),
    st.tuples(st.just("confirm"), which, st.booleans()),
    st.tuples(st.just("sync"), which),
    st.tuples(st.just("see"), which, st.sampled_from(["visitor", "staff"])),
    st.tuples(st.just("abandon"), which),
    st.tuples(st.just("doubt"), which),
    st.tuples(st.just("pay_out"), which, st.sampled_from(OUTCOMES)),
    st.tuples(st.just("finish"), which),
    st.tuples(st.just("crash"), which),
    st.tuples(st.just("settle"), which),
    st.tuples(st.just("hand_back"), which),
    st.tuples(st.just("midnight"), which),
)


@st.composite
def visits(draw: st.DrawFn) -> list[tuple]:
    """One visitor from the confirmation to the end: with luck nothing goes wrong."""
    at, unit, copies = draw(which), draw(st.booleans()), draw(st.integers(1, 2))
    plan: list[tuple] = [("begin", at, draw(st.sampled_from([0, 200, 450])), copies, unit), ("sync", at)]
    if unit:
        plan += [("insert", at, yen, draw(st.integers(1, 2))) for yen in draw(st.sampled_from([[1000], [500, 500]]))]
    else:
        plan += [("confirm", at, draw(st.booleans())), ("sync", at)]
    for _ in range(copies):
        plan += [("print", at, draw(st.booleans())), ("end_print", at, draw(st.sampled_from(VERDICTS)))]
    plan += [("pay_out", at, draw(st.sampled_from(OUTCOMES))) for _ in range(2)]
    return [*plan, ("finish", at)]


@st.composite
def towns(draw: st.DrawFn) -> list[tuple]:
    """Visits at two kiosks at once, with whatever may come in between."""
    left = [draw(visits()) for _ in range(draw(st.integers(1, 4)))]
    plan: list[tuple] = []
    while left:
        one = left[draw(st.integers(0, len(left) - 1))]
        for _ in range(draw(st.integers(1, 6))):
            if one:
                plan.append(one.pop(0))
        if draw(st.integers(0, 3)) == 0:
            plan.append(draw(disorder))
        left = [visit for visit in left if visit]
    return plan


acts = towns()


def lived(plan: list) -> Town:
    town = Town()
    for act in plan:
        if act[0] == "midnight":
            if town.day < len(DAYS) - 1:
                town.midnight()
        else:
            replay(town, act)
    return town


@given(acts)
@settings(max_examples=examples(150), deadline=None)
def test_every_yen_is_somewhere(plan: list) -> None:
    town = lived(plan)
    town.heal()
    hub = town.hub
    assert len(town.begun) == len(set(town.begun)), "nothing is printed twice"
    days = [day_takings(hub, date) for date in DAYS]
    for day in days:
        assert day.whole.open_yen == 0
        assert all(one.open_yen == 0 for one in day.machines.values())
        assert (day.claims_open, day.claims_twice) == ((), ())
    assert open_claims(hub) == () and open_claims_yen(hub) == 0
    # What is in drawers and units is what the facts say, and no more than the papers that are out there cost.
    assert sum(day.drawer_yen for day in days) == town.drawer_yen
    given = sum(truth.given_yen for truth in town.truth.values())
    returned = sum(truth.returned_yen for truth in town.truth.values())
    assert sum(day.drawer_yen + day.unit_yen for day in days) == given - returned
    for payment, truth in town.truth.items():
        prices = {r[4].job: r[4].yen for r in all_records(town) if is_intended(r[4], payment)}  # type: ignore[attr-defined]
        assert truth.given_yen - truth.returned_yen == sum(prices[job] for job in truth.came)
    sold = sum(day.whole.sold_yen + day.whole.claims_sold_yen for day in days)
    assert sold == given - returned


def is_intended(fact: f.Fact, payment: str) -> bool:
    return isinstance(fact, f.CertificateIntended) and fact.payment == payment


def all_records(town: Town) -> list:
    return [record for chain in town.chains.values() for record in chain]


@given(acts)
@settings(max_examples=examples(60), deadline=None)
def test_within_a_day_nothing_is_lost_at_any_moment(plan: list) -> None:
    """Also before anything is settled: taken is sold, given back, claimed, or held by a sale that goes on."""
    town = lived(plan)
    for kiosk in town.kiosks:
        for date in DAYS:
            mine = day_takings(kiosk.state, date).machines.get(kiosk.machine_code)
            if mine is not None:
                going_on = [s for s in kiosk.state.sales.values() if (s.date, s.machine) == (date, kiosk.machine)]
                assert mine.open_yen == sum(held_yen(sale) for sale in going_on if not sale.ended)


@given(acts, st.integers(0, 2**30))
@settings(max_examples=examples(80), deadline=None)
def test_the_order_in_which_chains_arrive_changes_nothing(plan: list, seed: int) -> None:
    town = lived(plan)
    town.heal()
    wanted = parts(town.hub)
    draw = random.Random(seed)
    for _ in range(3):
        left = {machine: list(chain) for machine, chain in town.chains.items()}
        state = OfficeState()
        while any(left.values()):
            machine = draw.choice([name for name, chain in left.items() if chain])
            apply(state, *left[machine].pop(0))
            if draw.random() < 0.05:
                state = load(dump(state))
        assert parts(state) == wanted


@given(acts)
@settings(max_examples=examples(60), deadline=None)
def test_a_fold_that_begins_at_a_checkpoint_knows_every_claim_and_yen(plan: list) -> None:
    """As log_prune leaves it: the hub's log from a morning on, in the order in which the hub has it."""
    town = Town()
    log: list = []

    def heard() -> None:
        known = {(r[0], r[1]) for r in log}
        for machine, chain in town.chains.items():
            upto = town.hub.positions.get(machine, 0)
            log.extend(r for r in chain[:upto] if (r[0], r[1]) not in known)

    half = len(plan) // 2
    for part in (plan[:half], plan[half:]):
        for act in part:
            if act[0] == "midnight" or town.day >= len(DAYS) - 2:
                continue
            replay(town, act)
            heard()
        for kiosk in town.kiosks:
            town.crash(kiosk)
            town.sync(kiosk)
            heard()
        town.day += 1
        before = town.hub
        opened = f.DayOpened(date=town.date, office="kokura-kita")
        checkpoint = checkpoints.taken(before, opened, "hub", "", 2_000_000_000_000)
        place = len(log)
        town.write("hub", (opened, checkpoint))
        for kiosk in town.kiosks:
            town.write(kiosk.machine, (f.DayJoined(date=town.date),))
            town.sync(kiosk)
        heard()
    state, begun = OfficeState(), False
    for record in log[place:]:
        apply(state, *record)
        if not begun and isinstance(record[4], f.DayCheckpoint):
            checkpoints.begin(state, record[0], record[1], record[4])
            begun = True
    assert parts(state)[:-1] == parts(town.hub)[:-1]


def parts(state: OfficeState) -> tuple[object, ...]:
    """What these facts leave in the state."""
    return (
        state.sales,
        state.confirmations,
        state.answers,
        state.returned,
        state.claims,
        state.takings,
        state.day.actions,
    )


def replay(town: Town, act: tuple) -> None:
    verb, at, *more = act
    kiosk = town.kiosks[at]
    simple = {
        "sync": town.sync,
        "abandon": town.abandon,
        "finish": town.finish,
        "crash": town.crash,
        "doubt": town.doubt,
    }
    if verb in simple:
        simple[verb](kiosk)
    elif verb == "begin":
        town.begin(kiosk, more[0], more[1], "unit" if more[2] else "counter")
    elif verb == "insert":
        town.insert(kiosk, *more)
    elif verb == "confirm":
        town.confirm(kiosk, more[0], town.new_id())
    elif verb == "print":
        town.print_next(kiosk, more[0])
    elif verb == "end_print":
        town.end_print(kiosk, more[0])
    elif verb == "see":
        town.see(kiosk, more[0])
    elif verb == "pay_out":
        town.pay_out(kiosk, more[0])
    elif verb == "settle":
        town.settle_claims()
    elif verb == "hand_back":
        town.hand_back()


def test_money_to_give_back_is_known_until_somebody_has_given_it_whatever_the_day() -> None:
    town = Town()
    kiosk = town.kiosks[0]
    town.begin(kiosk, 200, 1, "counter")
    town.sync(kiosk)
    town.abandon(kiosk)
    town.finish(kiosk)
    payment = next(iter(town.hub.sales))
    answer = payment_desk.confirm(town.hub, payment, 200, "i")
    assert isinstance(answer, Decision)
    town.write("hub", answer.facts, "2041")
    town.sync(kiosk)
    ((place, refused),) = town.hub.answers.items()
    assert refused.refused == "over"
    town.midnight()
    town.midnight()
    assert place in town.hub.answers and place in town.hub.confirmations
    town.hand_back()
    assert place not in town.hub.answers and place not in town.hub.confirmations
    assert town.hub.returned == {place: town.date}
    assert not isinstance(payment_desk.give_back(town.hub, place, "i"), Decision)


def test_two_hubs_that_could_not_see_each_other_have_paid_a_claim_twice_and_it_shows() -> None:
    town = Town()
    kiosk = town.kiosks[0]
    town.begin(kiosk, 200, 1, "unit")
    town.insert(kiosk, 500, 1)
    town.crash(kiosk)
    town.sync(kiosk)
    ((claim, _),) = open_claims(town.hub)
    town.settle_claims()
    fact = f.ClaimSettled(claim=claim, paid_yen=500, sold_yen=0, given_yen=0, machine_code="1号機", date=town.date)
    apply(town.hub, "m9", 1, 2_000_000_000_000, "2055", fact)
    day = day_takings(town.hub, town.date)
    assert day.claims_twice == (claim,)
    assert day.whole.claims_paid_yen == 1000


def test_numbers_count_by_machine_and_day() -> None:
    town = Town()
    kiosk = town.kiosks[0]
    numbers = []
    for _ in range(3):
        town.begin(kiosk, 0, 1, "counter")
        numbers.append(kiosk.state.sales[kiosk.payment].number)
        town.crash(kiosk)
    town.midnight()
    town.begin(kiosk, 0, 1, "counter")
    numbers.append(kiosk.state.sales[kiosk.payment].number)
    assert [number_text(number) for number in numbers] == ["K-0001", "K-0002", "K-0003", "K-0001"]


def test_a_sale_that_is_open_over_midnight_is_known_until_it_ends_and_belongs_to_its_day() -> None:
    town = Town()
    kiosk = town.kiosks[0]
    town.begin(kiosk, 200, 1, "unit")
    town.insert(kiosk, 500, 1)
    town.sync(kiosk)
    payment = kiosk.payment
    town.day += 1
    town.open_day()
    assert set(kiosk.state.sales) == set(town.hub.sales) == {payment}
    town.crash(kiosk)
    town.sync(kiosk)
    assert town.hub.sales == {}
    ((_, claim),) = open_claims(town.hub)
    assert (claim.date, claim.owed_yen) == (DAYS[0], 500)
    assert day_takings(town.hub, DAYS[0]).whole.claimed_yen == 500
    assert day_takings(town.hub, DAYS[1]).whole == day_takings(town.hub, DAYS[2]).whole


def test_what_is_long_settled_is_forgotten_and_what_is_open_never() -> None:
    town = Town()
    for kiosk in town.kiosks:
        town.begin(kiosk, 200, 1, "unit")
        town.insert(kiosk, 500, 1)
        town.crash(kiosk)
        town.sync(kiosk)
        if kiosk is town.kiosks[0]:
            town.settle_claims()
    assert len(town.hub.claims) == 2
    for date in ("2027-05-10", "2027-05-12"):
        town.write("hub", (f.DayOpened(date=date, office="kokura-kita"),))
        assert len(town.hub.claims) == (2 if date < "2027-05-11" else 1)
    assert [claim.machine_code for _, claim in open_claims(town.hub)] == ["2号機"]
