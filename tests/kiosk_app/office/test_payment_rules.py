"""Each decision by itself: what is bound is compared, what is paid is paid once, and a person's word ends doubt."""

from __future__ import annotations

import pytest

from kiosk_app.office import facts as f
from kiosk_app.office import payment_desk, payment_rules
from kiosk_app.office.authorship import first_fault
from kiosk_app.office.decision import Decision, Refusal
from kiosk_app.office.payment_rules import Bound, NotPrinted, Seller
from kiosk_app.office.sales import SoldCopy, claim_text, number_text, owed_yen
from tests.kiosk_app.office.till import Kiosk, Town, a_price


def at_the_kiosk(yen: int = 200, copies: int = 1, means: f.Means = "counter") -> tuple[Town, Kiosk]:
    town = Town()
    kiosk = town.kiosks[0]
    town.begin(kiosk, yen, copies, means)
    town.sync(kiosk)
    return town, kiosk


def only_copy(kiosk: Kiosk) -> tuple[str, SoldCopy]:
    return next(iter(kiosk.state.sales[kiosk.payment].copies.items()))


def bound(copy: SoldCopy) -> Bound:
    return Bound(copy.session, copy.resident, copy.sha256)


def refused(answer: object) -> str:
    assert isinstance(answer, Refusal)
    return answer.message_ja


# --- paper


@pytest.mark.parametrize("part", ["session", "resident", "sha256"])
def test_whatever_is_not_as_it_was_confirmed_is_not_printed(part: str) -> None:
    town, kiosk = at_the_kiosk()
    town.confirm(kiosk, True, "i")
    job, copy = only_copy(kiosk)
    other = bound(copy)._replace(**{part: "another"})
    assert payment_rules.start_print(kiosk.state, kiosk.payment, job, other, "p") == NotPrinted("mismatch")
    facts = payment_rules.start_print(kiosk.state, kiosk.payment, job, bound(copy), "p")
    assert not isinstance(facts, NotPrinted)
    (started,) = facts
    assert isinstance(started, f.CertificatePrintStarted)
    assert (started.session, started.resident, started.sha256) == bound(copy)


def test_nothing_is_printed_before_it_is_paid_and_nothing_twice() -> None:
    town, kiosk = at_the_kiosk()
    job, copy = only_copy(kiosk)
    ask = (kiosk.state, kiosk.payment, job, bound(copy), "p")
    assert payment_rules.start_print(*ask) == NotPrinted("not_paid")
    town.confirm(kiosk, True, "i")
    town.print_next(kiosk, True)
    assert payment_rules.start_print(*ask) == NotPrinted("begun_before")
    town.end_print(kiosk, "issued")
    assert payment_rules.start_print(*ask) == NotPrinted("begun_before")
    assert payment_rules.start_print(kiosk.state, "another", job, bound(copy), "p") == NotPrinted("unknown")
    town.finish(kiosk)
    assert town.begun == [job]


def test_what_is_free_is_printed_without_money() -> None:
    _town, kiosk = at_the_kiosk(yen=0)
    job, copy = only_copy(kiosk)
    assert not isinstance(payment_rules.start_print(kiosk.state, kiosk.payment, job, bound(copy), "p"), NotPrinted)


def test_the_price_is_that_of_the_confirmation() -> None:
    town, kiosk = at_the_kiosk(450, 2)
    sale = kiosk.state.sales[kiosk.payment]
    assert sale.asked_yen == 900
    assert [copy.yen for copy in sale.copies.values()] == [450, 450]
    with pytest.raises(ValueError, match="2 documents at the price of 3"):
        documents = [payment_rules.Copy(f"j{n}", "0" * 64, "i", "s") for n in range(2)]
        seller = Seller("1号機", town.date, "s", "r", "ja")
        payment_rules.ask(kiosk.state, "p2", seller, a_price(450, 3), "住民票の写し", documents, "counter")


