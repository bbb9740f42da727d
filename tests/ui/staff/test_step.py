"""The desk's step, for every order of events: one act at a time, and nothing about a visitor who is not there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.api import SignedInReply, SlotChange, SlotsPreviewAsked, SlotsView
from tests.ui.staff import slot_days
from tests.ui.staff.office_day import EVERY
from ui.staff import away
from ui.staff.desk import (
    Aged,
    Answered,
    Arrived,
    Desk,
    Dismissed,
    Event,
    Leave,
    Pressed,
    Reached,
    Send,
    Settle,
    Settled,
    SignedIn,
    Typed,
    Unanswered,
)
from ui.staff.history_page import plain_number
from ui.staff.presentation import present, seconds_texts
from ui.staff.presses import ABOUT_CURRENT
from ui.staff.shortcuts import KEYS, control_for
from ui.staff.slots_desk import AskDays, AskHit, AskPreview, SlotsArrived, SlotsTold, WatchSlots
from ui.staff.step import step

CONTROLS = (
    *("next", "recall", "complete", "hold", "no_show", "ready", "undo", "pause", "close_counter", "reopen", "open"),
    *("transfer", "cancel", "number", "guide_reprint", "guide_change", "break", "why", "keys", "submit", "close"),
    *("choose:0", "choose:3", "choose:99", "row:tA-107", "row:tA-098", "row:nobody", "accept:a1", "accept:none"),
    *("tab:today", "filter:A", "issue", "guide_service:a-1", "guide_letter:H", "counter:4", "counter:99", "group:A"),
    *("sign_out", "unheard-of", "tab:actions", "day:previous", "day:next", "day:today", "day:typed", "older"),
    *("tab:leader", "suspend", "post_notice", "cancel_many", "restore_many", "end_suspension:s1", "withdraw_notice:n1"),
    *("print_history", "roam", "counters", "marks", "choose:1", "pad", "continue"),
    *("tab:slots", "slot_length:7", "slot_length:x", "slot_count:2", "slot_after:3", "change_slots", "undo_slots"),
    *("slot:b1-790", "slot:b3-710", "slot:3@780", "slot:2@790", "slot:none", "slot_book", "slot_close", "slot_days"),
    *("slot_group:next", "slot_group:H", "slot_day:next", "slot_day:previous", "slot_time:forward", "slot_time:now"),
    *("slot_choose:next", "slot_choose:previous", "slot_lanes:next", "slot_back", "slot_list:hit", "slot_list:"),
    *("hit:b1-790", "hit:none", "save_hit", "choose:2"),
)
DAY = slot_days.ordinary()
TRIED = SlotsPreviewAsked(change=SlotChange(letter="A", length_min=7))
ASKS = (AskPreview(TRIED.change), AskDays("A"), AskHit())
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.sampled_from(CONTROLS).map(Pressed),
    st.sampled_from(sorted(EVERY)).map(lambda name: Arrived(EVERY[name])),
    st.builds(Answered, st.booleans(), st.just("だめです。")),
    st.just(Answered(False, "届いていません。", "service")),
    st.builds(Unanswered, st.sampled_from(["i1", "i2"]), st.just("call_next")),
    st.builds(Settled, st.sampled_from(["i1", "i2"]), st.sampled_from([True, False, None]), st.booleans()),
    st.builds(Reached, st.booleans(), st.sampled_from(["", "away", "token", "older"])),
    st.builds(Aged, st.integers(0, 90)),
    st.builds(Typed, st.just("number"), st.sampled_from(["", "A-107", "a107", "901-915"])),
    st.sampled_from([slot_days.view(DAY), SlotsView(ok=False, message="ありません。")]).map(
        lambda view: SlotsArrived(WatchSlots("", ""), view)
    ),
    st.builds(SlotsTold, st.sampled_from(ASKS), st.sampled_from([slot_days.preview(DAY, TRIED), None])),
    st.just(SlotsTold(ASKS[1], days=slot_days.days())),
    st.just(SlotsTold(ASKS[2], hit=slot_days.hit(DAY))),
    st.just(Dismissed()),
)
SIGNED_IN = SignedIn(SignedInReply(ok=True, token="t", staff_code="2041"))


@given(st.lists(EVENTS | st.just(SIGNED_IN), max_size=40))
def test_one_act_at_a_time(events: list[Event]) -> None:
    desk = Desk()
    for event in (SIGNED_IN, *events):
        awaited, present_visit, held = desk.busy, bool(desk.view and desk.view.current), away.held(desk)
        desk, commands = step(desk, event)
        sent = [c for c in commands if isinstance(c, Send)]
        assert len(sent) <= 1
        if sent:
            assert not awaited
            assert desk.busy or any(isinstance(c, Leave) for c in commands)
            assert not held or any(isinstance(c, Leave) for c in commands), "only who leaves, while the hub is away"
            if isinstance(event, Pressed) and event.control in ABOUT_CURRENT:
                assert present_visit
        asked = [c.intent for c in commands if isinstance(c, Settle)]
        assert len(asked) <= 1
        assert not asked or (desk.reachable and desk.lost is not None and desk.lost.intent == asked[0])
        assert present(desk)["page"] == desk.page
        for key in KEYS:
            assert isinstance(control_for(desk, key), str)


@given(st.text())
def test_a_number_reads_the_same_however_it_is_typed(text: str) -> None:
    assert plain_number(plain_number(text)) == plain_number(text)
    assert plain_number("Ａ－１０５") == plain_number("a105") == "A105"


@given(st.integers(0, 10**8))
def test_time_left_to_undo_never_grows_and_never_goes_below_zero(passed_ms: int) -> None:
    def left_s(ms: int) -> int:
        minutes, seconds = seconds_texts(EVERY["working"], ms)["undo"].removeprefix("あと").split(":")
        return int(minutes) * 60 + int(seconds)

    assert 0 <= left_s(passed_ms + 1000) <= left_s(passed_ms) <= 170


LEADER_IN = SignedIn(SignedInReply(ok=True, token="t", staff_code="3001", role="leader"))
AT_THE_SLOTS = (
    LEADER_IN,
    Arrived(EVERY["leads"]),
    Pressed("tab:slots"),
    SlotsArrived(WatchSlots("", ""), slot_days.view(DAY)),
)


@given(st.lists(EVENTS, max_size=25))
def test_at_the_timetable_nothing_is_sent_of_what_was_not_seen(events: list[Event]) -> None:
    desk = Desk()
    for event in (*AT_THE_SLOTS, *events):
        before = desk
        desk, commands = step(desk, event)
        for act in (c.act for c in commands if isinstance(c, Send)):
            assert not before.busy
            if act.verb in ("change_slots", "close_slots"):
                assert before.slots.preview is not None and act.slot is not None
                assert act.slot.version == before.slots.preview.version
            if act.verb == "book_slot":
                assert before.dialog.kind in ("slot_confirm", "hit_confirm"), "never without reading it back"
        asked = [c for c in commands if isinstance(c, AskPreview | AskDays | AskHit)]
        assert len(asked) <= 1 and (not asked or before.slots.asked is None)
        present(desk)
