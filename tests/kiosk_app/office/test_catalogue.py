"""The office's answers, and the promise that no mistake in the file ends in anything but one clear message."""

import copy
import json
import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.office import catalogue, catalogue_parts
from kiosk_app.office.catalogue import CatalogueError, Office
from tests.depth import examples

FILE = Path(__file__).parents[3] / "config/offices/kokura-kita.toml"
TEXT = FILE.read_text(encoding="utf-8")
DOCUMENT = tomllib.loads(TEXT)
OFFICE = catalogue.parse(TEXT, FILE.name)

DAY = date(2026, 4, 6)

Step = str | int


def as_toml(value: Any) -> str:
    """Any parsed document as TOML again, in inline form."""
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{" + ", ".join(f"{json.dumps(k)} = {as_toml(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(as_toml, value)) + "]"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)


def document_text(document: dict[str, Any]) -> str:
    return "\n".join(f"{json.dumps(key)} = {as_toml(value)}" for key, value in document.items())


def paths(value: Any, here: tuple[Step, ...] = ()) -> list[tuple[Step, ...]]:
    inner: list[tuple[Step, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [p for step, part in inner for p in [(*here, step), *paths(part, (*here, step))]]


PATHS = paths(DOCUMENT)
ALWAYS_NEEDED = {"schema", "id", "name", "ja", "en", "letter", "icon", "minutes", "floor", "counter_from", "reasons"}
VALUES: list[Any] = [
    True,
    0,
    -1,
    3.5,
    "",
    " x ",
    "zzz",
    "99:99",
    [],
    [1],
    {},
    {"ja": 1},
    date(2026, 2, 28),
    "{when}{0}",
]


def parent_of(document: Any, path: tuple[Step, ...]) -> Any:
    for step in path[:-1]:
        document = document[step]
    return document


def outcome(document: dict[str, Any]) -> Office | str:
    try:
        return catalogue.parse(document_text(document), "office.toml")
    except CatalogueError as refused:
        return str(refused)


def test_the_test_writes_toml_faithfully() -> None:
    assert outcome(DOCUMENT) == OFFICE


@settings(max_examples=examples(40), deadline=None)
@given(st.sampled_from(PATHS))
def test_a_key_taken_away_is_named_or_was_not_needed(path: tuple[Step, ...]) -> None:
    document = copy.deepcopy(DOCUMENT)
    del parent_of(document, path)[path[-1]]
    found = outcome(document)
    if isinstance(found, str):
        assert found.startswith("office.toml: ") and "expected" in found and "\n" not in found
    if path[-1] in ALWAYS_NEEDED:
        assert isinstance(found, str) and str(path[-1]) in found


@settings(max_examples=examples(80), deadline=None)
@given(st.sampled_from(PATHS), st.sampled_from(VALUES))
def test_a_wrong_value_is_refused_by_name_and_never_crashes(path: tuple[Step, ...], value: Any) -> None:
    document = copy.deepcopy(DOCUMENT)
    parent = parent_of(document, path)
    before, parent[path[-1]] = parent[path[-1]], value
    found = outcome(document)
    if isinstance(found, str):
        assert found.startswith("office.toml: ") and "expected" in found and "\n" not in found
    if not isinstance(value, type(before)):
        key = next(step for step in reversed(path) if isinstance(step, str))
        assert isinstance(found, str) and key in found


@settings(max_examples=examples(25), deadline=None)
@given(st.sampled_from([(), *[p for p in PATHS if isinstance(parent_of(DOCUMENT, (*p, 0)), dict)]]))
def test_an_unknown_key_is_refused_by_name(path: tuple[Step, ...]) -> None:
    document = copy.deepcopy(DOCUMENT)
    parent_of(document, (*path, 0))["colour"] = "x"
    found = outcome(document)
    assert isinstance(found, str) and "colour" in found


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.integers(0, 3), st.text(max_size=3))
def test_a_slip_of_the_keyboard_never_crashes(place: int, gone: int, typed: str) -> None:
    try:
        catalogue.parse(TEXT[:place] + typed + TEXT[place + gone :], "office.toml")
    except CatalogueError as refused:
        assert str(refused).startswith("office.toml: ")


def test_text_falls_back_to_japanese() -> None:
    name = {"ja": "証明書", "en": "Certificates"}
    assert [catalogue.text(name, language) for language in ("en", "easy", "vi")] == ["Certificates", "証明書", "証明書"]
    assert catalogue.text({}, "en") == ""


def test_the_place_of_a_group_follows_from_its_counters() -> None:
    assert catalogue.floor_of(OFFICE, "A").id == "1F"
    assert catalogue.counter_runs(OFFICE, "A") == ((3, 6),)


def test_counters_apart_make_several_runs() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["counters"] = [c for c in document["counters"] if c["number"] != 4]
    found = outcome(document)
    assert isinstance(found, Office)
    assert catalogue.counter_runs(found, "A") == ((3, 3), (5, 6))


def test_an_item_is_written_once_and_found_by_its_services() -> None:
    record = catalogue.service(OFFICE, "resident-record-copy")
    assert [item.name["ja"] for item in catalogue.bring_of(OFFICE, record, DAY)] == ["本人確認書類", "手数料", "委任状"]


def test_a_fee_changes_by_itself_on_its_day() -> None:
    document = copy.deepcopy(DOCUMENT)
    old = next(item for item in document["items"] if item["id"] == "fee-resident-record")
    old["valid_until"] = date(2027, 3, 31)
    document["items"].append(
        {**old, "id": "fee-2027", "valid_from": date(2027, 4, 1), "valid_until": date(2099, 3, 31)}
    )
    document["services"][0]["bring"].append("fee-2027")
    office = outcome(document)
    assert isinstance(office, Office)
    record = office.services[0]
    found = [[i.id for i in catalogue.bring_of(office, record, d)] for d in (date(2027, 3, 31), date(2027, 4, 1))]
    assert found == [["identity", "fee-resident-record", "proxy"], ["identity", "proxy", "fee-2027"]]
    document["items"][-1]["valid_until"] = date(2027, 3, 1)
    assert "items[fee-2027].valid_until: expected a day on or after" in str(outcome(document))


def test_every_key_of_the_file_does_something() -> None:
    """A key that nothing reads would be edited in vain. What is only for who edits the file is named here."""
    only_for_readers = {"schema", "source"}
    room = Path(catalogue.__file__).parents[1]
    folders = (room, room.parent / "central_server")
    shapes = ("catalogue_parts.py", "catalogue_check.py", "catalogue_texts.py", "catalogue_slots.py")
    files = [path for folder in folders for path in folder.rglob("*.py") if path.name not in shapes]
    sources = "".join(path.read_text() for path in files)
    keys = {
        key for part in vars(catalogue_parts).values() if hasattr(part, "__struct_fields__") for key in fields(part)
    }
    assert {key for key in keys - only_for_readers if not re.search(rf"\.{key}\b", sources)} == set()


def fields(part: type[msgspec.Struct]) -> tuple[str, ...]:
    return part.__struct_fields__


def test_a_service_is_listed_only_while_it_is_offered() -> None:
    ids = [s.id for s in catalogue.services_of(OFFICE, "A", date(2024, 6, 3))]
    assert ids == ["family-register-elsewhere"]
    assert len(catalogue.services_of(OFFICE, "A", date(2026, 4, 6))) == 6


def test_a_sensitive_service_has_another_name_in_public() -> None:
    assert catalogue.public_name(catalogue.service(OFFICE, "living-support"))["ja"] == "くらしの相談"
    assert catalogue.public_name(catalogue.service(OFFICE, "move-in"))["ja"] == "転入の届"
