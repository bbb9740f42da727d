"""Kiosks, a hub and their visitors in memory, with a truth beside the facts: who gave which money, which paper came,
who has what in hand. The kiosks decide by payment_rules, staff by payment_desk; chains are copied when somebody says
so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from kiosk_app.office import facts as f
from kiosk_app.office import payment_desk, payment_rules
from kiosk_app.office.decision import Decision
from kiosk_app.office.fees import Price
from kiosk_app.office.folds import apply
from kiosk_app.office.payment_rules import Bound, Copy, NotPrinted, Seller
from kiosk_app.office.sales import is_open
from kiosk_app.office.state import OfficeState

Record = tuple[str, int, int, str, f.Fact]
DAYS = [f"2026-04-{day:02d}" for day in range(6, 29)]


def a_price(yen: int, copies: int) -> Price:
    return Price(table="t", valid_from="2026-04-01", kind="resident-record", site="kiosk", each_yen=yen, copies=copies)


@dataclass
class Truth:
    """Of one sale, as a camera would have seen it."""

    given_yen: int = 0
    returned_yen: int = 0
    came: set[str] = field(default_factory=set)
    """Jobs whose paper is in the visitor's hand."""
    unheard_out: dict[str, int] = field(default_factory=dict)
    """What the unit truly gave in payouts that ended in doubt."""


@dataclass
class Kiosk:
    machine: str
    machine_code: str
    state: OfficeState = field(default_factory=OfficeState)
    payment: str = ""
    """Of the visitor who stands there."""
    pieces: int = 0


