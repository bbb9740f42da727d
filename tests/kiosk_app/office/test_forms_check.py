"""Forms that make no sense are refused with file and key; those of the product make sense."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from kiosk_app.office import forms, forms_check
from kiosk_app.office.forms import Form, FormsError, FormSet, Question
from tests.kiosk_app.office.forms_house import ALL_FORMS, form_set


def test_the_products_forms_make_sense() -> None:
    assert list(forms_check.faults(form_set())) == []
    assert tuple(form.id for form in form_set().forms) == ALL_FORMS


def changed(question: str = "", form: str = "", **changes: object) -> FormSet:
    found = form_set()

    def one(each: Question | Form, name: str) -> Question | Form:
        return replace(each, **changes) if each.id == name else each

    return replace(
        found,
        questions=tuple(one(each, question) for each in found.questions),
        forms=tuple(one(each, form) for each in found.forms),
    )


def field(**changes: object) -> FormSet:
    proxy = form_set().form("proxy")
    assert proxy is not None
    return changed(form="proxy", fields=(replace(proxy.fields[0], **changes), *proxy.fields[1:]))


TEXT = {language: "x" for language in ("ja", "easy", "en", "zh", "ko", "vi")}


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (changed("phone", text={"ja": "電話"}), "questions[phone].text.easy: expected this text"),
        (changed("phone", why=TEXT | {"fr": "x"}), "questions[phone].why.fr: expected a language"),
        (changed("phone", text=TEXT | {"ja": "長" * 200}), "questions[phone].text.ja: expected at most"),
        (changed("head", options=()), "questions[head].options: expected two or more"),
        (changed("new_address", when={"move_knd": ("move_in",)}), "'move_knd' is unknown (move_kind?)"),
        (changed("new_address", when={"move_kind": ("in",)}), "when.move_kind: expected an answer of it"),
        (changed("new_address", when={"phone": ("1",)}), "expected a choice that is asked once"),
        (changed("move_kind", when={"move_kind": ("within",)}), "expected no loop"),
        (changed("name", of="visit"), 'questions[name].of: expected "person"'),
        (field(source="me.nmae"), "expected an attribute of the visitor, 'nmae' is unknown (name?)"),
        (field(source="agent"), "source: expected a question"),
        (field(source="relation"), "source: expected me.relation"),
        (field(least_pt=14.0), "least_pt: expected at most size_pt, 11"),
        (field(label=" "), "label: expected words"),
        (field(show="options"), 'show: expected "text"'),
        (changed(form="proxy", fields=()), "proxy: fields: expected at least one"),
        (changed(form="health-insurance", people=("phone",)), "people: expected questions of persons"),
        (replace(form_set(), forms=form_set().forms[:1]), "expected on a form, none wants it"),
        (replace(form_set(), forms=form_set().forms[:1] * 2), "forms[resident-move]: expected each only once"),
    ],
    ids=range(19),
)  # fmt: skip
def test_each_fault_is_told(broken: FormSet, fault: str) -> None:
    assert [told for told in forms_check.faults(broken) if fault in told]


def test_what_is_no_form_is_refused_with_its_file() -> None:
    with pytest.raises(FormsError, match=r"questions\.toml"):
        forms.parse({"questions.toml": "schema = 2"})
    with pytest.raises(FormsError, match=r"a\.toml.*lable"):
        forms.parse({"questions.toml": "schema = 1\nquestions = []", "a.toml": "schema = 1\nlable = 1"})
