"""Reads the folder of forms, and says what `hitofuda forms check` has to say of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk_app.office import forms, forms_check
from kiosk_app.office.forms import Form, FormsError, FormSet, Question
from kiosk_app.office.forms_ask import asked, key_of
from kiosk_app.office.forms_fill import Filled, fill
from kiosk_app.settings import read_text

if TYPE_CHECKING:
    from kiosk_app.form_press.house import PressHouse

PEOPLE_TRIED = 4
LONG_NAME = "寿限無　寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処に住む処藪ら柑子の藪柑子"
LONG_LATIN = "ＷＯＬＦＥＳＣＨＬＥＧＥＬＳＴＥＩＮＨＡＵＳＥＮＢＥＲＧＥＲＤＯＲＦＦ　ＭＡＸＩＭＩＬＩＡＮ"
LONG_ADDRESS = (
    "福岡県北九州市小倉北区"
    + "大字長行大字合馬大字道原" * 8
    + "１２３４番地の５６７８　コーポ・ド・ヴェルサイユ１０１０号室"
)


def load(folder: Path) -> FormSet:
    """Raises FormsError with the first fault, also of sense."""
    found = _parsed(folder)
    for fault in forms_check.faults(found):
        raise FormsError(f"{folder.name}: {fault}")
    for form in found.forms:
        if not (folder / form.template).is_file():
            raise FormsError(f"{folder.name}: {form.id}: template: {form.template} is not in the folder")
    return found


def _parsed(folder: Path) -> FormSet:
    try:
        paths = sorted(folder.glob("*.toml"))
    except OSError as cause:
        raise FormsError(f"{folder}: cannot be read: {cause.strerror}") from None
    if not (folder / "questions.toml").is_file():
        raise FormsError(f"{folder}: expected questions.toml in this folder")
    return forms.parse({path.name: read_text(path, FormsError) for path in paths})


def check(folder: Path, today: date) -> list[str]:
    """Remarks, then one line that sums it up. Typesets every form with the longest names of the longest family, so it
    takes a second. Raises FormsError for a folder that is not usable; its text then holds every fault, one a line."""
    found = _parsed(folder)
    faults = list(forms_check.faults(found))
    remarks: list[str] = []
    if not faults:
        # typst is loaded in its own process alone, and only here and where forms are made.
        from kiosk_app.form_press.house import PressHouse

        house = PressHouse(folder)
        house.open(())
        try:
            for form in found.forms:
                faults += _tried(house, folder, found, form, today, remarks)
        finally:
            house.close()
    if faults:
        raise FormsError("\n".join(f"{folder.name}: {fault}" for fault in faults))
    if found.unreviewed_languages:
        remarks.append(f"not yet read by a native: {', '.join(found.unreviewed_languages)}")
    remarks.append(f"usable: {len(found.forms)} forms, {len(found.questions)} questions")
    return [f"{folder.name}: {remark}" for remark in remarks]


def _tried(
    house: PressHouse, folder: Path, found: FormSet, form: Form, today: date, remarks: list[str]
) -> Iterator[str]:
    from kiosk_app.form_press.press import Failed

    if not (folder / form.template).is_file():
        yield f"{form.id}: template: {form.template} is not in the folder"
        return
    made = house.look(sample(found, form, today))
    if isinstance(made, Failed):
        yield f"{form.template}: {made.why.splitlines()[0] if made.why else made.kind}"
        return
    wanted = {field.id for field in form.fields} | ({"people"} if form.people else set())
    for name in sorted(wanted - set(made.placed)):
        yield f"{form.template}: expected a place for {name}, there is none: its text would be lost"
    for name in sorted(set(made.placed) - wanted):
        yield f"{form.template}: {name} is no field of {form.id}"
    if len(set(made.placed)) < len(made.placed):
        yield f"{form.template}: expected each field in one place"
    if made.continued:
        remarks.append(f"{form.id}: of the longest texts goes to the continuation sheet: {', '.join(made.continued)}")


def sample(found: FormSet, form: Form, today: date) -> Filled:
    """Everything answered, as long as it can be, by a visitor who is under 15."""
    answers = {key_of("birth", 1): f"{today.year - 10}0101"}
    for _ in range(len(found.questions)):
        more = asked(found, (form.id,), answers, PEOPLE_TRIED, today)
        answers |= {ask.key: _longest(ask.question, answers) for ask in more if ask.key not in answers}
    return fill(found, form, answers, PEOPLE_TRIED, today, "小倉北区役所")


def _longest(question: Question, answers: dict[str, str]) -> str:
    match question.kind:
        case "choice":
            return max(question.options, key=lambda option: len(option.text["ja"])).id
        case "yes_no":
            return "yes"
        case "date":
            return "2025-12-31"
        case "address":
            return LONG_ADDRESS
        case "digits" | "phone" | "count":
            return "0" * question.longest
    return LONG_NAME if len(answers) % 2 else LONG_LATIN
