"""Questions of life events: each walk ends with something to do, and the data that ships says it in every language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk_app import procedure_files
from kiosk_app.office import catalogue, procedures, procedures_check
from kiosk_app.office.catalogue import LANGUAGES, Office
from kiosk_app.office.procedures import ANSWERS, Answer, LifeEvent, Plan, Procedures
from kiosk_app.office.procedures_parts import END, Leads, Procedure, Question, Shared, Step
from tests.depth import examples

CONFIG = Path(__file__).parents[3] / "config"
DAY = date(2026, 4, 6)
TEXT = dict.fromkeys(LANGUAGES, "x")


@pytest.fixture(scope="module")
def office() -> Office:
    path = CONFIG / "offices" / "kokura-kita.toml"
    return catalogue.parse(path.read_text(), path.name)


@pytest.fixture(scope="module")
def shipped() -> Procedures:
    return procedure_files.load(CONFIG / "procedures")


def ends(life: LifeEvent, answers: tuple[Answer, ...] = ()) -> Iterator[tuple[Answer, ...]]:
    """Every way through the questions of a life event."""
    step = procedures.walk(life, answers).step
    if step is None:
        yield answers
        return
    for answer in procedures.offered(step):
        yield from ends(life, (*answers, answer))


# --- the data that ships --------------------------------------------------------------------------------------


def test_there_are_life_events_enough_each_with_its_source(shipped: Procedures) -> None:
    names = {life.id for life in shipped.events}
    assert len(names) >= 8
    assert names >= {"move-in", "move-within", "move-out", "birth", "marriage", "divorce", "bereavement", "job-leave"}
    assert all(life.source for life in shipped.events)
    assert all(one.source for one in shipped.shared.procedures)


def test_every_way_through_every_life_event_ends_with_something_to_do_in_every_language(
    shipped: Procedures, office: Office
) -> None:
    questions = {one.id: one for one in shipped.shared.questions}
    results: dict[frozenset[str], Plan] = {}
    for life in shipped.events:
        asked: set[str] = set()
        for answers in ends(life):
            assert len(answers) <= procedures.QUESTIONS_MAX, (life.id, answers)
            for n in range(len(answers)):
                step = procedures.walk(life, answers[:n]).step
                assert step is not None
                asked.add(step.question)
            needs = procedures.walk(life, answers).needs
            if needs not in results:
                results[needs] = procedures.plan(shipped, office, life, answers, DAY)
            assert {one.procedure.id for one in results[needs].done} == needs, (life.id, answers)
        assert asked == {step.question for step in life.steps}
        for language in LANGUAGES:
            assert life.name[language]
            assert all(questions[name].title[language] for name in asked)
    for plan in results.values():
        assert plan.done
        assert len(procedures.route(plan)) == len({one.service.id for one in plan.done if one.service is not None})
        told = [one.procedure.name for one in plan.done]
        told += [one.procedure.another_day for one in plan.done if one.procedure.another_day is not None]
        told += [one.procedure.elsewhere for one in plan.done if one.procedure.elsewhere is not None]
        told += [one.name for one in procedures.bring(shipped, office, plan, DAY)]
        assert all(text[language].strip() for text in told for language in LANGUAGES)


def test_who_moves_in_with_a_family_makes_one_visit_in_order(shipped: Procedures, office: Office) -> None:
    """The notice comes first: card, insurance and allowances follow from it, and a record only then says it."""
    life = procedures.event(shipped, "move-in")
    assert life is not None
    answers = procedures.decoded("nynyynny")
    plan = procedures.plan(shipped, office, life, answers, DAY)
    way = [one.id for one in procedures.route(plan)]
    assert way == [
        "move-in",
        "card-address-change",
        "health-insurance-change",
        "child-allowance",
        "child-medical",
        "resident-record-copy",
    ]
    assert [stage.letter for stage in procedures.stages(plan)] == ["H", "M", "R", "W", "A"]
    assert [len(stage.done) for stage in procedures.stages(plan)] == [1, 1, 1, 2, 1]
    brought = [one.name["ja"] for one in procedures.bring(shipped, office, plan, DAY)]
    assert brought[:3] == ["本人確認書類", "カード", "転出証明書"]
    assert len(set(brought)) == len(brought)


def test_who_does_not_know_comes_to_the_counter_that_explains(shipped: Procedures, office: Office) -> None:
    life = procedures.event(shipped, "move-within")
    assert life is not None
    plan = procedures.plan(shipped, office, life, procedures.decoded("nunnnn"), DAY)
    assert [one.procedure.id for one in plan.done] == ["move-within", "insurance-ask"]


def test_what_is_left_out_is_neither_on_the_way_nor_brought(shipped: Procedures, office: Office) -> None:
    life = procedures.event(shipped, "birth")
    assert life is not None
    plan = procedures.plan(shipped, office, life, procedures.decoded("nynnn"), DAY)
    without = {"register-birth"}
    assert [one.id for one in procedures.route(plan, without)] == ["child-allowance", "child-medical"]
    brought = [one.name["ja"] for one in procedures.bring(shipped, office, plan, DAY, without)]
    assert "出生届の用紙" not in brought and "口座番号" in brought


def test_forms_are_of_what_is_done_today_and_an_answer_that_two_give_differently_is_asked(
    shipped: Procedures, office: Office
) -> None:
    known = ("resident-move", "health-insurance", "child-allowance")
    move_in = {one.id: one for one in shipped.shared.procedures}["move-in"]
    services = {one.id: one for one in office.services}
    within = {one.id: one for one in shipped.shared.procedures}["move-within"]
    both = Plan(tuple(procedures.Done(one, services[one.service or ""]) for one in (move_in, within)))
    assert procedures.forms(both, known) == ("resident-move",)
    assert procedures.form_answers(both) == {}
    assert procedures.form_answers(both, {"move-in"}) == {"move_kind": "within"}
    assert procedures.forms(both, ("proxy",)) == () == procedures.forms(both, known, {"move-in", "move-within"})


def test_an_office_without_a_service_leaves_it_out(shipped: Procedures, office: Office) -> None:
    life = procedures.event(shipped, "move-within")
    assert life is not None
    smaller = replace(office, services=tuple(one for one in office.services if one.id != "card-address-change"))
    plan = procedures.plan(shipped, smaller, life, procedures.decoded("ynnnnn"), DAY)
    assert [one.procedure.id for one in plan.done] == ["move-within"]


@given(st.text(max_size=30))
def test_whatever_stands_in_an_address_is_answers_or_nothing(text: str) -> None:
    answers = procedures.decoded(text)
    assert len(answers) <= procedures.QUESTIONS_MAX
    assert text.startswith(procedures.coded(answers))


# --- any life event -------------------------------------------------------------------------------------------


def shared_of(count: int) -> Shared:
    return Shared(
        schema=1,
        questions=tuple(Question(id=f"q{n}", title=TEXT) for n in range(count)),
        procedures=tuple(Procedure(id=f"p{n}", name=TEXT, service=f"s{n}", source="x") for n in range(12)),
    )


@st.composite
def life_events(draw: st.DrawFn) -> LifeEvent:
    """Also with circles, lost questions and dead ends, and longer than may be."""
    count = draw(st.integers(1, 12))
    names = [f"q{n}" for n in range(count)]

    def leads() -> Leads:
        needs = draw(st.lists(st.sampled_from([f"p{n}" for n in range(12)]), max_size=2, unique=True))
        then = draw(st.sampled_from(["", "", "", END, *names]))
        return Leads(needs=tuple(needs), then=then)

    def step(name: str) -> Step:
        if count > 8:
            # Of long ones few ways, or to walk them all would take for ever.
            return Step(question=name, yes=leads(), no=replace(leads(), then=END))
        return Step(
            question=name, yes=leads(), no=leads(), unsure=draw(st.sampled_from([None, None, Leads(), leads()]))
        )

    steps = [step(name) for name in names]
    needs = tuple(draw(st.sampled_from([(), ("p0",)])))
    return LifeEvent(schema=1, id="e", icon="box", name=TEXT, source="x", needs=needs, steps=tuple(steps))


@settings(max_examples=examples(60), deadline=None)
@given(life_events(), st.lists(st.sampled_from(ANSWERS), max_size=14))
def test_what_the_check_lets_through_leads_everybody_to_an_end(life: LifeEvent, answers: list[Answer]) -> None:
    faults = list(procedures_check.event_faults(life, shared_of(12)))
    if faults:
        return
    walked = procedures.walk(life, answers)
    assert walked.asked <= procedures.QUESTIONS_MAX
    if walked.step is not None:
        # Whoever answers on comes to an end within the questions that were announced.
        assert 1 <= procedures.longest(life, walked.step) <= procedures.QUESTIONS_MAX - walked.asked
        rest = [*answers[: walked.asked], *["no"] * procedures.QUESTIONS_MAX]
        walked = procedures.walk(life, rest)  # type: ignore[arg-type]
    assert walked.step is None
    assert walked.needs


@settings(max_examples=examples(60), deadline=None)
@given(life_events())
def test_the_check_refuses_exactly_what_a_visitor_would_stumble_over(life: LifeEvent) -> None:
    """Against a walk of every way, by brute force."""
    faults = "\n".join(procedures_check.event_faults(life, shared_of(12)))
    places = {step.question: n for n, step in enumerate(life.steps)}
    ways = [
        leads.then in places and places[leads.then] <= n
        for n, step in enumerate(life.steps)
        for leads in (step.yes, step.no, step.unsure)
        if leads is not None
    ]
    assert ("circle" in faults) == any(ways)
    if any(ways):
        return
    every = list(ends(life))
    reached = {
        step.question
        for way in every
        for n in range(len(way))
        if (step := procedures.walk(life, way[:n]).step) is not None
    }
    assert ("nobody can reach it" in faults) == (len(reached) < len(life.steps))
    deep = max(map(len, every)) > procedures.QUESTIONS_MAX
    assert ("questions in a row" in faults) == deep
    needs = [procedures.walk(life, way).needs for way in every]
    assert ("leads to nothing" in faults) == any(not one for one in needs)
    assert ("services in one visit" in faults) == any(len(one) > procedures.ROUTE_MAX for one in needs)
