"""A ticket machine writes of its own tickets alone: whatever else it sends, the first such fact is named."""

from __future__ import annotations

import pytest

from kiosk_app.office import facts as f
from kiosk_app.office.authorship import OF_A_MACHINE, Fault, first_fault
from kiosk_app.office.folds import apply
from kiosk_app.office.state import OfficeState
from tests.kiosk_app.office.scenario import SERVICES
from tests.kiosk_app.office.test_folds import any_fact

TODAY = "2026-04-06"


def an_issue(number: int, machine_code: str = "m2", ticket: str = "t") -> f.TicketIssued:
    return f.TicketIssued(
        ticket=ticket,
        intent=ticket,
        letter="A",
        number=number,
        stops=(SERVICES["residence"],),
        language="ja",
        machine_code=machine_code,
        due_utc_ms=0,
        estimate_from_utc_ms=0,
        estimate_to_utc_ms=0,
        waiting_ahead=0,
    )


def office() -> OfficeState:
    """The hub m1 has leased 1-9 to m2 and 10-19 to m3; m3 has issued A-010 as "other"."""
    state = OfficeState()
    for seq, fact in enumerate(
        (
            f.DayOpened(date=TODAY, office="kokura-kita"),
            f.NumbersLeased(machine_code="m2", letter="A", first=1, last=9),
            f.NumbersLeased(machine_code="m3", letter="A", first=10, last=19),
        ),
        1,
    ):
        apply(state, "m1", seq, 1000, "core", fact)
    for machine in ("m2", "m3"):
        apply(state, machine, 1, 1000, "core", f.DayJoined(date=TODAY))
    apply(state, "m3", 2, 1000, "visitor", an_issue(10, "m3", "other"))
    apply(state, "m3", 3, 1000, "core", f.StaffCalled(alert="bell", machine_code="m3", cause="visitor"))
    return state


def fault_of(*facts: f.Fact, leases_known: bool = True) -> str:
    found = first_fault(office(), "m2", [("m2", n, fact) for n, fact in enumerate(facts, 2)], TODAY, leases_known)
    return "" if found is None else found.cause


OF_THE_HUB = {
    f.DayOpened, f.DayClosed, f.DayCheckpoint, f.NumbersLeased, f.ServiceChanged, f.TicketCancelled, f.Called,
    f.Recalled, f.Held, f.Resumed, f.NoShow, f.Completed, f.ReadyForHandover, f.Undone, f.PriorityGranted,
    f.Transferred, f.CounterOpened, f.CounterPaused, f.CounterClosed, f.SignedIn, f.SignedOut, f.SignInLocked,
    f.StaffAccepted, f.RecordsRefused, f.TicketsCancelled, f.TicketsRestored, f.Suspended, f.SuspensionEnded,
    f.NoticePosted, f.NoticeWithdrawn, f.HistoryPrintStarted, f.NumberCalled, f.NumberMatched, f.PadRegistered,
    f.CallContinued, f.OutageEnded, f.DeviceEnrolled, f.DeviceRevoked, f.RequestRefused, f.CancellationRefused,
    f.HubHandedOver, f.VoidedCallsAccepted, f.SlotsPlanned, f.BookingMade, f.BookingCancelled,
    f.BookingMissed, f.ContactsShown, f.PaymentConfirmed, f.ClaimSettled, f.CertificatesResumed,
    f.MoneyReturned, f.TakingsPrintStarted, f.PaperLoaded,
}  # fmt: skip
OF_WHO_MAY_BE_HUB = {f.HubTaken, f.HubFollowed}
OF_CENTRAL = {f.PlanTaken, f.OnlineClosed, f.BookingMade, f.BookingCancelled, f.GiveBackAsked}


def test_who_writes_a_new_kind_has_been_thought_about() -> None:
    """A kind that a machine writes and the hub does not expect would cut the machine off."""
    assert {*f.KINDS.values()} - OF_A_MACHINE - OF_THE_HUB - OF_WHO_MAY_BE_HUB - OF_CENTRAL == set()
    assert not OF_A_MACHINE & (OF_THE_HUB | OF_WHO_MAY_BE_HUB | OF_CENTRAL)


def test_every_kind_that_is_not_a_machines_is_refused() -> None:
    for kind, made in f.KINDS.items():
        if made not in OF_A_MACHINE:
            assert fault_of(any_fact(kind, "t", 1)) == "not_its_kind", kind
    assert f.Called not in OF_A_MACHINE and f.NumbersLeased not in OF_A_MACHINE and f.DayOpened not in OF_A_MACHINE
    assert fault_of(f.UnknownFact(kind="OfALaterVersion")) == ""


@pytest.mark.parametrize(
    ("number", "cause"),
    [(1, ""), (9, ""), (720, ""), (820, ""), (10, "not_its_number"), (740, "not_its_number"), (901, "not_its_number")],
)
def test_a_number_is_of_its_blocks_or_its_own_bands(number: int, cause: str) -> None:
    assert fault_of(an_issue(number)) == cause
    never = "not_its_number" if number in (10, 740, 901) else ""
    assert fault_of(an_issue(number), leases_known=False) == never, "10 is on paper elsewhere"
    assert fault_of(an_issue(11), leases_known=False) == "", "of a block that this hub does not know of"


def test_the_same_number_is_not_given_twice_in_one_batch_either() -> None:
    assert fault_of(an_issue(1), an_issue(1, ticket="t2")) == "not_its_number"
    assert fault_of(an_issue(1), an_issue(2, ticket="t2")) == ""


def test_others_tickets_names_and_bells_are_not_its_own() -> None:
    assert fault_of(an_issue(1, "m3")) == "not_its_name"
    assert fault_of(an_issue(1, ticket="other")) == "not_its_ticket"
    for fact in (
        f.TicketVoided(ticket="other", reason="no_paper"),
        f.PrintStarted(job="j", ticket="other", attempt=2, printer="p"),
        f.PrintEnded(job="j", ticket="other", verdict="not_issued"),
        f.StopAdded(ticket="other", intent="i", stop=SERVICES["move"]),
    ):
        assert fault_of(fact) == "not_its_ticket"
    assert fault_of(f.StaffCalled(alert="a", machine_code="m3", cause="visitor")) == "not_its_name"
    assert fault_of(f.AlertCleared(alert="bell")) == "not_its_name"
    assert fault_of(f.StaffCalled(alert="a", machine_code="m2", cause="visitor"), f.AlertCleared(alert="a")) == ""


def test_a_day_that_has_not_come_is_refused_and_what_is_of_another_day_is_not_judged_by_todays_numbers() -> None:
    assert fault_of(f.DayJoined(date="2026-04-07")) == "day_ahead"
    late = first_fault(office(), "m4", [("m4", 1, f.DayJoined(date="2026-04-03")), ("m4", 2, an_issue(3, "m4"))], TODAY)
    assert late is None


def test_the_place_of_the_fault_is_told() -> None:
    found = first_fault(office(), "m2", [("m2", 2, an_issue(1)), ("m2", 3, f.DayClosed(date=TODAY))], TODAY)
    assert found == Fault("not_its_kind", "m2", 3)
