"""Random visits to a certificate kiosk whose core answers as the real one may, at any time, in any order, or never.

Whatever happens: nothing is printed unpaid or twice, nothing is paid without a sheet, money back or a claim, the card
is asked back, and of the PIN there is nothing anywhere once it was used.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from drivers.pin_buffer import PinBuffer
from kiosk_app.api import LANGUAGES
from kiosk_app.journeys import certificate_events as c
from kiosk_app.journeys import ticket
from kiosk_app.journeys.messages import (
    CardAnswered,
    CardOpened,
    CardSeen,
    EndCard,
    OpenCard,
    PinTyped,
    Restarted,
)
from kiosk_app.journeys.ticket_moves import card_lies
from kiosk_app.journeys.ticket_view import controls
from tests.kiosk_app.journeys import certificate_house as h
from tests.kiosk_app.journeys.test_ticket_walks import all_controls, check_view, texts

PIN = "7391"
LEAK = re.compile(rf"(?<!\d){PIN}(?!\d)")
SEEN = ("empty", "empty", "card", "card", "card", "transit", "unreadable", "two", "reader_away", "driving_licence")
WHY: tuple[c.Why, ...] = ("not_here", "elsewhere", "revoked", "expired", "not_asked", "away", "failed", "ended")
VERDICTS: tuple[c.SheetVerdict, ...] = ("issued", "issued", "uncut", "maybe", "not_issued", "unknown")
AROUND = ("staff", "ease", "language", "back", "end", "stop_pay", "forgot", "ask", "ticket", "counter", "reset")
EVERYTHING = {
    *("card_place", "card_reading", "card_pin", "card_last", "card_take", "cert_where", "cert_kind"),
    *("cert_scope", "cert_items", "cert_copies", "cert_card", "cert_wait", "cert_who", "cert_confirm", "cert_pay"),
    *("cert_print", "cert_take", "cert_doubt", "cert_claim", "cert_said"),
    *("SignForCertificate", "PrepareCertificate", "SellCertificate", "StopPayment", "PrintCertificate"),
    *("ConfirmSheets", "SettleSale", "PrintReceipt", "EndCertificate", "ForgetPin"),
}


class Sale(msgspec.Struct):
    """As the core and its log know it."""

    opened: bool = False
    paid: bool = False
    stopped: bool = False
    sent: bool = False
    sheet: bool = False
    back: bool = False
    """Given back, or a claim."""
    left: bool = False
    """The journey has told the core that nobody stands there."""


class Kiosk(RuleBasedStateMachine):
    visited: set[str]

    @initialize()
    def begin(self) -> None:
        self.desk = h.kiosk()
        self.buffer = PinBuffer()
        self.sales: dict[str, Sale] = {}
        self.refused: set[str] = set()
        self.questions: list[c.PrepareCertificate] = []
        self.reads: list[OpenCard] = []
        self.signs: list[c.SignForCertificate] = []
        self.laid_in_visit = False

    def step(self, event: Any) -> None:
        commands = self.desk.step(event)
        type(self).visited.add(self.desk.state.screen)
        for command in commands:
            type(self).visited.add(type(command).__name__)
            self.obey(command)

    def obey(self, command: Any) -> None:
        match command:
            case EndCard() | c.ForgetPin():
                self.buffer.overwrite()
            case OpenCard():
                self.buffer.overwrite()
                self.reads.append(command)
            case c.SignForCertificate():
                assert len(self.buffer) == 4, "a PIN that is not whole was sent"
                self.buffer = PinBuffer()
                self.signs.append(command)
            case c.PrepareCertificate():
                self.questions.append(command)
            case c.SellCertificate():
                assert command.sale not in self.sales, "one confirmation, one sale"
                self.sales[command.sale] = Sale()
            case c.StopPayment():
                self.sales[command.sale].stopped = True
            case c.PrintCertificate():
                sale = self.sales[command.sale]
                assert sale.paid, "printed unpaid"
                assert not sale.sent, "printed twice"
                assert not sale.back
                sale.sent = True
            case c.ConfirmSheets():
                self.sales[command.sale].sheet = command.has_paper
            case c.EndCertificate() if command.sale in self.refused:
                # The answer came when nobody waited for it any more: the core has nothing of it to end.
                pass
            case c.EndCertificate() if command.sale:
                sale = self.sales[command.sale]
                sale.left = True
                # The core brings it to its end alone: what is paid and not on paper is a claim.
                sale.back = sale.back or (sale.paid and not sale.sheet)

    # --- the visitor -----------------------------------------------------------------------------------------

    @rule(pick=st.randoms(use_true_random=False), presses=st.integers(1, 6))
    def press(self, pick: Any, presses: int) -> None:
        for _ in range(presses):
            offered = {name: one for name, one in controls(self.desk.view()).items() if not name.startswith("pin:")}
            onward = [name for name in offered if name not in AROUND and not name.startswith(("language", "mode"))]
            usual = [name for name in onward if offered[name].state not in ("off", "closed")] or sorted(offered)
            control = pick.choice(sorted(usual) if pick.random() < 0.85 else [*sorted(offered), "voice"])
            if self.desk.state.screen == "idle" and "certificate" in offered and pick.random() < 0.9:
                control = "certificate"
            self.step(ticket.Pressed(screen_id=self.desk.state.screen_id, control=control))

    @precondition(lambda self: self.desk.view().keypad is not None and self.desk.state.certificate is not None)
    @rule(whole=st.booleans(), then=st.sampled_from(("enter", "enter", "enter", "back", "erase", "wait")))
    def type_pin(self, whole: bool, then: str) -> None:
        for digit in PIN if whole else PIN[:2]:
            if len(self.buffer) < 4:
                self.buffer.press(digit)
            self.step(PinTyped(typed=len(self.buffer)))
        if then == "erase":
            self.buffer.erase_last()
            self.step(PinTyped(typed=len(self.buffer)))
        elif then != "wait":
            control = "pin:enter" if then == "enter" else "back"
            self.step(ticket.Pressed(screen_id=self.desk.state.screen_id, control=control))

    @rule(seen=st.sampled_from(SEEN))
    def card(self, seen: str) -> None:
        self.desk.change(card_seen=seen)
        self.step(CardSeen())
        if card_lies(self.desk.context):
            self.laid_in_visit = self.laid_in_visit or self.desk.state.certificate is not None
        else:
            self.laid_in_visit = False

    @precondition(lambda self: self.desk.state.screen in ("cert_card", "card_take", "card_place"))
    @rule()
    def what_is_asked_of_the_card(self) -> None:
        self.card("card" if self.desk.state.screen == "card_place" else "empty")

    @rule(steps=st.integers(1, 14), part=st.booleans(), luck=st.booleans())
    def as_it_should_go(self, steps: int, part: bool, luck: bool) -> None:
        for _ in range(steps):
            state = self.desk.state
            if state.dialog or state.sheet:
                self.tap("close" if state.dialog == "staff" else "continue" if state.dialog else "close_sheet")
            elif state.screen in ("cert_card", "card_take"):
                self.card("empty")
            elif state.screen == "card_place":
                self.card("card")
            elif state.screen == "card_pin":
                self.type_pin(luck or not part, "enter" if luck or not part else "back")
            elif state.screen == "idle" and "certificate" in controls(self.desk.view()):
                self.tap("certificate")
            elif not self.answer_as_wished(luck, part) and state.certificate is not None:
                self.tap(self.usual(part))

    @precondition(lambda self: self.desk.state.certificate is None)
    @rule(screen=st.sampled_from(("cert_confirm", "cert_pay", "cert_pay", "cert_print", "cert_claim")))
    def as_far_as(self, screen: str) -> None:
        h.certificates(self.desk, stopped="")
        self.card("empty")
        self.step(ticket.NewSession(session=f"s{self.desk.ids}"))
        for _ in range(25):
            if self.desk.state.screen == screen:
                return
            self.as_it_should_go(1, False, screen != "cert_claim")

    def usual(self, part: bool) -> str:
        ways = {
            "cert_where": "whose:here",
            "cert_kind": "kind:resident-record",
            "cert_scope": "scope:part" if part else "scope:all",
            "cert_items": "next",
            "cert_copies": "copies:2",
            "card_last": "spend",
            "cert_confirm": "buy",
            "cert_doubt": "no_paper" if part else "has_paper",
        }
        visit = self.desk.state.certificate
        who = "next" if visit is not None and visit.members else "member:1"
        return {**ways, "cert_who": who}.get(self.desk.state.screen, "end")

    def tap(self, control: str) -> None:
        self.step(ticket.Pressed(screen_id=self.desk.state.screen_id, control=control))

    def answer_as_wished(self, luck: bool, part: bool) -> bool:
        """The core's next answer, where the screen waits for one."""
        screen, sale = self.desk.state.screen, self.open_sale()
        if screen == "card_reading" and (self.reads or self.signs):
            self.card_opened("3" if luck else "1") if self.reads else self.card_signed("signed")
        elif screen == "cert_wait" and self.questions and self.desk.state.certificate.question:
            self.central_answers("ready", "failed", False)
        elif screen in ("cert_wait", "cert_pay") and sale is not None and not sale[1].opened:
            self.the_sale_opens(0 if part and luck else 3, "unit")
        elif screen in ("cert_wait", "cert_pay") and sale is not None:
            self.money("not_paid" if sale[1].stopped else "paid", False)
        elif screen == "cert_print":
            self.paper("issued" if luck else "maybe" if part else "not_issued")
        elif screen == "cert_wait" and self.sales:
            self.settled(luck)
        else:
            return False
        return True

    # --- the core --------------------------------------------------------------------------------------------

    @precondition(lambda self: self.reads)
    @rule(what=st.sampled_from(("3", "3", "3", "3", "1", "locked", "expired", "silent")))
    def card_opened(self, what: str) -> None:
        session = self.reads.pop().session
        if what.isdecimal():
            self.step(CardOpened(session=session, tries=int(what)))
        elif what == "silent":
            self.step(CardOpened(session=session, trouble="silent"))
        else:
            self.step(CardOpened(session=session, result=what))  # type: ignore[arg-type]

    @precondition(lambda self: self.signs)
    @rule(what=st.sampled_from(("signed", "signed", "signed", "signed", "2", "1", "locked", "gone", "away")))
    def card_signed(self, what: str) -> None:
        session = self.signs.pop().session
        if what == "signed":
            self.step(c.CertificateSigned(session=session))
        elif what == "away":
            self.step(c.CannotSign(session=session))
        elif what.isdecimal():
            self.step(CardAnswered(session=session, tries=int(what)))
        elif what == "gone":
            self.step(CardAnswered(session=session, trouble="gone"))
        else:
            self.step(CardAnswered(session=session, result="locked"))

    @precondition(lambda self: self.questions)
    @rule(what=st.sampled_from(("ready", "ready", "ready", "refused")), why=st.sampled_from(WHY), late=st.booleans())
    def central_answers(self, what: str, why: c.Why, late: bool) -> None:
        asked = self.questions[0] if late else self.questions[-1]
        h.certificates(self.desk, offer=h.OFFER, preview=h.PICTURE, preview_width_px=2, preview_height_px=3)
        if what == "refused":
            self.step(c.CertificateRefused(question=asked.question, why=why))
        elif asked.wanted.scope == "part" and not asked.wanted.members:
            self.step(c.MembersOffered(question=asked.question))
        else:
            self.step(c.CertificateReady(question=asked.question, wanted=asked.wanted))

    @precondition(lambda self: self.open_sale() is not None)
    @rule(yen=st.integers(0, 3), means=st.sampled_from(("unit", "counter")))
    def the_sale_opens(self, yen: int, means: c.Means) -> None:
        name, sale = self.open_sale()
        if not sale.opened:
            sale.opened = True
            self.step(c.SaleOpened(sale=name, number="K-0001", means=means, yen=yen * 100))

    @precondition(lambda self: self.open_sale() is not None)
    @rule(why=st.sampled_from(("price", "away", "ended", "not_here")))
    def the_sale_is_refused(self, why: c.Why) -> None:
        name, sale = self.open_sale()
        if not sale.opened:
            del self.sales[name]
            self.refused.add(name)
            self.step(c.SaleRefused(sale=name, why=why))

    @precondition(lambda self: self.open_sale() is not None)
    @rule(what=st.sampled_from(("coin", "paid", "paid", "paid", "not_paid")), claim=st.booleans())
    def money(self, what: str, claim: bool) -> None:
        name, sale = self.open_sale()
        if not sale.opened or sale.left:
            return
        if what == "coin":
            self.step(c.MoneyTold(sale=name, inserted_yen=100))
        elif what == "paid":
            sale.paid = True
            self.step(c.Paid(sale=name))
        elif sale.stopped:
            sale.back = True
            self.step(c.NotPaid(sale=name, claim="AB12-CD34" if claim else "", yen=100 if claim else 0))

    def open_sale(self) -> tuple[str, Sale] | None:
        """Of which it is not yet known whether it is paid."""
        found = [(name, sale) for name, sale in self.sales.items() if not (sale.paid or sale.back)]
        return found[-1] if found else None

    @precondition(lambda self: [one for one in self.sales.values() if one.sent and not one.back])
    @rule(verdict=st.sampled_from(VERDICTS))
    def paper(self, verdict: c.SheetVerdict) -> None:
        name, sale = [(name, one) for name, one in self.sales.items() if one.sent and not one.back][-1]
        sale.sheet = sale.sheet or verdict in ("issued", "uncut")
        self.step(c.SheetsPrinted(sale=name, verdict=verdict, printed=1))

    @precondition(lambda self: self.sales)
    @rule(refund=st.booleans())
    def settled(self, refund: bool) -> None:
        """Only where it was asked for, as the log knows it."""
        asked = [one.sale for one in self.desk.commands if isinstance(one, c.SettleSale)]
        if not asked or asked[-1] not in self.sales:
            return
        name, sale = asked[-1], self.sales[asked[-1]]
        if not sale.paid:
            sale.back = True
            self.step(c.SaleSettled(sale=name, how="nothing"))
            return
        sale.back = sale.back or not sale.sheet
        how = "printed" if sale.sheet else "refunded" if refund else "claim"
        self.step(c.SaleSettled(sale=name, how=how, yen=300, claim="AB12-CD34" if how == "claim" else ""))  # type: ignore[arg-type]

    @precondition(lambda self: self.sales)
    @rule(printed=st.booleans())
    def receipt(self, printed: bool) -> None:
        self.step(c.ReceiptTold(sale=[*self.sales][-1], printed=printed))

    # --- time, restarts --------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from((1, 1, 1, 6, 6, 21, 47, 61, 125, 301, 601, 901)))
    def wait(self, seconds: int) -> None:
        self.desk.change(now_utc_ms=self.desk.context.now_utc_ms + seconds * 1000)
        self.step(ticket.Tick())

    @precondition(lambda self: self.desk.state.certificate is not None and self.desk.state.certificate.sale)
    @rule(what=st.sampled_from(("restart", "new_session", "other_card")))
    def something_rare_in_a_sale(self, what: str) -> None:
        if what == "other_card":
            self.card("empty")
            self.card("card")
        else:
            self.something_rare(what)

    @rule(what=st.sampled_from(("restart", "new_session", "stopped", "works")))
    def something_rare(self, what: str) -> None:
        if what == "restart":
            # Digits, documents and whatever was asked are gone; what is on paper or paid stands in the log.
            self.buffer.overwrite()
            self.questions.clear()
            self.signs.clear()
            self.reads.clear()
            h.certificates(self.desk, offer=None, preview="")
            self.step(Restarted())
        elif what == "new_session":
            self.step(ticket.NewSession(session=f"s{self.desk.ids}"))
        else:
            h.certificates(self.desk, stopped="away" if what == "stopped" else "")

    # --- what always holds -----------------------------------------------------------------------------------

    @invariant()
    def nobody_has_paid_for_nothing(self) -> None:
        visit = self.desk.state.certificate
        for name, sale in self.sales.items():
            if visit is not None and visit.sale == name and not visit.over:
                continue
            # The journey has let go of it.
            assert sale.sheet or sale.back or sale.left, (name, sale)
            assert not (sale.paid and not (sale.sheet or sale.back)), "paid, and neither a sheet nor a claim"

    @invariant()
    def the_card_is_asked_back(self) -> None:
        state = self.desk.state
        if state.certificate is None and state.screen in ("idle", "closed") and self.laid_in_visit:
            assert state.left_card is not None and self.desk.view().chime
        if state.certificate is not None and state.certificate.released and not state.certificate.card_out:
            assert state.screen in ("cert_card", "cert_said", "card_take"), state.screen

    @invariant()
    def a_pin_never_outlives_its_use(self) -> None:
        state = self.desk.state
        assert not len(self.buffer) or state.screen == "card_pin"
        shown = self.desk.view()
        if state.screen != "card_pin":
            assert shown.keypad is None and (state.card is None or state.card.typed == 0)
        everything = (
            msgspec.json.encode(state).decode() + repr(state) + repr(self.desk.commands[-8:]) + repr(self.buffer)
        )
        assert not LEAK.search(everything)
        assert not [text for text in texts(shown) if LEAK.search(text)]

    @invariant()
    def nobodys_name_is_kept(self) -> None:
        state = self.desk.state
        kept = (
            msgspec.json.encode(state).decode() + repr(self.desk.commands[-8:]) + repr(self.desk.context.certificates)
        )
        assert h.CANARY not in kept and h.PICTURE not in kept
        shown = self.desk.view()
        if shown.screen != "cert_who":
            assert not [text for text in texts(shown) if h.CANARY in text]

    @invariant()
    def the_screen_is_whole_and_leads_on(self) -> None:
        state, context = self.desk.state, self.desk.context
        language = LANGUAGES[state.ordinal % len(LANGUAGES)]
        # A warning's 終わる is the page's own below it.
        check_view(msgspec.structs.replace(state, language=language, dialog=""), context)
        if state.screen not in ("cert_wait", "cert_print", "cert_card", "card_reading", "printing", "idle", "closed"):
            page = [one for one in all_controls(self.desk.view()) if one.state != "off"]
            assert {one.id for one in page} - {"staff", "ease", "language"} or self.desk.view().reader is not None

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.go_home()

    def go_home(self) -> None:
        """A core that answers and a visitor who waits always come back to the first screen."""
        for _ in range(40):
            state = self.desk.state
            if state.screen in ("idle", "closed") or state.certificate is None:
                return
            if (open_sale := self.open_sale()) is not None and state.screen == "cert_wait":
                open_sale[1].back = True
                self.step(c.NotPaid(sale=open_sale[0]))
            elif state.screen == "cert_print":
                self.sales[state.certificate.sale].sheet = True
                self.step(c.SheetsPrinted(sale=state.certificate.sale, verdict="issued", printed=1))
            elif state.screen == "cert_doubt":
                state = self.desk.state
                self.desk.state = msgspec.structs.replace(state, dialog="", sheet="")
                self.step(ticket.Pressed(screen_id=state.screen_id, control="has_paper"))
            else:
                self.card("empty")
                self.wait(650)
        raise AssertionError(f"walks in circles: {self.desk.state}")


def run(machine: type[Kiosk], examples: int, steps: int, derandomize: bool) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            derandomize=derandomize,
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def walk() -> type[Kiosk]:
    return type("Walk", (Kiosk,), {"visited": set()})


@pytest.mark.slow
def test_random_visits_to_a_kiosk(walk: type[Kiosk]) -> None:
    run(walk, examples=80, steps=50, derandomize=True)
    assert walk.visited >= EVERYTHING, EVERYTHING - walk.visited


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_long_random_visits_to_a_kiosk(walk: type[Kiosk]) -> None:
    run(walk, examples=1500, steps=90, derandomize=False)
    assert walk.visited >= EVERYTHING, EVERYTHING - walk.visited
