"""What central is told of each document: everything once it is known, nothing twice, and never two things that cannot
both be true; whatever crashes, is late or is told again. Central's side is its own rule (central_server).
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from central_server.certificates import states
from kiosk_app.certificate_messages import State
from kiosk_app.office import facts as f
from kiosk_app.office.outcomes import untold
from kiosk_app.office.sales import is_open
from kiosk_app.office.state import dump, load
from tests.depth import examples
from tests.kiosk_app.office.test_takings import acts, replay
from tests.kiosk_app.office.till import DAYS, Kiosk, Town


class Central:
    """As rows.tell writes it."""

    def __init__(self) -> None:
        self.rows: dict[str, State] = {}
        self.settled: dict[str, str] = {}
        self.claims: dict[str, str] = {}

    def hear(self, town: Town, kiosk: Kiosk, answers: int) -> None:
        """So many answers arrive; the word behind them was heard as well, and its answer is lost."""
        for count, word in enumerate(untold(kiosk.state, kiosk.machine)):
            after = states.told(self.rows.get(word.issuance, "issuing"), word.verdict)
            assert not after.contradicts, (word, self.rows[word.issuance])
            self.rows[word.issuance] = after.state
            self.settled[word.issuance] = states.money(self.settled.get(word.issuance, ""), word.settled)  # type: ignore[arg-type]
            self.claims[word.issuance] = word.claim
            if count >= answers:
                return
            told = f.OutcomeTold(
                payment=word.payment,
                issuance=word.issuance,
                verdict=word.verdict,
                settled=word.settled,
                answer=after.state,
                last=word.last,
            )
            town.write(kiosk.machine, (told,))


def lived(plan: list, hears: list[int]) -> tuple[Town, Central]:
    """Central is reached now and then."""
    town, central = Town(), Central()
    for number, act in enumerate(plan):
        if act[0] != "midnight":
            replay(town, act)
        elif town.day < len(DAYS) - 1:
            town.midnight()
        if hears:
            central.hear(town, town.kiosks[number % 2], hears[number % len(hears)])
    return town, central


@given(acts, st.lists(st.integers(0, 3), max_size=4))
@settings(max_examples=examples(30))
def test_central_hears_of_every_document_what_became_of_it(plan: list, hears: list[int]) -> None:
    town, central = lived(plan, hears)
    town.heal()
    for kiosk in town.kiosks:
        kiosk.state = load(dump(kiosk.state))
        for _ in range(2):
            central.hear(town, kiosk, 1_000)
        assert untold(kiosk.state, kiosk.machine) == []
        assert not [one for one in kiosk.state.outcomes.values() if one.machine == kiosk.machine]
    facts = [record[4] for chain in town.chains.values() for record in chain]
    intended = {fact.issuance: fact.job for fact in facts if isinstance(fact, f.CertificateIntended)}
    assert set(central.rows) == set(intended)
    ended = {fact.job: fact.verdict for fact in facts if isinstance(fact, f.CertificateEnded)}
    for issuance, job in intended.items():
        came = any(job in truth.came for truth in town.truth.values())
        if central.rows[issuance] == "issued":
            assert came, "whatever central has as issued is in somebody's hand"
        elif central.rows[issuance] == "not_issued":
            assert not came and central.settled[issuance] in ("not_paid", "refunded")
        else:
            assert central.rows[issuance] == "unknown"
            assert ended[job] in ("maybe", "unknown")


@given(acts)
@settings(max_examples=examples(15))
def test_nothing_is_told_again_that_was_answered_and_a_claim_is_told_while_it_is_open(plan: list) -> None:
    town, central = lived(plan, [])
    for kiosk in town.kiosks:
        town.crash(kiosk)
        central.hear(town, kiosk, 1_000)
        assert untold(kiosk.state, kiosk.machine) == []
        mine = {key: one for key, one in kiosk.state.outcomes.items() if one.machine == kiosk.machine}
        assert all(is_open(kiosk.state.claims[one.claim]) for one in mine.values())
        assert all(central.settled[key] == "claim" and central.claims[key] for key in mine)


def test_of_several_in_doubt_of_which_some_came_nobody_says_which() -> None:
    town, central = Town(), Central()
    kiosk = town.kiosks[0]
    town.begin(kiosk, 200, 2, "counter")
    town.confirm(kiosk, True, "i")
    for came in (True, False):
        town.print_next(kiosk, came)
        town.end_print(kiosk, "unknown")
    town.finish(kiosk)
    central.hear(town, kiosk, 9)
    assert set(central.rows.values()) == {"unknown"} and set(central.settled.values()) == {"claim"}
    town.heal()
    central.hear(town, kiosk, 9)
    assert set(central.rows.values()) == {"unknown"} and set(central.settled.values()) == {"refunded"}
    assert not kiosk.state.outcomes and all(central.claims.values())
