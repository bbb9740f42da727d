"""The search by plain words: a corpus of questions, slips that must make no difference, and what must not be found."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central_server.web import finder
from central_server.web.finder import Finder, distance, folded
from kiosk_app.office.catalogue import Office, is_valid
from tests.central_server.pages import corpus
from tests.central_server.pages.server import office
from tests.depth import examples

DAY = date(2026, 4, 6)


@pytest.fixture(scope="module")
def here() -> Office:
    return office()


@pytest.fixture(scope="module")
def found(here: Office) -> Finder:
    return Finder(here, finder.load())


def test_every_question_of_the_corpus_leads_to_its_procedure(found: Finder) -> None:
    asked = corpus.cases()
    assert len(asked) >= 150
    wrong = {
        query: got
        for query, service, within in asked
        if service not in (got := [one.id for one in found.find(query, DAY)])[:within]
    }
    assert wrong == {}


@pytest.mark.parametrize("query", corpus.NOTHING)
def test_what_nobody_offers_finds_nothing(found: Finder, query: str) -> None:
    assert found.find(query, DAY) == ()


def test_every_procedure_is_found_by_its_own_names_and_readings(found: Finder, here: Office) -> None:
    for service in here.services:
        for name in (service.name[language] for language in ("ja", "easy", "en", "ko")):
            for said in {*finder._written_and_read([name])}:
                assert service in found.find(said[: finder.QUERY_MAX], DAY), said


def test_the_table_names_only_procedures_that_there_are_and_forgets_none(here: Office) -> None:
    named = {service for word in finder.load().words for service in word.services}
    assert named == {one.id for one in here.services}


def test_a_word_stands_in_the_table_once_for_one_meaning() -> None:
    said = [folded(one) for word in finder.load().words for one in word.say]
    assert [one for one in said if not one] == []


def test_a_procedure_of_another_year_is_not_offered(found: Finder) -> None:
    assert found.find("住民票", date(2020, 1, 1)) == ()


def test_a_mistake_in_the_table_is_named(tmp_path: object) -> None:
    import pathlib

    file = pathlib.Path(str(tmp_path)) / "plain_words.toml"
    file.write_text('schema = 1\n[[words]]\nsay = [""]\nservices = ["move-in"]\n')
    with pytest.raises(finder.TableError, match=r"plain_words\.toml.*say"):
        finder.load(file)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ヒッコシ", "ひっこし"),
        ("ﾋｯｺｼ", "ひっこし"),
        ("PIN", "ｐｉｎ"),
        ("chuyển nhà", "CHUYEN NHA"),
        ("お 悔 や み", "お悔やみ"),
    ],
)
def test_ways_of_writing_are_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@settings(max_examples=examples(30), deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_answered(found: Finder, query: str) -> None:
    got = found.find(query, DAY)
    assert len(got) <= finder.RESULTS_MAX and len({one.id for one in got}) == len(got)
    assert all(is_valid(one, DAY) for one in got)


def test_one_slip_of_the_finger_is_forgiven_most_often(found: Finder) -> None:
    """Of every question of six letters or more: a letter left out, doubled, or swapped with the next."""
    tried, forgiven = 0, 0
    for query, service, within in corpus.cases()[::5]:
        if len(query) < 6 or within > 1:
            continue
        for at in (1, len(query) // 2):
            left_out = query[:at] + query[at + 1 :]
            doubled = query[:at] + query[at] + query[at:]
            swapped = query[:at] + query[at + 1] + query[at] + query[at + 2 :]
            for slipped in (left_out, doubled, swapped):
                tried += 1
                forgiven += service in [one.id for one in found.find(slipped, DAY)[:3]]
    assert tried > 60 and forgiven / tried > 0.8, (forgiven, tried)


@settings(max_examples=examples(100), deadline=None)
@given(st.text("ab", max_size=7), st.text("ab", max_size=7), st.integers(1, 3))
def test_the_distance_is_that_of_its_definition(one: str, other: str, most: int) -> None:
    assert distance(one, other, most) == min(most + 1, plain_distance(one, other))


def plain_distance(one: str, other: str) -> int:
    """Optimal string alignment, as it is defined."""
    table = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            same = one[i - 1] == other[j - 1]
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (not same))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


def test_an_office_that_lacks_a_procedure_leaves_it_out(here: Office) -> None:
    fewer = msgspec.structs.replace(here, services=tuple(one for one in here.services if one.id != "move-in"))
    less = Finder(msgspec.structs.replace(fewer, events=()), finder.load())
    assert "move-in" not in [one.id for one in less.find("引っ越し", DAY)]
