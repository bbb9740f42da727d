"""The table of fees that ships: every kind that a kiosk knows has a price, and its name in every language."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kiosk_app import fee_file
from kiosk_app.office.catalogue import LANGUAGES
from kiosk_app.office.certificates import COPIES_MAX, KINDS, RULES
from kiosk_app.office.fees import Price, price

FILE = Path(__file__).parents[2] / "config/fees/kitakyushu.toml"
TABLE = fee_file.load(FILE)
DAY = date(2026, 11, 29)


def test_every_kind_has_a_price_everywhere_also_for_who_is_exempt() -> None:
    assert {kind.id for kind in TABLE.kinds} == set(KINDS)
    for kind in KINDS:
        for site in TABLE.sites:
            for exemption in ("", *(one.id for one in TABLE.exemptions)):
                found = price(TABLE, kind, site.id, DAY, COPIES_MAX, exemption)
                assert isinstance(found, Price)
                assert found.total_yen == found.each_yen * COPIES_MAX


def test_every_name_is_there_in_six_languages_and_as_it_stands_on_the_certificate() -> None:
    for part in (*TABLE.kinds, *TABLE.sites, *TABLE.exemptions):
        assert set(part.name) == set(LANGUAGES)
    for kind in TABLE.kinds:
        assert kind.name["ja"] == RULES[kind.id].name


def test_every_row_says_where_it_was_read_and_that_it_is_a_sample() -> None:
    assert all(fee.sample and fee.source for fee in TABLE.fees)
    remarks = fee_file.check(FILE, DAY)
    assert sum("is a sample" in remark for remark in remarks) == len(TABLE.fees)
    assert "usable" in remarks[-1]