def test_a_visitor_who_says_that_nothing_came_leaves_it_in_doubt_and_staff_end_it() -> None:
    town, kiosk = at_the_kiosk()
    town.confirm(kiosk, True, "i")
    town.print_next(kiosk, False)
    town.end_print(kiosk, "maybe")
    town.see(kiosk, "visitor")
    _job, copy = only_copy(kiosk)
    assert (copy.state, copy.asked_visitor) == ("unknown", True)
    town.see(kiosk, "staff")
    assert only_copy(kiosk)[1].state == "not_issued"
    assert owed_yen(kiosk.state.sales[kiosk.payment]) == 200


# --- money at a counter


def test_staff_say_once_that_they_took_it_and_the_kiosk_takes_their_word_once() -> None:
    town, kiosk = at_the_kiosk()
    payment = kiosk.payment
    answer = payment_desk.confirm(town.hub, payment, 200, "i1")
    assert isinstance(answer, Decision)
    town.write("hub", answer.facts, "2041")
    assert "ほかの係員が受け取っています" in refused(payment_desk.confirm(town.hub, payment, 200, "i2"))
    town.sync(kiosk)
    (place,) = kiosk.state.confirmations
    sale = town.hub.sales[payment]
    assert (sale.credits, place) == ({"counter": 200}, f"hub {len(town.chains['hub'])}")
    assert town.hub.confirmations[place].staff_code == "2041"
    assert "もう支払われています" in refused(payment_desk.confirm(town.hub, payment, 200, "i3"))
    assert payment_rules.paid_here(kiosk.state, payment) == ()


def test_two_who_took_it_at_once_hear_who_gives_it_back() -> None:
    """At the kiosk and at a console, which could not know of each other."""
    town, kiosk = at_the_kiosk()
    town.confirm(kiosk, False, "i1")
    town.confirm(kiosk, True, "i2")
    town.sync(kiosk)
    ((_, answered),) = kiosk.state.answers.items()
    assert answered.refused == "paid"
    assert town.drawer_yen == 200


def test_money_for_a_sale_that_has_run_out_of_time_goes_back() -> None:
    town, kiosk = at_the_kiosk()
    payment = kiosk.payment
    town.abandon(kiosk)
    town.finish(kiosk)
    answer = payment_desk.confirm(town.hub, payment, 200, "i1")
    assert isinstance(answer, Decision), "the hub has not heard of it"
    town.write("hub", answer.facts, "2041")
    town.drawer_yen += 200
    town.truth[payment].given_yen += 200
    town.sync(kiosk)
    ((_, answered),) = town.hub.answers.items()
    assert answered.refused == "over"
    assert town.drawer_yen == 0
    assert "終わっています" in refused(payment_desk.confirm(town.hub, payment, 200, "i2"))


def test_what_staff_cannot_confirm() -> None:
    town, kiosk = at_the_kiosk(means="unit")
    assert "窓口でのお支払いではありません" in refused(payment_desk.confirm(town.hub, kiosk.payment, 200, "i"))
    assert "ありません" in refused(payment_desk.confirm(town.hub, "none", 200, "i"))
    town, kiosk = at_the_kiosk()
    assert "200円です" in refused(payment_desk.confirm(town.hub, kiosk.payment, 300, "i"))


# --- money in the unit


def test_a_piece_that_is_told_again_is_the_same_piece() -> None:
    town, kiosk = at_the_kiosk(means="unit")
    town.insert(kiosk, 100, 3)
    assert kiosk.state.sales[kiosk.payment].credits == {"coin-0.1": 100}
    assert kiosk.state.takings[town.date]["m1"].unit_yen == 100


def test_change_comes_once_and_what_did_not_come_is_a_claim() -> None:
    town, kiosk = at_the_kiosk(means="unit")
    town.insert(kiosk, 1000, 1)
    town.print_next(kiosk, True)
    (started,) = payment_rules.give_back(kiosk.state, kiosk.payment, "o1", "mark")
    assert isinstance(started, f.PayoutStarted)
    assert (started.yen, started.why) == (800, "change")
    town.write(kiosk.machine, (started,))
    assert payment_rules.give_back(kiosk.state, kiosk.payment, "o2", "mark") == ()
    with pytest.raises(ValueError, match="801 and 0 yen of 800"):
        payment_rules.payout_ended(kiosk.state, kiosk.payment, "o1", 801)
    town.write(kiosk.machine, payment_rules.payout_ended(kiosk.state, kiosk.payment, "o1", 500))
    assert payment_rules.give_back(kiosk.state, kiosk.payment, "o3", "mark") == ()
    assert payment_rules.finish(kiosk.state, kiosk.payment, "c1") == (), "it is being printed"
    town.end_print(kiosk, "issued")
    opened, ended = payment_rules.finish(kiosk.state, kiosk.payment, "c1", "no_change")
    assert isinstance(opened, f.ClaimOpened) and isinstance(ended, f.PaymentEnded)
    assert (opened.owed_yen, opened.doubt_yen, opened.reason) == (300, 0, "no_change")


