"""How loud it is where and when, and what the catalogue's displays, volumes and notices may not say."""

from __future__ import annotations

import copy
from datetime import date, datetime
from typing import Any

import pytest

from kiosk_app.office import catalogue, hall
from kiosk_app.office.catalogue import CatalogueError
from tests.kiosk_app.office.test_catalogue import DOCUMENT, document_text

HUSH = [
    {"start": "12:00", "until": "13:00", "volume": 50},
    {"start": "16:00", "until": "17:15", "volume": 0, "floors": ["1F", "2F"]},
]


def office(**changed: Any) -> catalogue.Office:
    return catalogue.parse(document_text({**copy.deepcopy(DOCUMENT), **changed}), "office.toml")


@pytest.mark.parametrize(
    ("floor", "clock", "percent"),
    [
        ("1F", "11:59", 100), ("1F", "12:00", 50), ("1F", "12:59", 50), ("1F", "13:00", 100),
        ("3F", "12:30", 50), ("3F", "13:00", 70), ("3F", "16:30", 70), ("2F", "16:00", 0), ("2F", "17:15", 100),
    ],
)  # fmt: skip
def test_the_hour_goes_before_the_floor(floor: str, clock: str, percent: int) -> None:
    at = datetime.combine(date(2026, 4, 6), datetime.strptime(clock, "%H:%M").time())
    assert hall.volume_percent(office(volume_hours=HUSH), floor, at) == percent


def test_every_zone_has_counters_and_groups() -> None:
    found = office()
    for zone_id in hall.zones(found):
        zone = hall.zone(found, zone_id)
        assert zone.counters
        assert zone.letters
        assert zone.floors
    assert hall.zone(found, "entrance").floors == ("1F", "2F")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"displays": [{"id": "x", "groups": ["A", "Z"]}]}, "displays[x].groups: expected the letter of a group, 'Z'"),
        ({"displays": [{"id": "x", "groups": ["A", "A"]}]}, "displays[x].groups: expected each group only once"),
        ({"displays": [{"id": "x", "groups": []}]}, "displays[x].groups: expected 1 to 4 groups, got 0"),
        ({"displays": [{"id": "x", "groups": list("AHMRW")}]}, "displays[x].groups: expected 1 to 4 groups, got 5"),
        ({"displays": [{"id": "x", "groups": ["A"]}] * 2}, "displays[x]: expected each only once"),
        ({"volume_hours": [{"start": "9:00", "until": "10:00", "volume": 5}]}, "volume_hours"),
        (
            {"volume_hours": [{"start": "09:00", "until": "10:00", "volume": 5}]},
            "volume_hours[#1].volume: expected 0 (silent) or 10 to 100 (percent), got 5",
        ),
        (
            {"volume_hours": [{"start": "10:00", "until": "10:00", "volume": 50}]},
            "volume_hours[#1]: expected start before until, got 10:00 to 10:00",
        ),
        (
            {"volume_hours": [{"start": "09:00", "until": "10:00", "volume": 50, "floors": ["9F"]}]},
            "volume_hours[#1].floors: expected the id of a floor, '9F' is unknown",
        ),
        (
            {"volume_hours": [*HUSH, {"start": "12:30", "until": "14:00", "volume": 50, "floors": ["3F"]}]},
            "volume_hours[#3]: expected one volume at a time, 3F has #1 at the same time",
        ),
        (
            {"notices": [{**DOCUMENT["notices"][0], "floors": ["9F"]}]},
            "notices[#1].floors: expected the id of a floor, '9F' is unknown",
        ),
        (
            {"notices": [{**DOCUMENT["notices"][0], "valid_until": date(2026, 3, 1)}]},
            "notices[#1].valid_until: expected a day on or after valid_from 2026-04-01, got 2026-03-01",
        ),
        ({"notices": DOCUMENT["notices"][:1] * 7}, "notices: expected at most 6 at once, 1F has 7 on 2026-04-01"),
        ({"notices": [{**DOCUMENT["notices"][0], "kind": "town"}]}, "notices[#1].kind: expected 'city' or 'office'"),
    ],
)
def test_what_the_hall_could_not_do_is_refused_by_file_key_and_expectation(
    changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(CatalogueError) as refused:
        office(**changed)
    assert str(refused.value).startswith("office.toml")
    assert message in str(refused.value)
