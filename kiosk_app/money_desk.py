"""Staff at the hub take the money of certificate kiosks, settle claims, close the day, and say that paper was loaded.

The hub decides for all machines of the office; a kiosk on another computer hears of it with the next facts, and
answers with its own. What may be done stands in office/payment_desk.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from kiosk_app import api
from kiosk_app.book import Book
from kiosk_app.certificate_stop import trouble_words
from kiosk_app.history_printing import NO_ROOM
from kiosk_app.office import catalogue, money_rows, payment_desk
from kiosk_app.office.decision import Answer, Refusal, said
from kiosk_app.office.facts import Fact, PaperLoaded
from kiosk_app.office.money_rows import Reader
from kiosk_app.office.permissions import ROLE_NAMES, may
from kiosk_app.sessions import Session
from kiosk_app.staff_view import names_of
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.core import Core

TRAINING = "研修モードでは、証明書の代金を扱えません。"
NOTHING_YET = "証明書交付機の記録は、まだありません。"
PRINTS_AGAIN = "印刷できます。補充したことを記録しました。"


def reader(core: Core, book: Book) -> Reader:
    zone = catalogue.zone(core.office)
    return Reader(
        names_of(core.settings.code, core.settings.name),
        lambda utc_ms: datetime.fromtimestamp(utc_ms / 1000, zone).strftime("%-H:%M"),
        book.clock.now_utc_ms(),
    )


def kiosks(core: Core) -> tuple[str, ...]:
    """Codes of the office's certificate kiosks, as far as this hub has heard of them."""
    own = core.settings.code if "certificate_kiosk" in core.settings.roles else ""
    return money_rows.kiosks(core.book.state, own)


def sign(core: Core, session: Session) -> api.MoneySign | None:
    """Of the console of a session; None where there is no kiosk."""
    if session.training:
        return None
    known = _signs.get(core.book)
    if known is None or known[0] != core.book.changed.version:
        rows = money_rows.refused_rows(core.book.state, reader(core, core.book)) if kiosks(core) else None
        known = (core.book.changed.version, rows)
        _signs[core.book] = known
    if known[1] is None:
        return None
    return api.MoneySign(refused=tuple(row for row in known[1] if row.staff_code == session.staff_code))


_signs: WeakKeyDictionary[Book, tuple[int, tuple[api.RefusedRow, ...] | None]] = WeakKeyDictionary()
"""Made once a change for all consoles: a call must not wait for it."""


def view(core: Core, book: Book, asked: api.MoneyAsked) -> api.MoneyView:
    if book is not core.book:
        empty = money_rows.money_view(book.state, (), asked.date, reader(core, book))
        return api.MoneyView(note=TRAINING, takings=empty.takings)
    codes = kiosks(core)
    found = money_rows.money_view(book.state, codes, asked.date, reader(core, book))
    return found if codes else api.MoneyView(note=NOTHING_YET, takings=found.takings)


def found_claims(core: Core, book: Book, asked: api.ClaimsAsked) -> api.ClaimsFound:
    return api.ClaimsFound(rows=money_rows.found_claims(book.state, asked.typed, reader(core, book)))


# --- acts --------------------------------------------------------------------------------------------------------


async def act(core: Core, session: Session, act: api.StaffAct) -> api.Reply:
    """Each MoneyVerb. The same intent never acts twice."""
    if not may(session.role, act.verb):
        message = f"この操作は{ROLE_NAMES[session.role]}にはできません。{ROLE_NAMES['clerk']}に頼んでください。"
        return api.Reply(ok=False, message=message)
    if session.training:
        return api.Reply(ok=False, message=TRAINING)
    answered = core.book.state.day.intents.get(act.intent)
    if answered is not None:
        return api.Reply(ok=True, message=said(answered.kind, "", answered.counter))
    try:
        match act.verb:
            case "print_takings":
                from kiosk_app.takings_printing import print_takings

                return await print_takings(core, session, act)
            case "refilled":
                return await _refilled(core, session, act)
            case _:
                return _decided(core, session, act)
    except StoreFull:
        return api.Reply(ok=False, message=NO_ROOM)


def _decided(core: Core, session: Session, act: api.StaffAct) -> api.Reply:
    answer = _decision(core, act)
    if isinstance(answer, Refusal):
        return api.Reply(ok=False, message=answer.message_ja)
    core.book.commit(session.staff_code, answer.facts)
    return api.Reply(ok=True, message=answer.message_ja)


def _decision(core: Core, act: api.StaffAct) -> Answer:
    state, wish = core.book.state, act.money or api.MoneyAct()
    match act.verb:
        case "confirm_payment":
            sale = state.sales.get(wish.payment)
            name = names_of(core.settings.code, core.settings.name)(sale.machine_code) if sale else ""
            return payment_desk.confirm(state, wish.payment, wish.yen, act.intent, name)
        case "return_money":
            return payment_desk.give_back(state, wish.word, act.intent)
        case _:
            sums = (wish.paid_yen, wish.sold_yen, wish.given_yen)
            return payment_desk.settle(state, wish.claim, *sums, state.day.date, act.intent)


# --- paper -------------------------------------------------------------------------------------------------------


async def _refilled(core: Core, session: Session, act: api.StaffAct) -> api.Reply:
    if act.machine not in kiosks(core):
        return api.Reply(ok=False, message="この交付機はありません。一覧から選んでください。")
    core.book.commit(session.staff_code, [PaperLoaded(machine_code=act.machine, intent=act.intent)])
    if act.machine != core.settings.code or core.sheets is None:
        name = names_of(core.settings.code, core.settings.name)(act.machine)
        return api.Reply(ok=True, message=f"補充したことを{name}に伝えました。紙が出るか、交付機で確かめてください。")
    status = await core.sheets.refilled()
    if not status:
        return api.Reply(ok=True, message=PRINTS_AGAIN)
    return api.Reply(ok=False, message=f"まだ印刷できません。{trouble_words(status)}。もう一度確かめてください。")


def heard(core: Core, facts: Sequence[Fact]) -> None:
    """At a kiosk: staff at the hub have said that its paper was loaded, so its printer is asked anew."""
    code = core.settings.code
    if core.sheets is not None and any(isinstance(one, PaperLoaded) and one.machine_code == code for one in facts):
        core.sheets.look_again()
