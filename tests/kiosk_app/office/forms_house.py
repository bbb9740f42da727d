"""The office's own forms, and a family of four that moves in: nobody, with names that are hard to print."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from drivers.pcsc_card.simulator.people import PEOPLE
from kiosk_app.office import forms
from kiosk_app.office.forms import FormSet, Question
from kiosk_app.office.forms_ask import asked

FOLDER = Path(__file__).parents[3] / "config" / "forms"
TODAY = date(2026, 4, 6)
FAMILY = (PEOPLE["takasaki"], PEOPLE["yoshino"], PEOPLE["tsuji"], PEOPLE["child"])
ALL_FORMS = (
    "resident-move", "resident-record", "seal-certificate", "health-insurance", "child-allowance", "proxy",
)  # fmt: skip


@lru_cache
def form_set() -> FormSet:
    return forms.parse({path.name: path.read_text() for path in FOLDER.glob("*.toml")})


def any_answer(question: Question) -> str:
    match question.kind:
        case "choice":
            return question.options[0].id
        case "yes_no":
            return "yes"
        case "date":
            return "2026-04-01"
        case "digits" | "phone" | "count":
            return "1"
        case "address":
            return "福岡県北九州市小倉北区大手町１－１"
    return "カナリア"


def of_family(people: int = 4) -> dict[str, str]:
    """What their cards give."""
    sexes = {"1": "male", "2": "female", "9": "other"}
    found: dict[str, str] = {}
    for n, person in enumerate(FAMILY[:people], 1):
        found |= {
            f"{n}.name": person.name,
            f"{n}.address": person.address,
            f"{n}.birth": f"{person.birth:%Y%m%d}",
            f"{n}.sex": sexes.get(person.sex, ""),
        }
    return found


def everything(form_ids: tuple[str, ...] = ALL_FORMS, people: int = 4) -> dict[str, str]:
    """A whole visit, with cards."""
    answers = of_family(people)
    while more := [a for a in asked(form_set(), form_ids, answers, people, TODAY) if a.key not in answers]:
        answers[more[0].key] = any_answer(more[0].question)
    return answers