def test_money_without_a_sale_becomes_a_claim_of_its_own() -> None:
    town, kiosk = at_the_kiosk(means="unit")
    town.crash(kiosk)
    seller = Seller("1号機", town.date, "", "", "ja")
    facts = payment_rules.stray(kiosk.state, "late", seller, "coin-0.9", 500, "coin", "mark")
    town.write(kiosk.machine, facts)
    assert payment_rules.stray(kiosk.state, "late", seller, "coin-0.9", 500, "coin", "mark") == ()
    opened, _ = payment_rules.finish(kiosk.state, "late", "c1", "abandoned")
    assert isinstance(opened, f.ClaimOpened)
    assert (opened.owed_yen, number_text(opened.number)) == (500, "K-0002")


def test_a_unit_that_lost_count_leaves_a_claim_also_where_nothing_is_known_to_be_in() -> None:
    town, kiosk = at_the_kiosk(means="unit")
    town.doubt(kiosk)
    town.abandon(kiosk)
    opened, _ = payment_rules.finish(kiosk.state, kiosk.payment, "c1", "abandoned")
    assert isinstance(opened, f.ClaimOpened)
    assert (opened.owed_yen, opened.doubt_yen, opened.reason) == (0, 0, "unit")


# --- claims


def test_a_claim_is_settled_once_and_to_the_yen() -> None:
    town, kiosk = at_the_kiosk(200, 2, "unit")
    town.insert(kiosk, 500, 1)
    town.print_next(kiosk, True)
    town.crash(kiosk)
    town.sync(kiosk)
    ((key, claim),) = town.hub.claims.items()
    assert (claim.owed_yen, claim.doubt_yen, claim.reason) == (300, 200, "interrupted")
    assert payment_desk.find_claim(town.hub, claim_text(key)) == (key,)
    assert payment_desk.find_claim(town.hub, key) == (key,)
    assert payment_desk.find_claim(town.hub, "") == ()
    day = town.date
    assert "300円から500円" in refused(payment_desk.settle(town.hub, key, 200, 200, 100, day, "i"))
    assert "合わせて500円" in refused(payment_desk.settle(town.hub, key, 300, 0, 0, day, "i"))
    assert "まだ届いていません" in refused(payment_desk.settle(town.hub, "none", 0, 0, 0, day, "i"))
    done = payment_desk.settle(town.hub, key, 300, 200, 0, day, "i")
    assert isinstance(done, Decision)
    town.write("hub", done.facts, "2041")
    assert "係員2041が精算しました" in refused(payment_desk.settle(town.hub, key, 300, 200, 0, day, "i2"))


# --- whose facts


def test_a_machine_takes_and_gives_in_its_own_name_alone() -> None:
    town, kiosk = at_the_kiosk(means="unit")
    other = town.kiosks[1]
    mine = payment_rules.credit(kiosk.state, kiosk.payment, "c", 100, "coin", "m")

    def fault(machine_code: str, machine: str, fact: f.Fact) -> str:
        found = first_fault(town.hub, machine_code, [(machine, 99, fact)], town.date)
        return found.cause if found is not None else ""

    assert fault("1号機", "m1", mine[0]) == ""
    assert fault("2号機", "m2", mine[0]) == "not_its_name"
    assert fault("2号機", "m2", f.PaymentEnded(payment=kiosk.payment)) == "not_its_sale"
    assert fault("2号機", "m2", f.PaymentEnded(payment="unknown")) == ""
    said = f.PaymentConfirmed(payment=kiosk.payment, yen=200, machine_code=other.machine_code, date=town.date)
    assert fault("2号機", "m2", said) == "not_its_kind"
