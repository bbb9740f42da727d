"""Where people give up: counted by day, step, language and mode, kept with the day's figures, and never of a person."""

from __future__ import annotations

import json
from itertools import permutations

import pytest
from msgspec.structs import replace

from kiosk_app import practising
from kiosk_app.office import facts as f
from kiosk_app.office import report
from kiosk_app.office.across_days import StepFigures
from kiosk_app.office.authorship import first_fault
from kiosk_app.office.facts_practice import Ended, Of, VisitStep
from kiosk_app.office.figures import figures_of
from kiosk_app.office.fold_practice import KEPT_MAX, form_figures, step_figures
from kiosk_app.office.folds import apply
from kiosk_app.office.state import OfficeState
from kiosk_app.office.statistics import day_totals
from tests.kiosk_app.office.test_practice_facts import NINE_MS, TODAY, ZONE, office, stepped

VISIT = "Xq3rUnguessable"


def at(
    machine: str, step: VisitStep, ended: Ended = "", of: Of = "forms", modes: tuple[str, ...] = ()
) -> f.VisitStepped:
    return f.VisitStepped(machine_code=machine, of=of, step=step, ended=ended, language="vi", modes=modes)


def printed(visit: str, *forms: str) -> f.FormsStarted:
    return f.FormsStarted(visit=visit, forms=forms, sheets=2, people=4, cards=4)


def told(state: OfficeState, machine: str, *found: f.Fact) -> OfficeState:
    for n, fact in enumerate(found, 2):
        apply(state, machine, n, NINE_MS, "visitor", fact)
    return state


@pytest.mark.parametrize("order", list(permutations(("m2", "m3"))))
def test_steps_of_two_machines_are_added_up_in_any_order(order: tuple[str, ...]) -> None:
    state = office()
    found = {
        "m2": [at("m2", "choose"), at("m2", "ask"), at("m2", "ask", "time"), stepped("m2", "pin", "left")],
        "m3": [
            at("m3", "choose"),
            at("m3", "receive"),
            at("m3", "receive", "finished"),
            at("m3", "pin", modes=("large",)),
        ],
    }
    for machine in order:
        told(state, machine, *found[machine])
    assert step_figures(state.day) == (
        StepFigures("forms", "vi", "", "ask", 1, 0, 1, 0),
        StepFigures("forms", "vi", "", "choose", 2),
        StepFigures("forms", "vi", "", "receive", 1, 0, 0, 1),
        StepFigures("forms", "vi", "large", "pin", 1),
        StepFigures("practice", "vi", "", "pin", 0, 1, 0, 0),
    )


def test_a_form_is_counted_once_a_visit_however_often_paper_had_to_be_loaded() -> None:
    state = told(
        office(), "m2", printed(VISIT, "proxy/1", "resident-move/2"), printed(VISIT, "proxy/1", "resident-move/2"),
        printed("other", "proxy/1"),
    )  # fmt: skip
    assert form_figures(state.day) == (("proxy", 2), ("resident-move", 1))


def test_figures_outlive_the_day_and_name_nobody() -> None:
    state = told(office(), "m2", at("m2", "choose"), at("m2", "choose", "left"), printed(VISIT, "proxy/1"))
    totals = day_totals(state.day)
    kept = figures_of(totals)
    assert kept is not None and kept.steps == step_figures(state.day) and kept.forms == (("proxy", 1),)
    assert VISIT not in totals.figures
    (day,) = report.days_between(state, TODAY, TODAY)
    assert [(row.step, row.reached, row.left) for row in day.steps] == [("choose", 1, 1)]
    assert [(one.form, one.visits) for one in day.forms] == [("proxy", 1)]
    apply(state, "m1", 2, NINE_MS + 86_400_000, "core", f.DayOpened(date="2026-04-07", office="kokura-kita"))
    assert (state.day.steps, state.day.forms, state.day.form_visits) == ({}, {}, set())
    assert report.days_between(state, TODAY, TODAY)[0].steps == day.steps


def test_figures_that_an_older_program_kept_are_read() -> None:
    totals = day_totals(office().day)
    older = json.dumps(json.loads(totals.figures)[:4])
    found = figures_of(replace(totals, figures=older))
    assert found is not None and (found.steps, found.forms) == ((), ())


def test_a_machine_that_invents_steps_without_end_is_counted_up_to_a_limit() -> None:
    state = office()
    for n in range(KEPT_MAX + 5):
        apply(state, "m2", n + 2, NINE_MS, "visitor", at("m2", "choose", modes=(str(n),)))
    assert len(state.day.steps) == KEPT_MAX


def test_staff_see_the_step_of_a_real_visit_and_whose_it_is() -> None:
    state = told(office(), "m2", at("m2", "check"))
    apply(state, "m3", 2, NINE_MS, "visitor", at("m3", "pay", of="certificate"))
    rows = practising.rows_of(state, NINE_MS, ZONE, str.upper)
    assert [(row.machine, row.doing, row.step, row.language) for row in rows] == [
        ("M2", "書類の作成", "カードの内容の確認", "ベトナム語"),
        ("M3", "証明書", "支払い", "ベトナム語"),
    ]
    apply(state, "m2", 3, NINE_MS, "visitor", at("m2", "check", "left"))
    assert len(practising.rows_of(state, NINE_MS, ZONE, str.upper)) == 1


def test_no_machine_speaks_in_the_name_of_another() -> None:
    fault = first_fault(office(), "m2", [("m2", 2, at("m3", "card"))], TODAY, True)
    assert fault is not None and fault.cause == "not_its_name"
    assert first_fault(office(), "m2", [("m2", 2, at("m2", "card"))], TODAY, True) is None
