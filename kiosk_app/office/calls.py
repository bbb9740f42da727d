"""Decisions of the counter: what a press of staff leads to, as facts to append, or one plain sentence why not.

Decide, append and apply run in one thread, so a decision sees everything that was decided before it. A press that was
already answered leads to no facts and to the same answer.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from kiosk_app.api import StaffAct, StaffVerb
from kiosk_app.office import doubles, leader_rules, pad_rules, ticket_rules
from kiosk_app.office import facts as f
from kiosk_app.office.decision import Answer, Decision, Desk, Press, Refusal, Staff, done, named, said
from kiosk_app.office.outages import is_in_question, overlap_ms
from kiosk_app.office.permissions import LEADERS, ROLE_NAMES, may
from kiosk_app.office.queue import as_if_completed, next_ticket
from kiosk_app.office.stand_ins import arrived
from kiosk_app.office.state import (
    FRESH,
    MEASURABLE_S,
    Act,
    OfficeState,
    Visit,
    counter_of,
    current_stop,
    is_callable,
    number_of,
    number_text,
    stand_in_id,
    visit_of,
)
from kiosk_app.office.unheard_rules import Unheard, unheard

UNDO_MS = 5 * 60 * 1000


def decide(state: OfficeState, act: StaffAct, staff: Staff, now_utc_ms: int, desk: Desk) -> Answer:
    """The verbs issue, reprint and sign_out belong to the core: deciding them here is a bug."""
    rule = _RULES[act.verb]
    if not may(staff.role, act.verb):
        whom = ROLE_NAMES["leader" if act.verb in LEADERS else "clerk"]
        return Refusal(message_ja=f"この操作は{ROLE_NAMES[staff.role]}にはできません。{whom}に頼んでください。")
    answered = state.day.intents.get(act.intent)
    if answered is not None:
        message = said(answered.kind, number_of(state.day, answered.ticket), answered.counter)
        return Decision(facts=(), message_ja=message, ticket=answered.ticket, repeated=True)
    act = replace(act, ticket=arrived(state.day, act.ticket))
    number = act.counter or 0
    if act.verb in _AT_A_COUNTER:
        if number not in desk.counters:
            return Refusal(message_ja="窓口が選ばれていません。窓口の番号を選んでから操作してください。")
        counter = counter_of(state.day, number)
        if counter.state != "open" and act.verb not in _AT_REST:
            return Refusal(message_ja=f"{number}番窓口は開いていません。先に窓口を開いてください。")
    else:
        counter = counter_of(state.day, number)
    return rule(Press(state=state, act=act, staff=staff, desk=desk, now_utc_ms=now_utc_ms, counter=counter))


# --- counters ------------------------------------------------------------------------------------------------


def _open_counter(press: Press) -> Answer:
    counter, can = press.counter, press.desk.counters[press.counter.number]
    cannot = [letter for letter in press.act.groups if letter not in can]
    if cannot:
        return Refusal(message_ja=f"{counter.number}番窓口では{'、'.join(cannot)}を扱えません。選び直してください。")
    groups = tuple(letter for letter in can if not press.act.groups or letter in press.act.groups)
    fact = f.CounterOpened(counter=counter.number, groups=groups, intent=press.act.intent)
    if counter.state == "open" and counter.staff_code != press.staff.code:
        # Nobody takes a counter from under a colleague by a slip; one who has gone must not block it.
        if counter.staff_code in press.state.signed_in and press.staff.role != "leader":
            holder = f"{counter.number}番窓口は係員{counter.staff_code}が開いています。"
            return Refusal(message_ja=f"{holder}引き継ぐときは、リーダーに頼んでください。")
        return done(press, fact)
    if counter.state == "open" and counter.groups == groups:
        return Decision(facts=(), message_ja=f"{counter.number}番窓口はすでに開いています。そのままお使いください。")
    return done(press, fact)


def _pause_counter(press: Press) -> Answer:
    if press.counter.state != "open":
        return Refusal(message_ja=f"{press.counter.number}番窓口は開いていません。休憩にする必要はありません。")
    return _leave_counter(press, f.CounterPaused(counter=press.counter.number, intent=press.act.intent))


def _close_counter(press: Press) -> Answer:
    if press.counter.state == "closed":
        return Refusal(message_ja=f"{press.counter.number}番窓口はすでに閉まっています。操作はいりません。")
    return _leave_counter(press, f.CounterClosed(counter=press.counter.number, intent=press.act.intent))


def _leave_counter(press: Press, fact: f.Fact) -> Answer:
    if press.counter.current:
        number = press.number(press.counter.current)
        return Refusal(message_ja=f"{number}の方が対応中です。完了か保留にしてから操作してください。")
    return done(press, fact)


# --- calls ---------------------------------------------------------------------------------------------------


def _call_next(press: Press) -> Answer:
    found = _next(press)
    if found is not None:
        return _call(press, found, "")
    if not press.counter.current:
        return Refusal(message_ja="お待ちの方はいません。次の方が番号札を取るまでお待ちください。")
    return done(press, _completed(press, intent=press.act.intent), press.counter.current)


def _next(press: Press) -> str | None:
    afterwards = as_if_completed(press.state, press.counter.number)
    return next_ticket(afterwards, press.counter.groups, press.now_utc_ms, press.counter.number)


def _call_number(press: Press) -> Answer:
    alone = unheard(press)
    if isinstance(alone, Unheard):
        return _call_unheard(press, alone)
    found = named(press) if alone is None else alone
    if isinstance(found, Refusal):
        return found
    number, visit = press.number(found), visit_of(press.state.day, found)
    ticket = press.state.day.tickets[found]
    if visit.status == "called":
        there = f"{visit.counter}番窓口"
        return Refusal(message_ja=f"{number}の方は{there}で対応中です。そちらの完了をお待ちください。")
    if visit.status == "cancelled" or ticket.voided:
        return Refusal(message_ja=f"{number}は取り消されています。新しい番号札をお渡しください。")
    if not is_callable(ticket):
        return Refusal(message_ja=f"{number}は紙に印刷されていません。再発行してから呼んでください。")
    if current_stop(press.state.day, found) is None:
        return Refusal(message_ja=f"{number}の方は完了しています。新しい番号札をお渡しください。")
    if (twice := _called_by_another_number(press, found)) is not None:
        return twice
    reason = press.act.reason.strip()
    if not reason and visit.status in ("held", "no_show"):
        reason = "保留からの呼出" if visit.status == "held" else "不在からの呼出"
    if not reason and _next(press) != found:
        return Refusal(message_ja=f"{number}は次の順番ではありません。先に呼ぶ理由を入れてください。")
    return _call(press, found, reason)


def _called_by_another_number(press: Press, ticket_id: str) -> Refusal | None:
    """Of a reservation that two machines gave a number each: nobody is called twice for it."""
    for other in doubles.others_of(press.state.day, ticket_id):
        visit, same = (
            visit_of(press.state.day, other),
            f"{press.number(ticket_id)}は{press.number(other)}と同じ予約です。",
        )
        if visit.status == "called":
            return Refusal(message_ja=f"{same}{visit.counter}番窓口で対応中です。")
        if visit.first_called_utc_ms and current_stop(press.state.day, other) is None:
            return Refusal(message_ja=f"{same}その番号で完了しています。")
    return None


def _call(press: Press, ticket_id: str, reason: str) -> Decision:
    """A counter that calls has completed what it had: in one append, so that neither happens alone."""
    day = as_if_completed(press.state, press.counter.number).day
    stop = current_stop(day, ticket_id)
    if stop is None:
        raise AssertionError(f"ticket {ticket_id} has no stop left and cannot be waiting")
    called = f.Called(
        ticket=ticket_id,
        counter=press.counter.number,
        call=day.calls + 1,
        stage=visit_of(day, ticket_id).stage,
        service=stop.service,
        intent=press.act.intent,
        reason=reason,
    )
    before = (_completed(press, intent=""),) if press.counter.current else ()
    message = said("Called", press.number(ticket_id), press.counter.number)
    return Decision(facts=(*before, called), message_ja=message, ticket=ticket_id)


def _call_unheard(press: Press, found: Unheard) -> Decision:
    """As `_call`, of a number whose ticket has not arrived."""
    called = f.NumberCalled(
        ticket=stand_in_id(found.letter, found.number),
        letter=found.letter,
        number=found.number,
        machine_code=found.machine_code,
        stop=found.stop,
        counter=press.counter.number,
        call=press.state.day.calls + 1,
        service=found.stop.service,
        intent=press.act.intent,
        reason=press.act.reason.strip(),
    )
    before = (_completed(press, intent=""),) if press.counter.current else ()
    message = said("NumberCalled", number_text(found.letter, found.number), press.counter.number)
    return Decision(facts=(*before, called), message_ja=message, ticket=called.ticket)


def _completed(press: Press, intent: str) -> f.Completed:
    ticket_id = press.counter.current
    visit = visit_of(press.state.day, ticket_id)
    stop = current_stop(press.state.day, ticket_id)
    return f.Completed(
        ticket=ticket_id,
        counter=press.counter.number,
        service=stop.service if stop else visit.service,
        service_s=_measured_s(press, visit),
        intent=intent,
    )


def _measured_s(press: Press, visit: Visit) -> int | None:
    """How long the open call has lasted; None when an outage lies within, or it was left open by mistake."""
    service_s = (press.now_utc_ms - visit.called_utc_ms) // 1000
    whole = not overlap_ms(press.state.day, visit.called_utc_ms, press.now_utc_ms)
    return service_s if whole and 0 <= service_s <= MEASURABLE_S else None


def _continue_call(press: Press) -> Answer:
    """「まだです（続ける）」, the answer to what is asked after an outage."""
    number, intent, current = press.counter.number, press.act.intent, press.counter.current
    day = press.state.day
    if press.act.ticket in ("", current) and current and not is_in_question(day, visit_of(day, current)):
        return Refusal(message_ja=f"{press.number(current)}の方はそのまま続けられます。操作はいりません。")
    return _with_current(press, lambda ticket: f.CallContinued(ticket=ticket, counter=number, intent=intent))


def _recall(press: Press) -> Answer:
    visit = visit_of(press.state.day, press.counter.current)
    return _with_current(
        press,
        lambda ticket: f.Recalled(
            ticket=ticket, counter=press.counter.number, call=visit.call, intent=press.act.intent
        ),
    )


def _hold(press: Press) -> Answer:
    number, intent = press.counter.number, press.act.intent
    until = press.now_utc_ms + press.desk.hold_s * 1000
    return _with_current(press, lambda ticket: f.Held(ticket=ticket, counter=number, intent=intent, until_utc_ms=until))


def _no_show(press: Press) -> Answer:
    number, intent = press.counter.number, press.act.intent
    return _with_current(press, lambda ticket: f.NoShow(ticket=ticket, counter=number, intent=intent))


def _complete(press: Press) -> Answer:
    return _with_current(press, lambda ticket: _completed(press, press.act.intent))


def _with_current(press: Press, fact: Callable[[str], f.Fact]) -> Answer:
    current = press.counter.current
    if not current:
        return Refusal(message_ja="対応中の方がいません。先に「次を呼ぶ」で呼んでください。")
    if press.act.ticket not in ("", current):
        return Refusal(
            message_ja=f"いま対応中の方は{press.number(current)}です。画面を確かめて、もう一度押してください。"
        )
    return done(press, fact(current), current)


def _ready_for_handover(press: Press) -> Answer:
    """Also for a visit that was completed at reception while its papers were being made."""
    found = press.counter.current if not (press.act.ticket or press.act.number) else named(press)
    if isinstance(found, Refusal):
        return found
    if not found:
        return Refusal(message_ja="対応中の方がいません。お渡しする方の番号を選んでください。")
    day, number = press.state.day, press.number(found)
    visit = visit_of(day, found)
    called_here = visit.status == "called" and visit.counter == press.counter.number
    completed = visit.status == "waiting" and visit.service in visit.done
    if visit.stage == "handover" or not (called_here or completed):
        return Refusal(message_ja=f"{number}の方は受付が済んでいません。受付を済ませてから押してください。")
    service_s = _measured_s(press, visit) if called_here else None
    fact = f.ReadyForHandover(ticket=found, counter=press.counter.number, service_s=service_s, intent=press.act.intent)
    return done(press, fact, found)


def _transfer(press: Press) -> Answer:
    if press.act.to_counter is not None:
        return _transfer_to_counter(press, press.act.to_counter)
    stop = press.desk.services.get(press.act.service)
    if stop is None:
        return Refusal(message_ja="転送先の用件が選ばれていません。用件を選んでください。")
    number, intent = press.counter.number, press.act.intent
    return _with_current(press, lambda ticket: f.Transferred(ticket=ticket, counter=number, stop=stop, intent=intent))


def _transfer_to_counter(press: Press, there: int) -> Answer:
    """For the service that the visitor is here for, at a counter that is there for it now."""
    if there == press.counter.number or there not in press.desk.counters:
        return Refusal(message_ja="転送先の窓口が選ばれていません。ほかの窓口を選んでください。")
    if counter_of(press.state.day, there).state != "open":
        return Refusal(message_ja=f"{there}番窓口は開いていません。開いている窓口を選んでください。")

    def transferred(ticket: str) -> f.Fact:
        stop = current_stop(press.state.day, ticket)
        if stop is None:
            raise AssertionError(f"ticket {ticket} is at a counter and has no stop")
        number, intent = press.counter.number, press.act.intent
        return f.Transferred(ticket=ticket, counter=number, stop=stop, intent=intent, to_counter=there)

    return _with_current(press, transferred)


# --- taking back ---------------------------------------------------------------------------------------------


def undoable(state: OfficeState, counter: int, now_utc_ms: int) -> tuple[Act, ...]:
    """The facts that 元に戻す would take back at this counter, latest first; empty when there is nothing."""
    acts = state.day.acts.get(str(counter), [])
    if not acts or now_utc_ms - acts[-1].at_utc_ms > UNDO_MS:
        return ()
    together = [acts[-1]]
    for act in reversed(acts[:-1]):
        if act.intent:
            break
        together.append(act)
    # At a counter that rests nobody may stand again all at once; what was done there to those who wait may be undone.
    rests = counter_of(state.day, counter).state != "open"
    return () if rests and together[-1].current_before else tuple(together)


def changed_since(state: OfficeState, acts: tuple[Act, ...]) -> str:
    """The ticket that somebody has acted on after these acts, so that they cannot be taken back; empty if none."""
    earlier: dict[str, Visit] = {}
    for act in acts:
        visit = earlier.get(act.ticket) or visit_of(state.day, act.ticket)
        earlier[act.ticket] = act.visit_before or FRESH
        if (visit.machine, visit.seq) != (act.machine, act.seq):
            return act.ticket
    return ""


def _undo(press: Press) -> Answer:
    acts = undoable(press.state, press.counter.number, press.now_utc_ms)
    if not acts:
        return Refusal(message_ja="元に戻せる操作がありません。戻せるのは、この窓口の5分以内の操作です。")
    if changed := changed_since(press.state, acts):
        number = press.number(changed)
        return Refusal(message_ja=f"{number}はそのあと別の操作がされたため、元に戻せません。履歴を確かめてください。")
    last = len(acts) - 1
    undone = tuple(
        f.Undone(
            ticket=act.ticket,
            counter=press.counter.number,
            undone_kind=act.kind,
            undone_seq=act.seq,
            undone_machine=act.machine,
            intent=press.act.intent if index == last else "",
        )
        for index, act in enumerate(acts)
    )
    message = said("Undone", press.number(acts[0].ticket), press.counter.number)
    return Decision(facts=undone, message_ja=message, ticket=acts[0].ticket)


_RULES: dict[StaffVerb, Callable[[Press], Answer]] = {
    "open_counter": _open_counter,
    "pause_counter": _pause_counter,
    "close_counter": _close_counter,
    "call_next": _call_next,
    "call_number": _call_number,
    "recall": _recall,
    "hold": _hold,
    "resume": ticket_rules.resume,
    "no_show": _no_show,
    "complete": _complete,
    "ready_for_handover": _ready_for_handover,
    "cancel": ticket_rules.cancel,
    "undo": _undo,
    "transfer": _transfer,
    "grant_priority": ticket_rules.grant_priority,
    "change_service": ticket_rules.change_service,
    "accept_alert": ticket_rules.accept_alert,
    "cancel_many": leader_rules.cancel_many,
    "restore_many": leader_rules.restore_many,
    "suspend": leader_rules.suspend,
    "end_suspension": leader_rules.end_suspension,
    "post_notice": leader_rules.post_notice,
    "withdraw_notice": leader_rules.withdraw_notice,
    "continue_call": _continue_call,
    "register_pad": pad_rules.register,
}
OFFICE_VERBS = frozenset(_RULES)
_AT_REST: frozenset[StaffVerb] = frozenset({"open_counter", "pause_counter", "close_counter", "undo"})
_AT_A_COUNTER: frozenset[StaffVerb] = frozenset(
    {
        "open_counter",
        "pause_counter",
        "close_counter",
        "call_next",
        "call_number",
        "recall",
        "continue_call",
        "hold",
        "no_show",
        "complete",
        "ready_for_handover",
        "transfer",
        "undo",
    }
)
