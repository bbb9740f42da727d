"""A family's forms ask everything once, in whatever order they were chosen; who is under 15 needs a guardian."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office.forms import PEOPLE_MAX
from kiosk_app.office.forms_ask import asked, has_people, remaining
from kiosk_app.office.forms_fill import fill
from tests.kiosk_app.office.forms_house import ALL_FORMS, TODAY, any_answer, everything, form_set, of_family

CHOSEN = st.lists(st.sampled_from(ALL_FORMS), min_size=1, unique=True)


@given(CHOSEN, st.integers(1, PEOPLE_MAX), st.data())
def test_everything_is_asked_once_and_then_nothing_is_left(forms: list[str], people: int, data: st.DataObject) -> None:
    answers: dict[str, str] = {}
    heard = []
    while left := remaining(form_set(), forms, answers, people, TODAY):
        ask = left[0]
        assert ask.key not in heard, "nobody is asked twice"
        heard.append(ask.key)
        options = [option.id for option in ask.question.options] or [any_answer(ask.question)]
        answers[ask.key] = data.draw(st.sampled_from([*options, *([""] if ask.question.may_skip else [])]))
        assert len(heard) < 200
    assert {ask.key for ask in asked(form_set(), forms, answers, people, TODAY)} <= set(heard)


@given(CHOSEN, st.integers(1, 4), st.randoms())
def test_the_order_of_choosing_changes_nothing(forms: list[str], people: int, random: object) -> None:
    other = list(forms)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert asked(form_set(), forms, {}, people, TODAY) == asked(form_set(), other, {}, people, TODAY)


@given(CHOSEN, CHOSEN, st.integers(1, 4))
def test_a_set_asks_what_its_forms_ask_and_nothing_more(one: list[str], two: list[str], people: int) -> None:
    def keys(forms: list[str]) -> set[str]:
        return {ask.key for ask in asked(form_set(), forms, everything(people=people), people, TODAY)}

    assert keys([*one, *two]) == keys(one) | keys(two)


def test_what_a_card_gave_is_not_asked() -> None:
    left = remaining(form_set(), ALL_FORMS, of_family(), 4, TODAY)
    assert not [ask.key for ask in left if ask.key.endswith((".name", ".birth", ".address"))]
    assert [ask.key for ask in left if ask.question.id == "relation"] == ["2.relation", "3.relation", "4.relation"]
    # One whose card does not say.
    assert [ask.key for ask in left if ask.question.id == "sex"] == []


def test_a_conditional_question_waits_for_its_answer() -> None:
    answers = of_family(1)
    keys = {ask.key for ask in remaining(form_set(), ["resident-move"], answers, 1, TODAY)}
    assert "move_kind" in keys and "new_address" not in keys
    keys = {a.key for a in remaining(form_set(), ["resident-move"], answers | {"move_kind": "within"}, 1, TODAY)}
    assert "new_address" in keys
    keys = {a.key for a in remaining(form_set(), ["resident-move"], answers | {"move_kind": "household"}, 1, TODAY)}
    assert "new_address" not in keys


def test_under_15_a_guardian_is_asked_for_and_signs() -> None:
    young, old = {"1.birth": "20110407"}, {"1.birth": "20110406"}
    assert "guardian_name" in {a.key for a in remaining(form_set(), ["proxy"], young, 1, TODAY)}
    assert "guardian_name" not in {a.key for a in remaining(form_set(), ["proxy"], old, 1, TODAY)}
    proxy = form_set().form("proxy")
    assert proxy is not None
    assert fill(form_set(), proxy, young | {"guardian_name": "オヤ"}, 1, TODAY, "区役所").has_guardian
    assert not fill(form_set(), proxy, old, 1, TODAY, "区役所").has_guardian


def test_every_name_on_paper_is_the_cards() -> None:
    answers = everything()
    for form in form_set().forms:
        filled = fill(form_set(), form, answers, 4, TODAY, "小倉北区役所")
        texts = {cell.id: cell.text for cell in filled.cells}
        assert texts["name"] == answers["1.name"]
        if filled.people:
            names = [row[filled.columns.index("氏名")] for row in filled.people]
            assert names == [answers[f"{n}.name"] for n in range(form.people_from, 5)]
        assert "髙﨑" not in repr(filled)


def test_an_answer_of_a_way_not_taken_is_not_printed() -> None:
    move = form_set().form("resident-move")
    assert move is not None
    answers = everything(("resident-move",)) | {"head": "me", "head_name": "ヤマダ", "move_kind": "household"}
    cells = {cell.id: cell.text for cell in fill(form_set(), move, answers, 4, TODAY, "区役所").cells}
    assert cells["head_name"] == "" and cells["new"] == "" and cells["head"] == "本人"


def test_which_forms_have_people() -> None:
    assert has_people(form_set(), ["proxy", "health-insurance"]) and not has_people(form_set(), ["proxy"])
