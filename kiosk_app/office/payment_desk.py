"""What staff do about the money of certificates: say that they took it, and settle claims. Decided before the fact;
pure.

The clerk keeps the money in hand until the kiosk has answered: a sale may have run out of time in the same moment.
"""

from __future__ import annotations

from kiosk_app.office import facts as f
from kiosk_app.office.decision import Answer, Decision, Refusal, said
from kiosk_app.office.sales import Claim, Sale, claim_text, claim_yen, is_paid, number_text
from kiosk_app.office.state import OfficeState


def confirm(state: OfficeState, payment: str, yen: int, intent: str, machine_name: str = "") -> Answer:
    """`yen`: what the clerk has in hand, as the console showed it. `machine_name`: as it stands on the kiosk."""
    sale = state.sales.get(payment)
    if sale is None:
        return Refusal(message_ja="この受付番号はありません。番号を確かめてください。")
    refusal = _why_not(state, payment, sale, yen)
    if refusal:
        return Refusal(message_ja=f"{machine_name or sale.machine_code}の{number_text(sale.number)}{refusal}")
    fact = f.PaymentConfirmed(payment=payment, yen=yen, machine_code=sale.machine_code, date=sale.date, intent=intent)
    return Decision(facts=(fact,), message_ja=said("PaymentConfirmed", "", 0))


def _why_not(state: OfficeState, payment: str, sale: Sale, yen: int) -> str:
    if sale.ended or sale.date != state.day.date:
        return "の受付は終わっています。代金は受け取らないでください。"
    if sale.means != "counter" or sale.asked_yen is None:
        return "は窓口でのお支払いではありません。"
    if is_paid(sale):
        return "はもう支払われています。代金は受け取らないでください。"
    if any(one.payment == payment and place not in state.answers for place, one in state.confirmations.items()):
        return "の代金は、ほかの係員が受け取っています。"
    if yen != sale.asked_yen:
        return f"の代金は{sale.asked_yen:,}円です。"
    return ""


def give_back(state: OfficeState, place: str, intent: str) -> Answer:
    """What the kiosk refused is in the hand of whoever paid it again. `place`: of the word that was refused."""
    word, answer = state.confirmations.get(place), state.answers.get(place)
    if word is None or answer is None or not answer.refused:
        return Refusal(message_ja="お返しする代金ではありません。一覧を確かめてください。")
    if place in state.returned:
        return Refusal(message_ja="この代金は、もうお返ししてあります。")
    machine, _, seq = place.rpartition(" ")
    fact = f.MoneyReturned(
        payment=word.payment,
        confirmed_by=machine,
        confirmed_seq=int(seq),
        yen=word.yen,
        machine_code=word.machine_code,
        date=state.day.date,
        intent=intent,
    )
    return Decision(facts=(fact,), message_ja=said("MoneyReturned", "", 0))


def settle(
    state: OfficeState, claim_id: str, paid_yen: int, sold_yen: int, given_yen: int, date: str, intent: str
) -> Answer:
    """`paid_yen` of the claim goes to the visitor; of the rest staff have found that the paper had come after all, or
    that the unit had given it after all. A claim is settled once."""
    claim = state.claims.get(claim_id)
    if claim is None or not claim.machine:
        return Refusal(message_ja="この返金引換票はまだ届いていません。交付機とのつながりを確かめてください。")
    refusal = _why_not_settled(claim, paid_yen, sold_yen, given_yen)
    if refusal:
        return Refusal(message_ja=refusal)
    fact = f.ClaimSettled(
        claim=claim_id,
        paid_yen=paid_yen,
        sold_yen=sold_yen,
        given_yen=given_yen,
        machine_code=claim.machine_code,
        date=date,
        intent=intent,
    )
    return Decision(facts=(fact,), message_ja=said("ClaimSettled", "", 0))


def _why_not_settled(claim: Claim, paid_yen: int, sold_yen: int, given_yen: int) -> str:
    if claim.settled:
        first = claim.settled[0]
        return f"この返金引換票は{first.date}に係員{first.staff_code}が精算しました。"
    least, most = claim.owed_yen, claim_yen(claim)
    if not least <= paid_yen <= most or min(sold_yen, given_yen) < 0:
        return f"お返しする額は{least:,}円" + (f"から{most:,}円です。" if most > least else "です。")
    if paid_yen + sold_yen + given_yen != most:
        return f"お返しする額、証明書が出ていた分、機械が返していた分を合わせて{most:,}円にしてください。"
    return ""


def find_claim(state: OfficeState, typed: str) -> tuple[str, ...]:
    """By what stands on the slip, as it is typed: AB12-CD34, or a code that was read whole."""
    plain = "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())
    if not plain:
        return ()
    known = [key for key, claim in state.claims.items() if claim.machine]
    return tuple(key for key in known if key == typed.strip() or claim_text(key).replace("-", "") == plain)
