"""What is kept of a visit for forms or a certificate: steps, languages and how it ended. Nothing that was said."""

from __future__ import annotations

from kiosk_app import practice_told
from kiosk_app.journeys import form_events as f
from kiosk_app.journeys.messages import AnyEvent
from kiosk_app.office.facts import Fact, VisitStepped
from tests.kiosk_app.journeys import certificate_house, forms_house
from tests.kiosk_app.journeys.conftest import Desk


class Watched(Desk):
    """Keeps what would be told of each event."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(context=desk.context, state=desk.state)
        self.told: list[Fact] = []

    def step(self, event: AnyEvent) -> tuple[object, ...]:  # type: ignore[override]
        before = self.state
        commands = super().step(event)
        self.told += practice_told.facts(before, self.state, event, "m1")
        return commands

    def steps(self) -> list[tuple[str, str, str]]:
        return [(one.of, one.step, one.ended) for one in self.told if isinstance(one, VisitStepped)]


def of_forms(*ended: tuple[str, str]) -> list[tuple[str, str, str]]:
    return [("forms", *one) for one in ended]


def test_each_step_of_forms_is_told_once_and_the_end_with_the_paper() -> None:
    desk = Watched(forms_house.machine("vi", frozenset({"large"})))
    forms_house.to_take(desk)
    desk.press("end")
    assert desk.steps() == of_forms(
        ("choose", ""), ("people", ""), ("card", ""), ("confirm", ""), ("print", ""), ("receive", ""),
        ("receive", "finished"),
    )  # fmt: skip
    (last,) = desk.told[-1:]
    assert isinstance(last, VisitStepped) and (last.language, last.modes) == ("vi", ("large",))


def test_who_gives_up_and_who_walks_away_are_told_apart() -> None:
    desk = Watched(forms_house.machine())
    desk.press("forms", "back")
    assert desk.steps() == of_forms(("choose", ""), ("choose", "left"))
    desk.told.clear()
    forms_house.to_way(desk)
    desk.wait(70)
    desk.wait(70)
    assert desk.steps()[-1] == ("forms", "card", "time")


def test_a_digit_or_an_answer_is_no_step() -> None:
    desk = Watched(forms_house.machine())
    forms_house.to_pin(desk)
    before = len(desk.told)
    desk.step(f.FormAnswered(visit=forms_house.visit(desk)))
    desk.press("language", "language:en")
    assert len(desk.told) == before
    assert "髙﨑" not in str(desk.told)


def test_a_certificate_is_told_by_its_steps_and_nothing_of_what_was_chosen() -> None:
    desk = Watched(certificate_house.kiosk())
    certificate_house.to_take(desk)
    desk.press("end")
    steps = desk.steps()
    assert {of for of, _, _ in steps} == {"certificate"}
    assert [step for _, step, _ in steps] == [
        "card", "choose", "pin", "card_out", "confirm", "pay", "receive", "receive",
    ]  # fmt: skip
    assert steps[-1] == ("certificate", "receive", "finished")


def test_a_ticket_is_told_by_its_own_facts_alone() -> None:
    desk = Watched(certificate_house.kiosk())
    desk.to_confirm()
    desk.press("take")
    assert desk.told == []
