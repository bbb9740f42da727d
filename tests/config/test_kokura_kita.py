"""The office that ships is complete: what the screens, the paper and the visitors count on is there."""

import re
from pathlib import Path

import msgspec
import pytest

from kiosk_app.office import catalogue
from kiosk_app.office.catalogue import LANGUAGES
from kiosk_app.settings import check, load_office

FILE = Path(__file__).parents[2] / "config/offices/kokura-kita.toml"
OFFICE = load_office(FILE)


def test_six_groups_and_enough_services_to_be_real() -> None:
    assert [g.letter for g in OFFICE.groups] == list("AHMRWY")
    assert len(OFFICE.services) >= 25
    assert max(sum(s.group == g.letter for s in OFFICE.services) for g in OFFICE.groups) <= 6
    assert len(OFFICE.counters) >= 20
    assert [e.name["ja"] for e in OFFICE.events] == [
        "引っ越し", "結婚・離婚", "妊娠・出産", "就職・退職", "カード紛失", "おくやみ",
    ]  # fmt: skip


def test_certificates_are_at_counters_three_to_six_on_the_first_floor() -> None:
    assert (catalogue.floor_of(OFFICE, "A").name["ja"], catalogue.counter_runs(OFFICE, "A")) == ("1階", ((3, 6),))


def texts(part: object) -> list[dict[str, str]]:
    match part:
        case dict():
            return [part]
        case tuple():
            return [found for entry in part for found in texts(entry)]
        case msgspec.Struct():
            return [found for field in part.__struct_fields__ for found in texts(getattr(part, field))]
        case _:
            return []


def test_every_text_is_there_in_six_languages() -> None:
    incomplete = [t for t in texts(OFFICE) if t and set(t) != set(LANGUAGES)]
    assert incomplete == []


@pytest.mark.parametrize("language", ["ja", "zh", "ko", "vi"])
def test_each_language_is_written_in_its_own_script(language: str) -> None:
    """A translation pasted under the wrong key shows as a script that does not belong there."""
    foreign = {
        "ja": r"[가-힣ạ-ỹ]",
        "zh": r"[가-힣ぁ-ゖァ-ヺ]",
        "ko": r"[ぁ-ゖァ-ヺ一-鿿]",
        "vi": r"[가-힣ぁ-ゖァ-ヺ一-鿿]",
    }
    assert [t[language] for t in texts(OFFICE) if t and re.search(foreign[language], t[language])] == []


def test_every_service_says_what_to_bring_or_is_advice() -> None:
    empty = [s.id for s in OFFICE.services if not s.bring]
    assert empty == ["parenting-consultation", "senior-consultation"]


def test_every_fee_is_marked_as_a_sample() -> None:
    fees = [i for i in OFFICE.items if re.search(r"\d円", i.note.get("ja", ""))]
    assert len(fees) >= 5
    assert all(i.fee_sample and i.source and i.valid_from for i in fees)


def test_what_bystanders_should_not_learn_stays_off_paper_and_displays() -> None:
    telling = re.compile(r"保護|生活支援|障害|妊娠|ひとり親|おくやみ|免除|離婚")
    assert [s.id for s in OFFICE.services if telling.search(catalogue.public_name(s)["ja"])] == []


def test_the_check_sums_up() -> None:
    assert check(FILE)[-1].startswith("kokura-kita.toml: usable: 6 groups, 36 services, 22 counters on 3 floors")


def test_a_names_width_fits_the_tickets_paper() -> None:
    """20 full-width columns on 80 mm; a half-width character is half a column."""
    columns = [sum(1 if ord(c) > 0xFF else 0.5 for c in catalogue.public_name(s)["ja"]) for s in OFFICE.services]
    assert max(columns) <= 20