class Town:
    """`chains` is everything that was ever written, by machine."""

    def __init__(self) -> None:
        self.chains: dict[str, list[Record]] = {"hub": []}
        self.hub = OfficeState()
        self.kiosks = [Kiosk("m1", "1号機"), Kiosk("m2", "2号機")]
        self.truth: dict[str, Truth] = {}
        self.drawer_yen = 0
        self.ids = 0
        self.day = 0
        self.begun: list[str] = []
        """Jobs whose printing began, in order."""
        self.open_day()

    @property
    def date(self) -> str:
        return DAYS[self.day]

    def new_id(self) -> str:
        self.ids += 1
        return f"id{self.ids:04d}"

    # --- chains

    def write(self, machine: str, facts: tuple[f.Fact, ...], actor: str = "core") -> None:
        chain = self.chains.setdefault(machine, [])
        for fact in facts:
            record = (machine, len(chain) + 1, 1_775_433_600_000 + self.day * 86_400_000 + len(chain), actor, fact)
            chain.append(record)
            apply(self.state_of(machine), *record)

    def state_of(self, machine: str) -> OfficeState:
        return next((kiosk.state for kiosk in self.kiosks if kiosk.machine == machine), self.hub)

    def sync(self, kiosk: Kiosk) -> None:
        """Both ways; then the kiosk answers what staff have said, and that is heard too."""
        for _ in range(2):
            self._copy(self.hub, kiosk.state)
            self._copy(kiosk.state, self.hub)
            facts = payment_rules.answers(kiosk.state, kiosk.machine_code, self.date)
            for fact in facts:
                if isinstance(fact, f.ConfirmationRefused):
                    # The clerk reads it and gives the money back.
                    word = kiosk.state.confirmations[f"{fact.confirmed_by} {fact.confirmed_seq}"]
                    self.drawer_yen -= word.yen
                    self.truth[fact.payment].returned_yen += word.yen
            self.write(kiosk.machine, facts)
            assert payment_rules.answers(kiosk.state, kiosk.machine_code, self.date) == ()

    def _copy(self, source: OfficeState, target: OfficeState) -> None:
        for machine, chain in self.chains.items():
            for record in chain[target.positions.get(machine, 0) : source.positions.get(machine, 0)]:
                apply(target, *record)

    def open_day(self) -> None:
        self.write("hub", (f.DayOpened(date=self.date, office="kokura-kita"),))
        for kiosk in self.kiosks:
            self.write(kiosk.machine, (f.DayJoined(date=self.date),))

    def midnight(self) -> None:
        for kiosk in self.kiosks:
            self.crash(kiosk)
        self.day += 1
        self.open_day()

    # --- at the kiosk

    def begin(self, kiosk: Kiosk, yen: int, copies: int, means: f.Means) -> None:
        if kiosk.payment:
            return
        payment = kiosk.payment = self.new_id()
        self.truth[payment] = Truth()
        documents = [
            Copy(f"{payment}-{n}", f"{payment}-{n}".ljust(64, "0"), f"i-{payment}-{n}", f"s{n}") for n in range(copies)
        ]
        seller = Seller(kiosk.machine_code, self.date, f"session-{payment}", f"resident-{payment}", "ja")
        facts = payment_rules.ask(
            kiosk.state, payment, seller, a_price(yen, copies), "住民票の写し", documents, means, "mark"
        )
        self.write(kiosk.machine, facts)
        assert payment_rules.ask(kiosk.state, payment, seller, a_price(yen, copies), "x", documents, means) == ()

    def insert(self, kiosk: Kiosk, yen: int, times_told: int) -> None:
        sale = kiosk.state.sales.get(kiosk.payment)
        if sale is None or sale.means != "unit":
            return
        kiosk.pieces += 1
        self.truth[kiosk.payment].given_yen += yen
        for _ in range(times_told):
            credit = f"coin-0.{kiosk.pieces}"
            self.write(kiosk.machine, payment_rules.credit(kiosk.state, kiosk.payment, credit, yen, "coin", "mark"))

    def doubt(self, kiosk: Kiosk) -> None:
        self.write(kiosk.machine, payment_rules.doubted(kiosk.state, kiosk.payment, "power", "mark"))

    def confirm(self, kiosk: Kiosk, here: bool, intent: str) -> None:
        """A visitor gives the money to a clerk, at a console or at the kiosk itself."""
        payment = kiosk.payment
        if here:
            facts = payment_rules.paid_here(kiosk.state, payment)
            self.write(kiosk.machine, facts, "2041")
            self._into_drawer(payment, sum(fact.yen for fact in facts if isinstance(fact, f.MoneyTaken)))
            return
        sale = self.hub.sales.get(payment)
        answer = payment_desk.confirm(self.hub, payment, (sale.asked_yen or 0) if sale else 0, intent)
        if isinstance(answer, Decision):
            self.write("hub", answer.facts, "2041")
            self._into_drawer(payment, sale.asked_yen or 0 if sale else 0)

    def _into_drawer(self, payment: str, yen: int) -> None:
        self.drawer_yen += yen
        if yen:
            self.truth[payment].given_yen += yen

    def print_next(self, kiosk: Kiosk, came: bool) -> None:
        sale = kiosk.state.sales.get(kiosk.payment)
        if sale is None:
            return
        for job, copy in sale.copies.items():
            at_hand = Bound(copy.session, copy.resident, copy.sha256)
            found = payment_rules.start_print(kiosk.state, kiosk.payment, job, at_hand, "p")
            if isinstance(found, NotPrinted):
                continue
            self.write(kiosk.machine, found)
            self.begun.append(job)
            assert isinstance(payment_rules.start_print(kiosk.state, kiosk.payment, job, at_hand, "p"), NotPrinted)
            if came:
                self.truth[kiosk.payment].came.add(job)
            return

    def end_print(self, kiosk: Kiosk, verdict: f.Verdict) -> None:
        """The printer never says what is not so; it may say that it does not know."""
        sale = kiosk.state.sales.get(kiosk.payment)
        for job, copy in (sale.copies if sale else {}).items():
            if copy.state == "started":
                came = job in self.truth[kiosk.payment].came
                if (verdict in ("issued", "uncut") and not came) or (verdict == "not_issued" and came):
                    verdict = "unknown"
                self.write(kiosk.machine, payment_rules.print_ended(kiosk.state, kiosk.payment, job, verdict))
                assert payment_rules.print_ended(kiosk.state, kiosk.payment, job, verdict) == ()

    def see(self, kiosk: Kiosk, by: Literal["visitor", "staff"]) -> None:
        """Staff say what is so; of a visitor's word only the yes is taken, and this one is honest."""
        sale = kiosk.state.sales.get(kiosk.payment)
        for job, copy in (sale.copies if sale else {}).items():
            if copy.state == "unknown":
                came = job in self.truth[kiosk.payment].came
                self.write(kiosk.machine, payment_rules.seen(kiosk.state, kiosk.payment, job, came, by))

    def abandon(self, kiosk: Kiosk) -> None:
        self.write(kiosk.machine, payment_rules.void_rest(kiosk.state, kiosk.payment, "abandoned"))

    def pay_out(self, kiosk: Kiosk, outcome: str) -> None:
        payout = self.new_id()
        facts = payment_rules.give_back(kiosk.state, kiosk.payment, payout, "mark")
        self.write(kiosk.machine, facts)
        for fact in facts:
            assert isinstance(fact, f.PayoutStarted)
            truth = self.truth[kiosk.payment]
            out = {"all": fact.yen, "some": fact.yen // 20 * 10, "doubt": fact.yen // 20 * 10, "none": 0}
            given = out.get(outcome, fact.yen)
            truth.returned_yen += given
            if outcome in ("doubt", "crash"):
                truth.unheard_out[payout] = given
            if outcome == "crash":
                self.crash(kiosk)
                return
            paid, doubt = (0, fact.yen) if outcome == "doubt" else (given, 0)
            for _ in range(2):
                ended = payment_rules.payout_ended(kiosk.state, kiosk.payment, payout, paid, doubt)
                self.write(kiosk.machine, ended)

    def finish(self, kiosk: Kiosk) -> None:
        self.write(kiosk.machine, payment_rules.finish(kiosk.state, kiosk.payment, self.new_id()))
        sale = kiosk.state.sales.get(kiosk.payment)
        if sale is None or sale.ended:
            kiosk.payment = ""

    def crash(self, kiosk: Kiosk) -> None:
        """Everything in memory is gone; boot settles what stands in the log, and a second boot finds nothing."""
        self.write(kiosk.machine, payment_rules.at_boot(kiosk.state, kiosk.machine, self.new_id))
        assert payment_rules.at_boot(kiosk.state, kiosk.machine, self.new_id) == ()
        kiosk.payment = ""

    # --- at the counter

    def settle_claims(self) -> None:
        """Staff look what came and count the unit, and pay the rest."""
        for key, claim in list(self.hub.claims.items()):
            if not is_open(claim):
                continue
            truth, facts = self.truth[claim.payment], [r[4] for chain in self.chains.values() for r in chain]
            known = [x for x in facts if getattr(x, "payment", "") == claim.payment]
            sold = {x.job for x in known if isinstance(x, f.CertificateEnded) and x.verdict in ("issued", "uncut")}
            sold |= {x.job for x in known if isinstance(x, f.CertificateSeen) and x.issued}
            price = {x.job: x.yen for x in known if isinstance(x, f.CertificateIntended)}
            sold_yen = sum(price[job] for job in truth.came - sold)
            given_yen = sum(truth.unheard_out.values())
            paid_yen = claim.owed_yen + claim.doubt_yen - sold_yen - given_yen
            answer = payment_desk.settle(self.hub, key, paid_yen, sold_yen, given_yen, self.date, f"settle-{key}")
            assert isinstance(answer, Decision), answer
            self.write("hub", answer.facts, "2041")
            self.drawer_yen -= paid_yen
            truth.returned_yen += paid_yen
            again = payment_desk.settle(self.hub, key, paid_yen, sold_yen, given_yen, self.date, "again")
            assert not isinstance(again, Decision)

    def hand_back(self) -> None:
        """The clerks say that what was refused is in the visitor's hand again; each once."""
        for place, answer in list(self.hub.answers.items()):
            found = payment_desk.give_back(self.hub, place, f"back-{place}")
            assert isinstance(found, Decision) == (bool(answer.refused) and place not in self.hub.returned), found
            if isinstance(found, Decision):
                self.write("hub", found.facts, "2041")

    def heal(self) -> None:
        for kiosk in self.kiosks:
            self.crash(kiosk)
            self.sync(kiosk)
        self.settle_claims()
        for kiosk in self.kiosks * 2:
            self.sync(kiosk)
        self.hand_back()
