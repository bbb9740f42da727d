"""What a certificate costs follows from the rows alone, and a table that nobody has looked at sells nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office.fees import FeesError, FeeTable, NoPrice, Price, closed, good_until, parse, price, still

CHECKED = date(2026, 4, 1)
HEAD = """
schema = 1
id = "city"
checked = 2026-04-01
check_within_days = 400
kinds = [
  { id = "resident-record", name = { ja = "住民票の写し", en = "Resident record" } },
  { id = "family-register", name = { ja = "戸籍", en = "Family register" } },
]
sites = [
  { id = "kiosk", name = { ja = "機械", en = "Kiosk" } },
  { id = "counter", name = { ja = "窓口", en = "Counter" } },
]
exemptions = [{ id = "poor", name = { ja = "減免", en = "Reduced" } }]
"""


def row(kind: str = "resident-record", yen: int = 300, valid_from: str = "2026-04-01", **more: str) -> str:
    rest = "".join(f'{key} = "{value}"\n' for key, value in more.items())
    return f'[[fees]]\nkind = "{kind}"\nyen = {yen}\nvalid_from = {valid_from}\nsource = "x"\n{rest}'


ROWS = row() + row("family-register", 450)


def table(*rows: str, head: str = HEAD) -> FeeTable:
    return parse(head + ROWS + "".join(rows), "fees.toml")


def each(found: Price | NoPrice) -> int | str:
    return found.each_yen if isinstance(found, Price) else found.why


def test_the_row_of_the_place_goes_before_the_one_for_every_place() -> None:
    fees = table(row(yen=200, site="kiosk"))
    assert each(price(fees, "resident-record", "kiosk", CHECKED)) == 200
    assert each(price(fees, "resident-record", "counter", CHECKED)) == 300


def test_a_new_row_takes_over_on_its_day() -> None:
    fees = table(row(yen=400, valid_from="2027-04-01"), row(yen=350, valid_from="2026-10-01"))
    days = [date(2026, 9, 30), date(2026, 10, 1), date(2027, 3, 31), date(2027, 4, 1)]
    assert [each(price(fees, "resident-record", "kiosk", day)) for day in days] == [300, 350, 350, 400]


def test_who_is_exempt_pays_the_row_of_the_exemption_and_no_other_kind_for_less() -> None:
    fees = table(row(yen=0, exemption="poor"))
    assert each(price(fees, "resident-record", "kiosk", CHECKED, exemption="poor")) == 0
    assert each(price(fees, "resident-record", "kiosk", CHECKED)) == 300
    assert each(price(fees, "family-register", "kiosk", CHECKED, exemption="poor")) == "not_exempt"


def test_a_table_that_was_not_looked_at_in_time_sells_nothing_and_says_so() -> None:
    fees = table()
    last = good_until(fees)
    assert last == date(2027, 5, 6)
    assert each(price(fees, "resident-record", "kiosk", last)) == 300
    after = price(fees, "resident-record", "kiosk", last + timedelta(days=1))
    assert isinstance(after, NoPrice)
    assert (after.why, "2026-04-01" in after.detail_ja, "2027-05-06" in after.detail_ja) == ("stale", True, True)
    before = closed(fees, CHECKED - timedelta(days=1))
    assert before is not None and before.why == "unchecked_yet"


def test_nothing_is_sold_that_has_no_price() -> None:
    fees = table()
    assert each(price(fees, "income-tax", "kiosk", CHECKED)) == "unknown_kind"
    assert each(price(fees, "resident-record", "branch", CHECKED)) == "unknown_site"
    assert each(price(fees, "resident-record", "kiosk", CHECKED, copies=0)) == "copies"
    assert each(price(fees, "resident-record", "kiosk", CHECKED, copies=99)) == "copies"
    rows = row(valid_from="2026-09-01") + row("family-register", 450)
    assert each(price(parse(HEAD + rows, "f"), "resident-record", "kiosk", CHECKED)) == "not_yet"


def test_what_was_shown_before_a_change_is_not_what_is_confirmed_after_it() -> None:
    fees = table(row(yen=400, valid_from="2026-10-01"))
    shown = price(fees, "resident-record", "kiosk", date(2026, 9, 30), copies=2)
    assert isinstance(shown, Price)
    assert (shown.total_yen, shown.rule) == (600, "city 2026-04-01")
    assert still(fees, shown, date(2026, 9, 30))
    assert not still(fees, shown, date(2026, 10, 1))
    assert not still(fees, shown, good_until(fees) + timedelta(days=1))


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.sampled_from([None, "kiosk", "counter"]), st.integers(0, 40)),
        max_size=8,
        unique_by=lambda one: one[1:],
    ),
    st.sampled_from(["kiosk", "counter"]),
    st.integers(0, 60),
)
def test_a_price_is_that_of_the_nearest_rule_and_never_one_of_a_later_day(
    rows: list[tuple[int, str | None, int]], site: str, day: int
) -> None:
    start = CHECKED + timedelta(days=1)
    texts = [
        row(yen=10 * yen, valid_from=str(start + timedelta(days=at)), **({"site": where} if where else {}))
        for yen, where, at in rows
    ]
    found = price(table(*texts), "resident-record", site, start + timedelta(days=day))
    own = [(at, 10 * yen) for yen, where, at in rows if where == site and at <= day]
    general = [(-1, 300), *((at, 10 * yen) for yen, where, at in rows if where is None and at <= day)]
    assert each(found) == max(own or general)[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD.replace("400", "900") + ROWS, "check_within_days: expected a whole number <= 400"),
        (HEAD + ROWS + row(yen=-1), "fees[#3].yen"),
        (HEAD + ROWS + row(yen=305), "fees[#3].yen: expected a multiple of 10"),
        (HEAD + ROWS + row("resident-card"), "fees[#3].kind: expected 'family-register' or"),
        (HEAD + ROWS + row("income-tax"), "fees[#3].kind: expected the id of a kind of this file, 'income-tax' is"),
        (HEAD + ROWS + row(site="kiosks"), "fees[#3].site: expected the id of a site, 'kiosks' is unknown (kiosk?)"),
        (HEAD + ROWS + row(exemption="rich"), "fees[#3].exemption: expected the id of an exemption"),
        (HEAD + ROWS + row(), "fees[#3].valid_from: expected one price from 2026-04-01 on, fees[#1] is another"),
        (HEAD + row(), "kinds[family-register]: expected a row of fees without exemption for kiosk, counter"),
        (HEAD + row(site="kiosk") + row("family-register"), "kinds[resident-record]: expected a row of fees"),
        (HEAD + ROWS + row(yen=500, exemption="poor"), "fees[#3].yen: expected at most the full fee of 300 yen"),
        (HEAD + ROWS + row(yen=0, valid_from="2026-01-01", exemption="poor"), "fees[#3].valid_from: expected a day on"),
        (HEAD.replace('en = "Reduced"', 'fr = "Réduit"') + ROWS, "exemptions[poor].name.en: expected this text"),
        (HEAD + ROWS.replace('source = "x"', 'source = " "'), "fees[#1].source: expected where the fee was read"),
        (HEAD + ROWS + "colour = 1\n", "fees[#2].colour: expected only known keys"),
        (HEAD.replace('id = "counter"', 'id = "kiosk"') + ROWS, "sites[kiosk]: expected each only once"),
    ],
)
def test_a_fault_names_file_key_and_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(FeesError) as refused:
        parse(text, "fees.toml")
    assert str(refused.value).startswith("fees.toml: ")
    assert expected in str(refused.value)
