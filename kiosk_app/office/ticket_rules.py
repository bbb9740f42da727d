"""Decisions about one ticket that staff name, whichever counter it belongs to."""

from __future__ import annotations

from kiosk_app.office import facts as f
from kiosk_app.office.decision import Answer, Press, Refusal, done, named
from kiosk_app.office.state import CREDIT_MAX_S, current_stop, visit_of


def resume(press: Press) -> Answer:
    found = named(press)
    if isinstance(found, Refusal):
        return found
    if visit_of(press.state.day, found).status not in ("held", "no_show"):
        number = press.number(found)
        return Refusal(message_ja=f"{number}は保留でも不在でもありません。お待ちの方の一覧を確かめてください。")
    return done(press, f.Resumed(ticket=found, intent=press.act.intent), found)


def cancel(press: Press) -> Answer:
    found = press.counter.current if not (press.act.ticket or press.act.number) else named(press)
    if isinstance(found, Refusal):
        return found
    if not found:
        return Refusal(message_ja="取り消す番号が選ばれていません。番号を選んでください。")
    reason, number = press.act.reason.strip(), press.number(found)
    visit, ticket = visit_of(press.state.day, found), press.state.day.tickets[found]
    if not reason:
        return Refusal(message_ja=f"{number}を取り消す理由がありません。理由を選ぶか入れてください。")
    if visit.status == "cancelled" or ticket.voided:
        return Refusal(message_ja=f"{number}はすでに取り消されています。操作はいりません。")
    if visit.status == "called" and visit.counter != press.counter.number:
        there = f"{visit.counter}番窓口"
        return Refusal(message_ja=f"{number}の方は{there}で対応中です。{there}で取り消してください。")
    if current_stop(press.state.day, found) is None:
        return Refusal(message_ja=f"{number}の方は完了しています。取り消しはいりません。")
    fact = f.TicketCancelled(ticket=found, reason=reason, counter=press.counter.number, intent=press.act.intent)
    return done(press, fact, found)


def grant_priority(press: Press) -> Answer:
    found = named(press)
    if isinstance(found, Refusal):
        return found
    reason, number = press.act.reason.strip(), press.number(found)
    visit = visit_of(press.state.day, found)
    if not reason:
        return Refusal(message_ja=f"{number}を優先する理由がありません。理由を入れてください。")
    if visit.credit_s:
        return Refusal(message_ja=f"{number}はすでに優先の扱いです。急ぐ場合は番号を指定して呼んでください。")
    if visit.status not in ("waiting", "held") or found not in press.state.day.live:
        return Refusal(message_ja=f"{number}の方はお待ちではありません。お待ちの方の一覧を確かめてください。")
    fact = f.PriorityGranted(ticket=found, credit_s=CREDIT_MAX_S, reason=reason, intent=press.act.intent)
    return done(press, fact, found)


def change_service(press: Press) -> Answer:
    found = named(press)
    if isinstance(found, Refusal):
        return found
    new = press.desk.services.get(press.act.service)
    if new is None:
        return Refusal(message_ja="新しい用件が選ばれていません。用件を選んでください。")
    old, visit = current_stop(press.state.day, found), visit_of(press.state.day, found)
    number = press.number(found)
    ended = visit.status in ("cancelled", "no_show") or press.state.day.tickets[found].voided
    if old is None or ended or visit.stage == "handover":
        return Refusal(message_ja=f"{number}の用件はもう変えられません。新しい番号札をお渡しください。")
    if visit.status == "called":
        return Refusal(message_ja=f"{number}の方は対応中です。対応中の窓口で転送してください。")
    if old.service == new.service:
        return Refusal(message_ja=f"{number}の用件はすでに{new.service_name}です。操作はいりません。")
    fact = f.ServiceChanged(ticket=found, from_service=old.service, stop=new, intent=press.act.intent)
    return done(press, fact, found)


def accept_alert(press: Press) -> Answer:
    alert = press.state.alerts.get(press.act.alert)
    if alert is None or alert.cleared:
        return Refusal(message_ja="この呼び出しは終わっています。操作はいりません。")
    if alert.accepted_by:
        return Refusal(message_ja=f"係員{alert.accepted_by}がすでに受けました。操作はいりません。")
    accepted = f.StaffAccepted(
        alert=press.act.alert, intent=press.act.intent, called_by=alert.machine, called_seq=alert.seq
    )
    return done(press, accepted)
