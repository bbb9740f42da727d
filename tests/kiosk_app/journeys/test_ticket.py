"""One press is one ticket; nobody is left on a screen without a way out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kiosk_app.journeys import ticket

# --- a plain visit -------------------------------------------------------------------------------------------


def test_a_visitor_takes_a_ticket_and_the_machine_returns_to_the_start(desk: Any) -> None:
    desk.to_confirm()
    shown = desk.view()
    assert (shown.letter, shown.group, shown.place) == ("A", "証明書", "1階 3〜6番窓口")
    assert (shown.wait.waiting, shown.wait.estimate) == ("12", "10:40〜10:55")
    assert [c.id for c in shown.actions] == ["take"]
    commands = desk.press("take")
    (issue,) = commands
    assert (issue.service, issue.language) == ("resident-record-copy", "ja")
    desk.issued()
    assert desk.view().screen == "printing"
    assert "A-105" not in str(desk.view()), "no number before its paper is certain"
    desk.printed()
    assert desk.view().slip.number == "A-105"
    desk.wait(19)
    assert desk.state.screen == "take"
    desk.wait(1)
    assert desk.state.screen == "idle"
    assert desk.state.ticket is None


def test_a_double_tap_issues_once(desk: Any) -> None:
    desk.to_confirm()
    tap = ticket.Pressed(screen_id=desk.state.screen_id, control="take")
    first = desk.step(tap)
    assert len(first) == 1
    assert desk.step(tap) == ()
    desk.issued()
    assert desk.step(tap) == ()
    desk.printed()
    assert desk.step(tap) == ()


def test_the_intent_is_the_screen_it_was_pressed_on(desk: Any) -> None:
    desk.to_confirm()
    screen_id = desk.state.screen_id
    (issue,) = desk.press("take")
    assert issue.intent == screen_id
    assert ticket.resumed(desk.state) == (issue,), "after a crash the same intent is asked for again"


def test_a_further_service_joins_the_same_number(desk: Any) -> None:
    desk.has_ticket()
    desk.press("another", "group:M")
    desk.press("service:card-pin-reset")
    (add,) = desk.press("take")
    assert (add.ticket, add.service) == ("t1", "card-pin-reset")
    shown = desk.view()
    assert (shown.screen, shown.title, shown.slip.number) == ("take", "同じ番号でお呼びします。", "A-105")
    desk.press("another", "group:A")
    row = next(c for c in desk.view().rows if c.id == "service:resident-record-copy")
    assert row.state == "off"


def test_a_joined_service_is_shown_with_its_own_counters(desk: Any) -> None:
    desk.has_ticket()
    desk.press("another", "group:M", "service:card-pin-reset", "take")
    slip = desk.view().slip
    assert (slip.service, slip.place) == ("暗証番号の再設定", "1階 11〜13番窓口")
    assert (slip.number, slip.waiting, slip.estimate) == ("A-105", "", "")


def test_a_visit_that_is_over_cannot_be_joined_and_gets_its_own_number(desk: Any) -> None:
    desk.has_ticket()
    desk.press("another", "group:M", "service:card-pin-reset")
    (add,) = desk.press("take")
    desk.step(ticket.CannotIssue(intent=add.intent, cause="gone"))
    assert desk.state.screen == "confirm"
    (issue,) = desk.press("take")
    assert (type(issue), issue.service) == (ticket.Issue, "card-pin-reset")


def test_the_third_ticket_within_a_minute_is_asked_about(desk: Any) -> None:
    for n in (1, 2):
        desk.has_ticket(f"A-10{n}", f"t{n}")
        desk.press("end")
    desk.to_confirm()
    (call,) = desk.press("take")
    assert (type(call), call.cause) == (ticket.CallStaff, "many_tickets")
    assert "A-102" in desk.view().dialog.note
    (issue,) = desk.press("separate")
    assert isinstance(issue, ticket.Issue)


def test_somebody_who_presses_everything_can_put_it_together(desk: Any) -> None:
    for n in (1, 2):
        desk.has_ticket(f"A-10{n}", f"t{n}")
        desk.press("end")
    desk.to_confirm()
    desk.press("take")
    (add,) = desk.press("join")
    assert (type(add), add.ticket) == (ticket.AddStop, "t2")


def test_a_minute_later_nobody_asks(desk: Any) -> None:
    for n in (1, 2):
        desk.has_ticket(f"A-10{n}", f"t{n}")
        desk.wait(40)
    desk.to_confirm()
    (issue,) = desk.press("take")
    assert isinstance(issue, ticket.Issue)


# --- paper ---------------------------------------------------------------------------------------------------


def test_no_paper_before_the_number_rings_once_and_goes_on_by_itself(desk: Any) -> None:
    desk.to_confirm()
    (first,) = desk.press("take")
    desk.change(printer_status="paper_out")
    (call,) = desk.step(ticket.CannotIssue(intent=first.intent, cause="paper_out"))
    assert (type(call), call.cause) == (ticket.CallStaff, "paper_out")
    shown = desk.view()
    assert (shown.screen, shown.title) == ("trouble", "用紙がありません。")
    assert [s.state for s in shown.steps] == ["done", "current", "to_do"]
    assert desk.wait(60) == ()
    assert desk.step(ticket.PrinterStatusChanged(status="cover_open")) == ()
    desk.change(printer_status="ready")
    clear, second = desk.step(ticket.PrinterStatusChanged(status="ready"))
    assert clear == ticket.ClearAlert(alert=call.alert)
    assert second.service == first.service
    assert second.intent != first.intent
    assert desk.step(ticket.PrinterStatusChanged(status="ready")) == ()


def test_a_number_that_is_certainly_not_on_paper_is_printed_again_under_its_own_number(desk: Any) -> None:
    desk.to_confirm()
    desk.press("take")
    desk.issued()
    desk.change(printer_status="paper_out")
    desk.printed("not_issued", "paper_out")
    assert desk.state.screen == "trouble"
    assert "A-105" not in str(desk.view())
    desk.wait(600)
    assert desk.state.screen == "trouble", "an issued number has no time-out"
    desk.change(printer_status="ready")
    commands = desk.step(ticket.PrinterStatusChanged(status="ready"))
    assert commands[-1] == ticket.Reprint(ticket="t1")
    desk.printed()
    assert desk.view().slip.number == "A-105"
    assert sum(isinstance(c, ticket.Issue) for c in desk.commands) == 1


def test_printing_again_without_help_has_an_end(desk: Any) -> None:
    desk.to_confirm()
    desk.press("take")
    desk.issued()
    for _ in range(10):
        desk.printed("not_issued")
        desk.wait(6)
    assert desk.state.screen == "trouble"
    assert sum(isinstance(c, ticket.Reprint) for c in desk.commands) == 2
    assert sum(isinstance(c, ticket.CallStaff) for c in desk.commands) == 1


def test_who_leaves_without_paper_voids_the_number(desk: Any) -> None:
    desk.to_confirm()
    desk.press("take")
    desk.issued()
    desk.change(printer_status="paper_out")
    desk.printed("not_issued", "paper_out")
    assert ticket.VoidTicket(ticket="t1", reason="abandoned") in desk.press("leave")
    assert desk.state.screen == "idle"
    assert desk.view().notice, "the next visitor sees that nothing can be printed"


@pytest.mark.parametrize("verdict", ["maybe", "unknown", "uncut"])
def test_in_doubt_the_visitor_says_what_came_out(desk: Any, verdict: str) -> None:
    desk.to_confirm()
    desk.press("take")
    desk.issued()
    desk.printed(verdict, "paper_out")
    assert desk.view().title == "番号札は出ましたか。"
    desk.wait(1000)
    assert desk.state.screen == "doubt"
    assert ticket.ConfirmPaper(ticket="t1", has_paper=True) in desk.press("has_paper")
    assert desk.view().slip.number == "A-105"


def test_in_doubt_and_nothing_came_out_waits_for_the_printer(desk: Any) -> None:
    desk.to_confirm()
    desk.press("take")
    desk.issued()
    desk.change(printer_status="paper_out")
    desk.printed("maybe", "paper_out")
    assert desk.press("no_paper") == (ticket.ConfirmPaper(ticket="t1", has_paper=False),)
    assert desk.state.screen == "trouble"
    desk.change(printer_status="ready")
    assert desk.step(ticket.PrinterStatusChanged(status="ready"))[-1] == ticket.Reprint(ticket="t1")


def test_no_outcome_at_all_is_a_doubt_that_rings(desk: Any) -> None:
    desk.to_confirm()
    desk.press("take")
    desk.issued()
    (call,) = desk.wait(60)
    assert (call.cause, desk.state.screen) == ("stuck", "doubt")
    desk.printed("issued")
    assert desk.state.screen == "take"


def test_a_full_disk_lets_the_visitor_try_again(desk: Any) -> None:
    desk.to_confirm()
    (first,) = desk.press("take")
    desk.step(ticket.CannotIssue(intent=first.intent, cause="disk_full"))
    desk.wait(60)
    assert desk.state.screen == "trouble"
    (second,) = desk.press("retry")
    assert second.intent != first.intent


def test_paper_out_at_rest_rings_until_paper_is_in(desk: Any) -> None:
    desk.change(printer_status="paper_out")
    (call,) = desk.step(ticket.PrinterStatusChanged(status="paper_out"))
    desk.step(ticket.NewSession(session="next"))
    desk.change(printer_status="near_end")
    assert desk.step(ticket.PrinterStatusChanged(status="near_end")) == (ticket.ClearAlert(alert=call.alert),)


# --- time, staff, language -----------------------------------------------------------------------------------


def test_a_countdown_comes_before_the_return_and_one_tap_extends_it_without_limit(desk: Any) -> None:
    desk.press("ticket")
    for _ in range(12):
        desk.wait(40)
        assert desk.view().dialog.seconds == 20
        desk.wait(15)
        assert desk.view().dialog.seconds == 5
        desk.press("continue")
    desk.wait(59)
    assert desk.state.screen == "choose"
    desk.wait(1)
    assert desk.state.screen == "idle"


def test_slow_mode_waits_twice_as_long(desk: Any) -> None:
    desk.press("ticket", "ease", "mode:slow", "close_sheet")
    desk.wait(99)
    assert desk.view().dialog is None
    desk.wait(1)
    assert desk.view().dialog.seconds == 20


def test_a_late_tap_on_the_countdown_shows_that_somebody_is_there(desk: Any) -> None:
    desk.press("ticket")
    tap = ticket.Pressed(screen_id=desk.state.screen_id, control="group:A")
    desk.wait(41)
    desk.step(tap)
    assert desk.view().dialog is None
    assert desk.state.screen == "choose"


def test_staff_are_called_named_and_come(desk: Any) -> None:
    (call,) = desk.press("staff")
    assert desk.view().dialog.title == "職員を呼びました。"
    desk.press("close")
    key = next(c for c in desk.view().bar if c.id == "staff")
    assert (key.state, key.label) == ("busy", "呼び出し中")
    assert desk.press("staff") == (), "a second press rings no second time"
    desk.press("close")
    desk.wait(120)
    assert "7番窓口" in desk.view().dialog.note
    desk.step(ticket.AlertAccepted(alert=call.alert))
    assert desk.view().dialog.title == "職員が向かっています。"


def test_where_no_counter_is_staffed_the_visitor_is_sent_to_anybody(desk: Any) -> None:
    desk.change(counter_staffed=None)
    desk.press("staff", "close")
    desk.wait(119)
    assert desk.view().dialog is None
    desk.wait(1)
    assert desk.view().dialog.note == "お近くの職員に、声をおかけください。"
    desk.change(counter_staffed="9")
    assert "9番窓口" in desk.view().dialog.note


@pytest.mark.parametrize(("counter", "said"), [("7", "7番窓口"), (None, "お近くの職員に")])
def test_who_waits_for_paper_is_told_what_to_do_next_until_somebody_comes(
    desk: Any, counter: str | None, said: str
) -> None:
    desk.change(counter_staffed=counter)
    desk.to_confirm()
    desk.press("take")
    desk.change(printer_status="silent")
    desk.step(ticket.CannotIssue(intent=desk.state.intent, cause="silent"))
    assert "2分たったら" in desk.view().steps[1].note
    desk.wait(120)
    shown = desk.view()
    assert said in shown.notice
    assert "2分たったら" not in shown.steps[1].note
    desk.step(ticket.AlertAccepted(alert=desk.state.machine_alert.id))
    shown = desk.view()
    assert (shown.notice, shown.steps[1].note) == ("", "このままお待ちください。")


def test_the_call_ends_with_the_visit(desk: Any) -> None:
    desk.press("ticket")
    (call,) = desk.press("staff")
    commands = desk.wait(300)
    assert ticket.ClearAlert(alert=call.alert) in commands
    assert desk.state.screen == "idle"


def test_language_and_modes_end_with_the_visit(desk: Any) -> None:
    desk.press("language:en", "ease", "mode:large", "close_sheet", "ticket")
    shown = desk.view()
    assert (shown.title, shown.large) == ("What do you need?", True)
    desk.press("back")
    assert desk.view().language == "en", "who goes back is still here"
    desk.wait(60)
    assert (desk.view().language, desk.view().large) == ("ja", False)


def test_a_range_that_has_begun_is_told_by_its_end_alone(desk: Any) -> None:
    now = desk.context.now_utc_ms
    soon = ticket.GroupLoad(waiting=0, estimate_from_ms=now - 120_000, estimate_to_ms=now + 180_000)
    desk.change(loads={"A": soon})
    desk.to_confirm()
    shown = desk.view()
    assert (shown.wait.estimate, shown.actions[0].note) == ("10:15ごろまで", "10:15ごろまでにお呼びします")
    desk.press("language", "language:en")
    shown = desk.view()
    assert (shown.wait.estimate, shown.actions[0].note) == ("by 10:15", "Called by about 10:15")


def test_who_would_be_called_after_hours_is_told_before_the_ticket(desk: Any) -> None:
    now = desk.context.now_utc_ms
    late = ticket.GroupLoad(waiting=90, estimate_from_ms=now + 400 * 60_000, estimate_to_ms=now + 430 * 60_000)
    desk.change(loads={"A": late})
    desk.to_confirm()
    assert desk.view().wait.foot == "窓口は17:15までです。\n職員にご相談ください。"


def test_where_nothing_can_be_promised_no_time_is_told_and_staff_are_named(desk: Any) -> None:
    desk.change(loads={"A": ticket.GroupLoad(waiting=3, estimate_from_ms=0, estimate_to_ms=0)})
    desk.to_confirm()
    shown = desk.view()
    assert (shown.wait.waiting, shown.wait.estimate, shown.actions[0].note) == ("3", "—", "")
    assert shown.wait.foot == "窓口は17:15までです。\n職員にご相談ください。"
    assert "—" not in shown.spoken and "目安" not in shown.spoken


def test_one_is_one_and_many_are_many_in_english(desk: Any) -> None:
    desk.change(loads={"A": ticket.GroupLoad(waiting=1, estimate_from_ms=0, estimate_to_ms=0)})
    desk.press("language:en", "ticket", "group:A")
    shown = desk.view()
    assert (shown.wait.waiting, shown.wait.waiting_unit) == ("1", "person")
    assert "1 person waiting." in shown.spoken
    desk.wait(40)
    assert (desk.view().dialog.seconds, desk.view().dialog.after) == (20, "seconds.")
    assert "Back to the start in 20 seconds." in desk.view().spoken
    desk.wait(19)
    assert (desk.view().dialog.seconds, desk.view().dialog.after) == (1, "second.")
    assert "in 20 second." not in desk.view().spoken


@pytest.mark.parametrize("language", ["ja", "easy", "en"])
def test_what_the_earphone_says_is_made_of_whole_sentences(desk: Any, language: str) -> None:
    if language != "ja":
        desk.press(f"language:{language}")
    spoken = [desk.view().spoken]
    for control in ("ticket", "group:A", "service:resident-record-copy", "take"):
        desk.press(control)
        spoken.append(desk.view().spoken)
    desk.step(ticket.CannotIssue(intent=desk.state.intent, cause="paper_out"))
    spoken.append(desk.view().spoken)
    for text in spoken:
        assert not re.search(r"。[。、]|\.\.|、、|する、|\n|\d(people|person)", text), text
        assert language == "en" or ", " not in text
    assert "スマホでもできます" in spoken[3] or "smartphone" in spoken[3]


def test_a_translated_service_carries_its_japanese_name(desk: Any) -> None:
    desk.press("language:en")
    desk.to_confirm()
    shown = desk.view()
    assert (shown.title, shown.title_original) == ("Copy of resident record", "住民票の写し")
    assert shown.wait.estimate == "10:40–10:55"
    assert shown.place == "1F, counters 3–6"


def test_the_star_key_starts_the_voice_anywhere(desk: Any) -> None:
    desk.step(ticket.Pressed(screen_id=desk.state.screen_id, control="voice"))
    assert desk.view().voice
    assert "1、番号札を取る" in desk.view().spoken.replace("ばんごうふだ", "番号札")


# --- closed --------------------------------------------------------------------------------------------------


def test_a_closed_service_says_why_and_when(desk: Any) -> None:
    desk.press("ticket", "group:A")
    row = next(c for c in desk.view().rows if c.id == "service:family-register-elsewhere")
    assert row.state == "closed"
    assert "13:00" in row.why
    desk.press("service:family-register-elsewhere")
    shown = desk.view()
    assert shown.screen == "explain"
    assert "13:00" in shown.subtitle
    desk.press("ok")
    assert desk.state.screen == "services"


def test_after_hours_the_start_says_when_it_opens(desk: Any) -> None:
    desk.change(now_utc_ms=desk.context.now_utc_ms + 10 * 3_600_000)
    desk.step(ticket.Tick())
    shown = desk.view()
    assert (shown.screen, shown.title) == ("closed", "本日の受付は終了しました。")
    assert "4月7日(火)8:30" in shown.subtitle
    assert "時間外窓口" in shown.notice
    desk.change(now_utc_ms=desk.context.now_utc_ms + 13 * 3_600_000)
    desk.step(ticket.Tick())
    assert desk.view().screen == "idle"


def test_a_refusal_by_the_hour_explains(desk: Any) -> None:
    desk.to_confirm()
    (issue,) = desk.press("take")
    desk.step(ticket.CannotIssue(intent=issue.intent, cause="closed"))
    assert desk.view().screen == "explain"
    desk.press("ok")
    assert desk.state.screen == "confirm"


def test_who_does_not_know_is_asked_and_may_ask_a_person(desk: Any) -> None:
    desk.press("ticket", "unsure", "answer:1", "answer:1")
    assert (desk.state.screen, desk.state.place.service) == ("confirm", "resident-record-copy")
    desk.press("back", "back")
    (call,) = desk.press("answer:4")
    assert call.cause == "help"


def test_a_life_event_lists_its_services(desk: Any) -> None:
    desk.press("ticket", "event:moving")
    assert [c.id for c in desk.view().rows][:2] == ["service:move-in", "service:move-within"]
    desk.press("service:move-in")
    assert desk.view().letter == "H"
