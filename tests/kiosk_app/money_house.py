"""A certificate kiosk (m2) beside a real hub: its own chain and folds, which cross as they do on the wire; no window,
no card, no printer. It decides by payment_rules, as a kiosk does.
"""

from __future__ import annotations

from kiosk_app.office import facts as f
from kiosk_app.office import payment_rules
from kiosk_app.office.fees import Price
from kiosk_app.office.folds import apply
from kiosk_app.office.payment_rules import Bound, Copy, Seller
from kiosk_app.office.state import OfficeState
from offline_store.envelope import GENESIS, Envelope, encode, hash_of
from offline_store.wire import Batch, Item
from tests.kiosk_app.house import House

DATE = "2026-04-06"
CODE = "m2"


class FarKiosk:
    """`cut`: what it writes is heard of at the hub with the next `meet` alone, and so is what the hub writes here."""

    def __init__(self, house: House, code: str = CODE) -> None:
        self.house, self.code = house, code
        self.state = OfficeState()
        self.cut = False
        self._last = GENESIS
        self._seq = 0
        self._untold: list[Item] = []
        self._read = 0
        self.hear()
        self.write(f.DayJoined(date=DATE))

    # --- the wire

    def write(self, *facts: f.Fact, actor: str = "core") -> None:
        now = self.house.core.clock.now_utc_ms()
        for fact in facts:
            self._seq += 1
            envelope = Envelope(self.code, self._seq, self._seq, now, actor, type(fact).__name__, f.encode(fact))
            data = encode(envelope, self._last)
            self._last = hash_of(data)
            self._untold.append(Item(self._last, data))
            apply(self.state, self.code, self._seq, now, actor, fact)
        if not self.cut:
            self.meet()

    def meet(self) -> None:
        """What was written here goes to the hub, what the hub wrote comes here."""
        if self._untold:
            batch = Batch(
                sender=self.code, after=self._seq - len(self._untold), up_to=self._seq, items=tuple(self._untold)
            )
            self.house.core.book.receive(batch)
            self._untold = []
        self.hear()

    def hear(self) -> None:
        for position, one in self.house.core.book.log.read(self._read, 100_000):
            self._read = position
            if one.machine != self.code:
                apply(self.state, one.machine, one.seq, one.at_utc_ms, one.actor, f.decode(one.kind, one.body))

    def answer(self) -> None:
        """Each word of staff that was not answered yet."""
        self.meet()
        self.write(*payment_rules.answers(self.state, self.code, DATE))
        self.meet()

    # --- the sale

    def sells(self, payment: str = "p1", yen: int = 300, copies: int = 1, means: f.Means = "counter") -> None:
        price = Price(
            table="t", valid_from="2026-04-01", kind="resident-record", site="kiosk", each_yen=yen, copies=copies
        )
        documents = [Copy(f"{payment}-{n}", "0" * 64, f"i{n}", f"s{n}") for n in range(copies)]
        seller = Seller(self.code, DATE, f"session-{payment}", f"resident-{payment}", "ja")
        self.write(*payment_rules.ask(self.state, payment, seller, price, "住民票の写し", documents, means, "mark"))

    def prints(self, payment: str = "p1", verdict: f.Verdict = "issued") -> None:
        """Every copy, one after the other."""
        for job, copy in self.state.sales[payment].copies.items():
            at_hand = Bound(copy.session, copy.resident, copy.sha256)
            started = payment_rules.start_print(self.state, payment, job, at_hand, "p")
            assert isinstance(started, tuple)
            self.write(*started)
            self.write(*payment_rules.print_ended(self.state, payment, job, verdict))

    def ends(self, payment: str = "p1", claim: str = "claim-1", reason: payment_rules.Reason = "not_issued") -> None:
        self.write(*payment_rules.void_rest(self.state, payment, "abandoned"))
        self.write(*payment_rules.finish(self.state, payment, claim, reason))
