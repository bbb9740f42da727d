"""A fold that begins at a checkpoint is one of everything, byte for byte: nothing that outlives a day is forgotten."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.office import checkpoints
from kiosk_app.office import facts as f
from kiosk_app.office.folds import apply
from kiosk_app.office.state import DAYS_KEPT, OfficeState, dump, open_alerts
from tests.depth import examples
from tests.kiosk_app.office.scenario import Office, Record
from tests.kiosk_app.office.test_folds import any_fact, folded, moves, played

DATES = [f"2026-04-{day:02d}" for day in range(6, 30)]
OUTLIVING = ["StaffCalled", "StaffAccepted", "AlertCleared", "PrinterChanged", "DiskLow", "LogDamaged", "SignedIn"]
OUTLIVING += ["SignedOut", "SignInLocked", "IncarnationBegan", "ClockDoubted", "PrinterRecognised", "Diagnosed"]
days = st.lists(
    st.tuples(
        moves,
        st.lists(st.tuples(st.sampled_from(OUTLIVING), st.integers(0, 3), st.integers(0, 9)), max_size=8),
        st.booleans(),
    ),
    min_size=2,
    max_size=4,
)


def next_day(office: Office, date: str, machine: str = "hub") -> None:
    """As the core opens a day: all in one batch, the checkpoint directly after."""
    closed = [f.DayClosed(date=office.state.day.date)] if office.state.day.date else []
    opened = f.DayOpened(date=date, office="kokura-kita")
    checkpoint = checkpoints.taken(office.state, opened, machine, "", office.now_utc_ms)
    office.append(*closed, opened, checkpoint, machine=machine, actor="core")


def lived(plan: list) -> Office:
    office = Office()
    for date, (pressed, outliving, night) in zip(DATES, plan, strict=False):
        next_day(office, date)
        for counter in (1, 2, 3):
            office.act("open_counter", counter=counter)
        day = played(pressed)
        shift = len(office.log)
        for machine, _, _, actor, fact in day.log[4:]:
            office.append(fact, machine=machine, actor=actor)
        for kind, which, small in outliving:
            office.append(any_fact(kind, f"t{which}", small), machine=f"m{which}", actor=f"20{which}")
        assert len(office.log) >= shift
        office.pass_min(24 * 60 if night else 13 * 60)
    return office


def places(log: list[Record]) -> list[int]:
    """Where a fold may begin: the indices of the openings that have a whole checkpoint after them."""
    return [
        n
        for n, (opened, after) in enumerate(itertools.pairwise(log))
        if isinstance(opened[4], f.DayOpened) and isinstance(after[4], f.DayCheckpoint) and after[4].whole
    ]


def folded_from(log: list[Record]) -> OfficeState:
    """As the core folds a log of which the beginning is destroyed."""
    state, begun = OfficeState(), False
    for record in log:
        apply(state, *record)
        machine, seq, _, _, fact = record
        if not begun and isinstance(fact, f.DayCheckpoint):
            checkpoints.begin(state, machine, seq, fact)
            begun = True
    return state


def destroyed(office: Office, log: list[Record], place: int) -> list[Record]:
    """The log without what is before `place`, with the fact that tells of it, which `office` folds as well."""
    gone = [record[4] for record in log[:place]]
    checkpoint = log[place + 1][4]
    assert isinstance(checkpoint, f.DayCheckpoint)
    dates = [fact.date for fact in gone if isinstance(fact, f.DayOpened)]
    totals = checkpoints.totals_to_carry(office.state, dates, gone, checkpoint)
    told = f.RecordsDestroyed(days=tuple(dates), up_to_position=place, why="rule", keep_days=31, totals=totals)
    office.append(told, actor="core")
    return [*log[place:], office.log[-1]]


@given(days, st.data())
@settings(max_examples=examples(60), deadline=None)
def test_a_fold_that_begins_at_a_checkpoint_equals_that_of_everything(plan: list, data: st.DataObject) -> None:
    office = lived(plan)
    kept = list(office.log)
    found = places(kept)
    assert found
    for _ in range(2):
        place = data.draw(st.sampled_from(places(kept)))
        if place:
            kept = destroyed(office, kept, place)
        assert dump(folded_from(kept)) == dump(folded(office.log)) == dump(office.state)


@given(days)
@settings(max_examples=examples(30), deadline=None)
def test_beginning_at_the_first_checkpoint_of_everything_changes_nothing(plan: list) -> None:
    office = lived(plan)
    assert dump(folded_from(office.log)) == dump(office.state)


@given(moves)
@settings(max_examples=examples(30))
def test_what_comes_after_the_destruction_folds_alike(pressed: list) -> None:
    office = lived([([], [], True), ([], [], True), ([], [], True)])
    kept = destroyed(office, list(office.log), places(office.log)[1])
    length = len(office.log)
    for machine, _, _, actor, fact in played(pressed).log[1:]:
        office.append(fact, machine=machine, actor=actor)
    next_day(office, "2026-05-01")
    assert dump(folded_from([*kept, *office.log[length:]])) == dump(office.state)


def test_a_day_that_another_machine_began_before_it_was_opened_is_no_place_to_begin() -> None:
    office = Office()
    next_day(office, "2026-04-06")
    office.issue(machine="kiosk")
    office.pass_min(30)
    next_day(office, "2026-04-07")
    assert len(office.state.day.tickets) == 1, "carried over"
    assert len(places(office.log)) == 1
    office.pass_min(24 * 60)
    next_day(office, "2026-04-08")
    assert len(places(office.log)) == 2


def test_a_bell_of_an_old_day_rings_on_and_its_figures_stay() -> None:
    office = Office()
    next_day(office, "2026-04-06")
    office.append(f.StaffCalled(alert="a1", machine_code="1号機", cause="paper_out"))
    office.issue()
    for date in DATES[1:6]:
        office.pass_min(24 * 60)
        next_day(office, date)
    state = folded_from(destroyed(office, office.log, places(office.log)[4]))
    assert [key for key, _ in open_alerts(state)] == ["a1"]
    assert [(day.date, day.issued) for day in state.days][:2] == [("2026-04-06", 1), ("2026-04-07", 0)]


def test_figures_are_handed_on_when_what_told_of_them_is_destroyed_too() -> None:
    """A year of days with a month of details: no figure is lost, and no fact grows."""
    office = Office()
    kept: list[Record] = []
    for number in range(DAYS_KEPT + 20):
        office.pass_min(24 * 60)
        length = len(office.log)
        next_day(office, f"day-{number:04d}")
        kept += office.log[length:]
        if len(found := places(kept)) > 31:
            kept = destroyed(office, kept, found[1])
    state = folded_from(kept)
    assert dump(state) == dump(office.state)
    assert len(state.days) == DAYS_KEPT
    told = [record[4] for record in kept if isinstance(record[4], f.RecordsDestroyed)]
    assert max(len(fact.totals) for fact in told) <= 1 + (DAYS_KEPT + 20) // 31
