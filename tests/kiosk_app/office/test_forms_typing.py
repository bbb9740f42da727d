"""Answers by few keys: nobody gets stuck, and whatever is pressed leaves something that can be typed on."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office import forms_typing as t
from kiosk_app.office import forms_values
from kiosk_app.office.forms import Question
from tests.kiosk_app.office.forms_house import TODAY, form_set

TOWN = "福岡県北九州市小倉北区大手町"
TOWNS = {"8030814": (TOWN,), "4980000": ("愛知県弥富市", "三重県桑名郡木曽岬町")}


def towns(code: str) -> tuple[str, ...]:
    return TOWNS.get(code, ())


def question(name: str) -> Question:
    found = form_set().question(name)
    assert found is not None
    return found


def keyed(name: str, *keys: str, today: date = TODAY) -> t.Typing | str:
    state: t.Typing | str = t.start(question(name))
    for key in keys:
        assert isinstance(state, t.Typing), key
        state = t.press(question(name), state, key, today, towns)
    return state


def letters(text: str) -> list[str]:
    return [f"key:{letter}" for letter in text]


def test_a_day_by_its_era() -> None:
    assert keyed("moved_on", "era:reiwa", *letters("080401"), "key:enter") == "2026-04-01"
    assert keyed("moved_on", "era:western", *letters("20260401"), "key:enter") == "2026-04-01"
    assert keyed("moved_on", "pick:yesterday") == "2026-04-05"
    wrong = keyed("moved_on", "era:heisei", *letters("310501"), "key:enter")
    assert isinstance(wrong, t.Typing) and wrong.fault == "no_day"
    # Of a birth nobody presses today by mistake.
    assert isinstance(keyed("birth", "pick:today"), t.Typing)


def test_kana_with_marks_and_small_letters() -> None:
    assert keyed("kana", *letters("カ"), "key:turn", *letters("キク"), "key:enter") == "ガキク"
    assert (
        keyed("kana", *letters("ハ"), "key:turn", "key:turn", *letters("ツ"), "key:turn", "key:turn", "key:enter")
        == "パッ"
    )
    assert keyed("kana", *letters("ア"), "key:space", "key:space", *letters("イ"), "key:erase", "key:enter") == "ア"
    empty = keyed("kana", "key:space", "key:enter")
    assert isinstance(empty, t.Typing) and empty.fault == "short"
    for letter in t.TURNED:
        seen, now = [], letter
        while now not in seen:
            seen.append(now)
            now = t.TURNED[now]
        assert now == letter, "pressed often enough it is again what it was"


def test_an_address_from_its_postal_code() -> None:
    rest = letters("１－２")
    assert keyed("address", *letters("8030814"), "key:enter", *rest, "key:enter") == TOWN + "１－２"
    two = keyed("address", *letters("4980000"), "key:enter")
    assert isinstance(two, t.Typing) and two.step == "town" and len(two.towns) == 2
    assert (
        keyed("address", *letters("4980000"), "key:enter", "pick:2", *rest, "key:enter") == "三重県桑名郡木曽岬町１－２"
    )
    unknown = keyed("address", *letters("9999999"), "key:enter")
    assert isinstance(unknown, t.Typing) and unknown.fault == "no_postal"
    assert keyed("address", "by_hand", *letters("コクラ"), "key:enter") == "コクラ"
    back = t.back(question("address"), two)
    assert back is not None and back.step == "postal"


def test_telephone_numbers_and_skipping() -> None:
    assert keyed("phone", *letters("0935823311"), "key:enter") == "0935823311"
    short = keyed("phone", *letters("093582331"), "key:enter")
    assert isinstance(short, t.Typing) and short.fault == "no_phone"
    assert keyed("phone", "skip") == ""
    assert isinstance(keyed("move_kind", "skip"), t.Typing), "what decides cannot be left out"


KEYS = st.sampled_from(
    ["skip", "by_hand", "key:enter", "key:erase", "key:turn", "key:space", "pad:digits", "pad:kana", "pad:x", "pick:1",
     "pick:yes", "pick:male", "pick:today", "era:reiwa", "era:western", "key:", "", "x:y", *letters("アツー１Ａ09－絵")]
)  # fmt: skip


@given(st.sampled_from([q.id for q in form_set().questions]), st.lists(KEYS, max_size=60))
def test_any_keys_leave_a_state_or_a_sound_answer(name: str, keys: list[str]) -> None:
    asked = question(name)
    state: t.Typing | str = t.start(asked)
    for key in keys:
        state = t.press(asked, state, key, TODAY, towns)
        if isinstance(state, str):
            break
        assert len(state.text) <= max(asked.longest, 8)
        assert not state.text or ("絵" not in state.text and state.text not in repr(state))
    if not isinstance(state, str):
        return
    match asked.kind:
        case "choice":
            assert state in {option.id for option in asked.options} | ({""} if asked.may_skip else set())
        case "date":
            assert forms_values.day(state) is not None or (state == "" and asked.may_skip)
        case _:
            assert state or asked.may_skip
