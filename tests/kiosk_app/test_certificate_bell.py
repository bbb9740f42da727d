"""The bell of a kiosk at which nobody stands: one for each trouble that lasts, until it is over, and none before."""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from drivers.payment_ports import TAKES, UnitStatus
from drivers.ports import PRINTS, DocumentStatus
from kiosk_app.book import PracticeBook
from kiosk_app.cash_unit_words import WORDS
from kiosk_app.certificate_bell import LOOKS, PRINTER, UNIT, ClosedBell
from kiosk_app.certificate_stop import CertificateStopper, trouble_words
from kiosk_app.clock import DrivenClock
from kiosk_app.office.alert_words import OTHER
from kiosk_app.office.facts import AlertCleared, StaffAccepted
from kiosk_app.office.state import open_alerts

PRINTER_TROUBLES = sorted(set(get_args(DocumentStatus)) - PRINTS)
UNIT_TROUBLES = sorted(set(get_args(UnitStatus)) - TAKES)
Found = tuple[str, str]
looks = st.lists(
    st.tuples(st.sampled_from(["", *PRINTER_TROUBLES[:3]]), st.sampled_from(["", *UNIT_TROUBLES[:3]])), max_size=12
)


def a_book() -> PracticeBook:
    return PracticeBook(DrivenClock(1_775_437_920_000))


def ringing(book: PracticeBook) -> dict[str, str]:
    alerts = open_alerts(book.state)
    assert len({alert.cause for _, alert in alerts}) == len(alerts), "one bell for one cause"
    return {alert.cause: alert.detail for _, alert in alerts}


@given(looks)
def test_it_rings_for_what_lasts_and_is_over_with_it(found: list[Found]) -> None:
    book = a_book()
    bell = ClosedBell(book, "m1")
    for place, (printer, unit) in enumerate(found):
        bell.look(printer, unit)
        lately = found[max(0, place + 1 - LOOKS) : place + 1]
        rings = ringing(book)
        for cause, mine, now, words in (
            (PRINTER, [one for one, _ in lately], printer, trouble_words(printer)),
            (UNIT, [one for _, one in lately], unit, WORDS[unit][0] if unit else ""),  # type: ignore[index]
        ):
            if not now:
                assert cause not in rings
            elif mine == [now] * LOOKS:
                assert rings[cause] == words
            elif len(set(found[: place + 1])) == 1:
                assert cause not in rings, "it may be over in a moment"


@given(looks)
def test_what_lasts_rings_once_however_often_it_is_looked_at(found: list[Found]) -> None:
    book = a_book()
    bell = ClosedBell(book, "m1")
    for printer, unit in found:
        for _ in range(LOOKS):
            bell.look(printer, unit)
        kept = dict(book.state.alerts)
        bell.look(printer, unit)
        assert dict(book.state.alerts) == kept


def test_who_accepted_it_is_not_rung_again_and_another_trouble_rings() -> None:
    book = a_book()
    bell = ClosedBell(book, "m1")
    for _ in range(LOOKS):
        bell.look("paper_out", "")
    ((alert, _),) = open_alerts(book.state)
    book.settle("1001", [StaffAccepted(alert=alert, called_by="m1", called_seq=1)])
    bell.look("paper_out", "")
    assert [key for key, _ in open_alerts(book.state)] == [alert]
    for _ in range(LOOKS):
        bell.look("jam", "")
    ((other, now),) = open_alerts(book.state)
    assert other != alert and now.detail == "紙がつまっています"
    book.settle("core", [AlertCleared(alert=other)])
    bell.look("jam", "")
    assert ringing(book) == {PRINTER: "紙がつまっています"}, "it lasts"


def test_a_visitor_who_waited_for_paper_has_rung_already() -> None:
    book = a_book()
    stopper = CertificateStopper(book, "m1")
    stopper.printer_is("paper_out", rings=True)
    bell = ClosedBell(book, "m1")
    for _ in range(LOOKS + 1):
        bell.look("paper_out", "")
    assert set(ringing(book)) == {"certificate_paper"}
    stopper.printer_is("ready", rings=False)
    bell.look("paper_out", "")
    assert set(ringing(book)) == {PRINTER}


def test_every_trouble_of_either_machine_has_words() -> None:
    assert all(trouble_words(status) != OTHER.title for status in PRINTER_TROUBLES)
    assert set(WORDS) == set(get_args(UnitStatus))
