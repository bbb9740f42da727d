"""Which tickets a fact changes: so that what is counted over a whole day need not be counted again after each press."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from kiosk_app.office import facts as f
from kiosk_app.office.authorship import OF_A_SALE

OF_ITS_TICKET: frozenset[type[f.Fact]] = frozenset(
    {
        f.TicketIssued,
        f.StopAdded,
        f.TicketVoided,
        f.PrintStarted,
        f.PrintEnded,
        f.Called,
        f.Recalled,
        f.Held,
        f.Resumed,
        f.NoShow,
        f.Completed,
        f.ReadyForHandover,
        f.Undone,
        f.PriorityGranted,
        f.Transferred,
        f.ServiceChanged,
        f.TicketCancelled,
    }
)
OF_NO_TICKET: frozenset[type[f.Fact]] = frozenset(
    {
        f.NumbersLeased,
        f.CounterOpened,
        f.CounterPaused,
        f.CounterClosed,
        f.SignedIn,
        f.SignedOut,
        f.SignInLocked,
        f.StaffCalled,
        f.StaffAccepted,
        f.AlertCleared,
        f.CertificatesStopped,
        f.CertificatesResumed,
        f.PracticeStepped,
        f.VisitStepped,
        f.PrinterChanged,
        f.PrinterRecognised,
        f.DiskLow,
        f.Diagnosed,
        f.Suspended,
        f.SuspensionEnded,
        f.NoticePosted,
        f.NoticeWithdrawn,
        f.HistoryPrintStarted,
        f.ContactsShown,
        f.SlotsPlanned,
        f.PlanTaken,
        f.OnlineClosed,
        f.BookingMade,
        f.BookingCancelled,
        f.BookingMissed,
        f.GiveBackAsked,
        *get_args(OF_A_SALE),
        f.PaymentConfirmed,
        f.ClaimSettled,
        f.MoneyReturned,
        f.TakingsPrintStarted,
        f.PaperLoaded,
    }
)
TOUCHED_MAX = 1_000


class Touched:
    """Since it was taken last. Of a kind that is not named above any ticket may have changed."""

    def __init__(self) -> None:
        self._tickets: dict[str, None] | None = None

    def by(self, facts: Iterable[f.Fact]) -> None:
        """In the order in which they were folded."""
        for fact in facts:
            if self._tickets is None:
                return
            if type(fact) in OF_ITS_TICKET:
                self._tickets[getattr(fact, "ticket")] = None  # noqa: B009 - one attribute of many kinds
            elif type(fact) not in OF_NO_TICKET:
                self._tickets = None
        if self._tickets is not None and len(self._tickets) > TOUCHED_MAX:
            self._tickets = None

    def by_anything(self) -> None:
        self._tickets = None

    def take(self) -> tuple[str, ...] | None:
        """None: any may have."""
        taken, self._tickets = self._tickets, {}
        return None if taken is None else tuple(taken)
