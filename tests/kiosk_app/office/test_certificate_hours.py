"""When a kind of certificate is sold at a kiosk: by kind and place, not on holidays unless the office says so."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk_app.office import catalogue
from kiosk_app.office.calendar import Closed, Open
from kiosk_app.office.catalogue import CatalogueError, Office
from kiosk_app.office.catalogue_certificates import (
    CertificateClosure,
    CertificateHours,
    CertificateKind,
    OfficeCertificates,
    certificate_faults,
)
from kiosk_app.office.certificate_hours import opening
from kiosk_app.office.certificates import KINDS, Kind
from tests.depth import examples

FILE = Path(__file__).parents[3] / "config" / "offices" / "kokura-kita.toml"
TOKYO = ZoneInfo("Asia/Tokyo")
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CITY = {"ja": "北九州市", "en": "Kitakyushu"}


@pytest.fixture(scope="module")
def office() -> Office:
    return catalogue.parse(FILE.read_text(), FILE.name)


def sold(*hours: CertificateHours, closures: tuple[CertificateClosure, ...] = ()) -> OfficeCertificates:
    kinds = tuple(CertificateKind(kind=kind, service="resident-record-copy") for kind in KINDS)
    return OfficeCertificates(
        city=CITY, elsewhere="family-register-elsewhere", kinds=kinds, hours=hours, closures=closures
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("kind", "when", "is_open"),
    [
        ("resident-record", "2026-04-06 08:29", False),
        ("resident-record", "2026-04-06 08:30", True),
        ("resident-record", "2026-04-06 17:14", True),
        ("resident-record", "2026-04-06 17:15", False),
        ("family-register", "2026-04-06 08:45", False),
        ("family-register", "2026-04-06 09:00", True),
        ("resident-record", "2026-04-05 10:00", False),
        ("resident-record", "2026-04-29 10:00", False),
        ("resident-record", "2026-12-30 10:00", False),
    ],
)
def test_the_sample_office(office: Office, kind: Kind, when: str, is_open: bool) -> None:
    assert isinstance(opening(office, kind, "kiosk", at(when)), Open) == is_open


def test_why_and_when_again(office: Office) -> None:
    holiday = opening(office, "resident-record", "kiosk", at("2026-04-29 10:00"))
    assert isinstance(holiday, Closed)
    assert (holiday.cause, holiday.opens_at) == ("holiday", at("2026-04-30 08:30"))
    evening = opening(office, "family-register", "kiosk", at("2026-04-10 18:00"))
    assert isinstance(evening, Closed)
    assert (evening.cause, evening.opens_at) == ("after_closing", at("2026-04-13 09:00"))
    new_year = opening(office, "income-tax", "kiosk", at("2026-12-31 12:00"))
    assert isinstance(new_year, Closed) and new_year.cause == "yearly"


def test_a_place_may_have_hours_of_its_own_and_holidays_too(office: Office) -> None:
    here = CertificateHours(weekdays=("mon",), start="09:00", until="10:00")
    lobby = CertificateHours(sites=("lobby",), weekdays=EVERY_DAY, start="06:30", until="23:00", holidays=True)
    two = replace(office, certificates=sold(here, lobby))
    assert isinstance(opening(two, "resident-record", "lobby", at("2026-04-29 22:59")), Open)
    assert isinstance(opening(two, "resident-record", "kiosk", at("2026-04-29 09:30")), Closed)
    assert isinstance(opening(two, "resident-record", "kiosk", at("2026-04-27 09:30")), Open)
    # The yearly closure is everybody's.
    assert isinstance(opening(two, "resident-record", "lobby", at("2027-01-02 09:30")), Closed)


def test_a_closure_of_one_kind_leaves_the_others(office: Office) -> None:
    all_day = CertificateHours(weekdays=EVERY_DAY, start="08:00", until="20:00")
    closure = CertificateClosure(
        start=datetime(2026, 4, 6, 12), until=datetime(2026, 4, 6, 13), kinds=("income-tax",), reason=CITY
    )
    changed = replace(office, certificates=sold(all_day, closures=(closure,)))
    assert isinstance(opening(changed, "resident-record", "", at("2026-04-06 12:30")), Open)
    now = opening(changed, "income-tax", "", at("2026-04-06 12:30"))
    assert isinstance(now, Closed) and (now.cause, now.reason, now.opens_at) == (
        "closure",
        CITY,
        at("2026-04-06 13:00"),
    )


def test_what_the_office_does_not_sell_is_closed_for_good(office: Office) -> None:
    none = replace(office, certificates=None)
    for other in (none, replace(office, certificates=replace(sold(), kinds=()))):
        found = opening(other, "resident-record", "kiosk", at("2026-04-06 10:00"))
        assert isinstance(found, Closed) and (found.cause, found.opens_at) == ("not_offered", None)


@settings(max_examples=examples(100), deadline=None)
@given(minute=st.integers(0, 60 * 24 * 400), kind=st.sampled_from(KINDS))
def test_the_next_opening_is_one_and_until_is_its_end(office: Office, minute: int, kind: Kind) -> None:
    now = datetime.fromtimestamp(at("2026-01-01 00:00").timestamp() + minute * 60, UTC)
    found = opening(office, kind, "kiosk", now)
    if isinstance(found, Open):
        assert found.until > now and isinstance(opening(office, kind, "kiosk", found.until), Closed)
    else:
        assert found.opens_at is not None and found.opens_at > now
        assert isinstance(opening(office, kind, "kiosk", found.opens_at), Open)


# --- what is refused -------------------------------------------------------------------------------------------


def faults(found: OfficeCertificates) -> list[str]:
    return list(certificate_faults(found, {"resident-record-copy", "family-register-elsewhere"}))


def test_a_table_that_makes_no_sense_is_refused_by_name() -> None:
    good = CertificateHours(weekdays=EVERY_DAY, start="08:00", until="20:00")
    assert faults(sold(good)) == []
    assert faults(replace(sold(good), kinds=())) == ["certificates.kinds: expected at least one"]
    twice = sold(good).kinds[:1] * 2
    assert "expected each only once" in faults(replace(sold(good), kinds=twice))[0]
    assert "'nowhere' is unknown" in faults(replace(sold(good), elsewhere="nowhere"))[0]
    assert "start before until" in faults(sold(replace(good, start="20:00", until="08:00")))[0]
    assert "at least one" in faults(sold(replace(good, weekdays=())))[0]
    assert "expected at least one" in faults(sold())[0]
    only = faults(sold(replace(good, kinds=("income-tax",))))
    assert len(only) == len(KINDS) - 1 and "expected hours" in only[0]


def test_the_catalogue_names_the_key(office: Office) -> None:
    text = FILE.read_text().replace('elsewhere = "family-register-elsewhere"', 'elsewhere = "nowhere"')
    with pytest.raises(CatalogueError, match=r"certificates\.elsewhere"):
        catalogue.parse(text, FILE.name)
    text = FILE.read_text().replace("北九州市(きたきゅうしゅうし)", "北九州市")
    with pytest.raises(CatalogueError, match=r"certificates\.city\.easy"):
        catalogue.parse(text, FILE.name)
    assert msgspec.to_builtins(office.certificates)
