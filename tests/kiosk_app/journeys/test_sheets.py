"""The paper of a sale under every fault, impatience and kill: no sheet twice, nothing before its intent is kept, and
every verdict true of the paper that lies there."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.journeys import sheets as s
from kiosk_app.office.facts_sheets import SheetEnded, SheetsVoided
from kiosk_app.office.sheets import SheetJob, SheetState, interrupted, state_after, verdict_of, void_of
from tests.depth import examples

Ink = str
"""whole, part, or none."""
PRINTS: dict[str, tuple[s.Printed, Ink]] = {
    "issued": (s.Printed("issued"), "whole"),
    "uncut": (s.Printed("uncut", "cutter_error"), "whole"),
    "unproven": (s.Printed("maybe"), "whole"),
    "before the first row": (s.Printed("not_issued", "paper_out"), "none"),
    "no word": (s.Printed("not_issued", "silent"), "none"),
    "in the middle": (s.Printed("maybe", "paper_out"), "part"),
    "after the last row": (s.Printed("maybe", "paper_out"), "whole"),
    "cannot say": (s.Printed("unknown", "silent"), "part"),
    "another's": (s.Printed("not_issued", "", "another resident is bound"), "none"),
}
ANSWERS = ("ready", "ready", "ready", "paper_out", "silent")


@dataclass
class Shop:
    """A printer, its paper, and what is on the disk."""

    ink: dict[tuple[str, int], list[Ink]] = field(default_factory=dict)
    begun: list[s.SheetBegins] = field(default_factory=list)
    open: s.SheetBegins | None = None
    ended: list[s.SheetEnds] = field(default_factory=list)
    void: dict[str, tuple[int, ...]] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    stopped: bool = False
    rings: list[str] = field(default_factory=list)

    def keep(self, outcomes: tuple[s.Outcome, ...]) -> None:
        for outcome in outcomes:
            match outcome:
                case s.SheetEnds(job, sheet):
                    assert self.open is not None and (self.open.job, self.open.sheet) == (job, sheet)
                    self.open = None
                    self.ended.append(outcome)
                case s.SheetsAreVoid(job, void, _):
                    self.void[job] = void
                case s.CertificateEnds(job, verdict, _):
                    assert job not in self.verdicts
                    self.verdicts[job] = verdict
                case s.CertificateIsVoid(job, _):
                    assert job not in self.verdicts and not any(one.job == job for one in self.begun)
                    self.verdicts[job] = "void"

    def intend(self, intent: s.SheetBegins) -> None:
        assert self.open is None and not self.stopped
        before = [one for one in self.ended if (one.job, one.sheet) == (intent.job, intent.sheet)]
        assert all(one.verdict == "not_issued" for one in before), "only what is certainly not on paper begins again"
        assert intent.attempt == len(before) + 1
        assert intent.first == (not any(one.job == intent.job for one in self.begun))
        self.begun.append(intent)
        self.open = intent

    def print(self, job: str, sheet: int, how: str) -> s.Printed:
        assert self.open is not None and (self.open.job, self.open.sheet) == (job, sheet), (
            "durable before the first byte"
        )
        printed, ink = PRINTS[how]
        self.ink.setdefault((job, sheet), []).append(ink)
        return printed

    def judge(self, certificates: list[tuple[str, int]]) -> None:
        for (job, sheet), prints in self.ink.items():
            assert len([ink for ink in prints if ink != "none"]) <= 1, (job, sheet, prints)
        for job, count in certificates:
            whole = ["whole" in self.ink.get((job, at), []) for at in range(count)]
            inked = {at for at in range(count) if set(self.ink.get((job, at), [])) - {"none"}}
            match self.verdicts[job]:
                case "issued" | "maybe":
                    assert all(whole) and job not in self.void
                case "not_issued":
                    assert not all(whole) and inked <= set(self.void.get(job, ()))
                case "void":
                    assert not inked
                case "unknown":
                    assert len(inked | {one.sheet for one in self.ended if one.job == job}) == count

    def sheets_of(self, job: str) -> tuple[SheetState, ...]:
        """As folded from what was kept."""
        count = next(one.sheets for one in self.begun if one.job == job)
        found: list[SheetState] = ["waiting"] * count
        for begun in (one for one in self.begun if one.job == job):
            found[begun.sheet] = "started"
        for ended in (one for one in self.ended if one.job == job):
            is_open = self.open is not None and (self.open.job, self.open.sheet) == (job, ended.sheet)
            found[ended.sheet] = "started" if is_open else state_after(ended.verdict, ended.cause)
        return tuple("void" if at in self.void.get(job, ()) else one for at, one in enumerate(found))

    def restart(self, certificates: list[tuple[str, int]]) -> None:
        """What a core writes of its last run."""
        for job, _ in certificates:
            if not any(one.job == job for one in self.begun):
                self.verdicts.setdefault(job, "void")
                continue
            sheets = self.sheets_of(job)
            facts, verdict = interrupted(SheetJob(payment="p", job=job, sheets=sheets))
            for fact in facts:
                if isinstance(fact, SheetEnded):
                    self.keep((s.SheetEnds(job, fact.sheet, fact.verdict, fact.cause),))
                elif isinstance(fact, SheetsVoided):
                    assert job not in self.verdicts
                    self.void[job] = fact.sheets
            self.verdicts.setdefault(job, verdict)
        assert self.open is None


def play(shop: Shop, certificates: list[tuple[str, int]], draw: st.DataObject, kill_at: int) -> s.Printing | None:
    """None: killed before a command."""
    now_ms, done_commands = 0, 0
    state, commands = s.begin(certificates)
    for _ in range(5_000):
        event: s.Event | None = None
        for command in commands:
            if done_commands == kill_at:
                return None
            done_commands += 1
            match command:
                case s.Keep(outcomes):
                    shop.keep(outcomes)
                case s.Stop():
                    shop.stopped = True
                case s.Ring(cause):
                    shop.rings.append(cause)
                case s.Quiet():
                    shop.rings.append("")
                case s.AskPrinter():
                    answer = draw.draw(st.sampled_from(ANSWERS))
                    event = s.Answered(answer == "ready", answer)
                case s.Begin(intent):
                    what = draw.draw(st.sampled_from(("kept",) * 27 + ("full", "not bound", "stopped")))
                    if what == "kept":
                        shop.intend(intent)
                    said = {"full": s.NotKept(), "not bound": s.NotBound("mismatch"), "stopped": s.NotBound("stopped")}
                    event = said.get(what, s.Kept())
                case s.Print(job, sheet):
                    event = shop.print(job, sheet, draw.draw(st.sampled_from(sorted(PRINTS))))
                    if done_commands == kill_at:
                        return None
                case s.Wait(until_ms):
                    now_ms = max(now_ms, until_ms) if draw.draw(st.booleans()) else now_ms + 90_000
                    event = s.Ticked()
                case s.Done():
                    return state
        if draw.draw(st.integers(0, 19)) == 0:
            left, answer_to_it = s.step(state, s.Left(), now_ms)
            state = left
            if answer_to_it:
                commands = answer_to_it
                continue
        assert event is not None
        state, commands = s.step(state, event, now_ms)
    raise AssertionError("it does not come to an end")


orders = st.lists(st.integers(1, 3), min_size=1, max_size=3).map(
    lambda counts: [(f"j{n}", c) for n, c in enumerate(counts)]
)


@settings(max_examples=examples(400), deadline=None)
@given(orders, st.data())
def test_whatever_happens_each_sheet_is_printed_once_and_every_verdict_is_true(
    certificates: list[tuple[str, int]], draw: st.DataObject
) -> None:
    shop = Shop()
    state = play(shop, certificates, draw, kill_at=-1)
    assert state is not None and state.phase == "done"
    assert {one.job: one.verdict for one in state.certificates} == shop.verdicts
    assert shop.open is None and state.stopped == shop.stopped
    shop.judge(certificates)


@settings(max_examples=examples(400), deadline=None)
@given(orders, st.data(), st.integers(0, 60))
def test_a_kill_at_any_moment_leaves_nothing_to_be_printed_and_nothing_untold(
    certificates: list[tuple[str, int]], draw: st.DataObject, kill_at: int
) -> None:
    shop = Shop()
    if play(shop, certificates, draw, kill_at) is None:
        shop.restart(certificates)
    shop.judge(certificates)


class Told:
    """A printer that does as it is told, for one story at a time."""

    def __init__(self, *certificates: tuple[str, int]) -> None:
        self.now_ms = 0
        self.state, self.commands = s.begin(certificates)

    def say(self, *events: s.Event) -> tuple[s.Command, ...]:
        for event in events:
            self.state, self.commands = s.step(self.state, event, self.now_ms)
        return self.commands


WELL, OUT = s.Answered(True, "ready"), s.Answered(False, "paper_out")


def test_a_copy_of_two_sheets_is_kept_step_by_step() -> None:
    told = Told(("j", 2))
    assert told.commands == (s.AskPrinter(),)
    assert told.say(WELL) == (s.Begin(s.SheetBegins("j", 0, 2, 1, True)),)
    assert told.say(s.Kept()) == (s.Print("j", 0),)
    assert told.say(s.Printed("issued")) == (s.Keep((s.SheetEnds("j", 0, "issued"),)), s.AskPrinter())
    assert told.say(WELL) == (s.Begin(s.SheetBegins("j", 1, 2, 1, False)),)
    told.say(s.Kept())
    ends = (s.SheetEnds("j", 1, "issued"), s.CertificateEnds("j", "issued"))
    assert told.say(s.Printed("issued")) == (s.Keep(ends), s.Done())


def test_paper_that_ends_between_the_sheets_is_filled_and_only_the_second_sheet_follows() -> None:
    told = Told(("j", 2))
    told.say(WELL, s.Kept(), s.Printed("issued"))
    assert told.say(OUT)[0] == s.Ring("paper_out")
    assert s.is_waiting(told.state)
    told.now_ms += 60_000
    assert told.say(s.Ticked()) == (s.AskPrinter(),)
    assert told.say(WELL) == (s.Quiet(), s.Begin(s.SheetBegins("j", 1, 2, 1, False)))


def test_paper_that_ends_before_the_first_row_begins_again_when_that_is_certain() -> None:
    told = Told(("j", 2))
    told.say(WELL, s.Kept())
    kept = told.say(s.Printed("not_issued", "paper_out"))
    assert kept == (s.Keep((s.SheetEnds("j", 0, "not_issued", "paper_out"),)), s.AskPrinter())
    told.say(OUT, s.Ticked())
    assert told.say(WELL) == (s.Quiet(), s.Begin(s.SheetBegins("j", 0, 2, 2, False)))


def test_paper_that_ends_in_the_first_of_two_sheets_makes_that_sheet_void_and_the_second_is_never_printed() -> None:
    told = Told(("j", 2), ("k", 1))
    told.say(WELL, s.Kept())
    outcomes = (
        s.SheetEnds("j", 0, "maybe", "paper_out"),
        s.SheetsAreVoid("j", (0,), "incomplete"),
        s.CertificateEnds("j", "not_issued", "paper_out"),
    )
    assert told.say(s.Printed("maybe", "paper_out")) == (s.Keep(outcomes), s.AskPrinter())
    assert told.say(WELL) == (s.Begin(s.SheetBegins("k", 0, 1, 1, True)),), (
        "the other copy is the visitor's all the same"
    )


def test_nobody_waits_for_paper_longer_than_five_minutes_in_all() -> None:
    told = Told(("j", 1), ("k", 1))
    told.say(OUT)
    told.now_ms += s.PAPER_MS - 1
    told.say(s.Ticked(), WELL, s.Kept(), s.Printed("issued"), OUT)
    told.now_ms += 1
    assert told.say(s.Ticked()) == (s.Keep((s.CertificateIsVoid("k", "not_issued"),)), s.Done())


def test_whoever_leaves_while_there_is_no_paper_has_a_claim_and_nothing_comes_out_later() -> None:
    told = Told(("j", 2))
    told.say(WELL, s.Kept(), s.Printed("issued"), OUT)
    outcomes = (s.SheetsAreVoid("j", (0,), "incomplete"), s.CertificateEnds("j", "not_issued", "paper_out"))
    assert told.say(s.Left()) == (s.Keep(outcomes), s.Done())
    assert told.say(WELL) == (s.Done(),)


def test_a_mismatch_ends_everything_and_the_stop_is_kept_first() -> None:
    told = Told(("j", 2), ("k", 1))
    told.say(WELL, s.Kept(), s.Printed("issued"), WELL, s.Kept())
    commands = told.say(s.Printed("not_issued", "", "the document is another"))
    assert commands == (
        s.Stop("j", "the document is another"),
        s.Keep(
            (
                s.SheetEnds("j", 1, "not_issued", "mismatch"),
                s.SheetsAreVoid("j", (0,), "mismatch"),
                s.CertificateEnds("j", "not_issued", "mismatch"),
                s.CertificateIsVoid("k", "mismatch"),
            )
        ),
        s.Done(),
    )


def test_whoever_asks_again_gets_nothing_and_nothing_is_written_of_it() -> None:
    told = Told(("j", 1), ("k", 1))
    told.say(WELL)
    assert told.say(s.NotBound("begun_before")) == (s.Done(),)
    assert [(one.verdict, one.cause) for one in told.state.certificates] == [("void", "begun_before")] * 2


def test_what_was_paid_and_not_begun_when_the_kiosk_stopped_is_owed() -> None:
    told = Told(("j", 2))
    told.say(WELL, s.Kept(), s.Printed("issued"), WELL)
    outcomes = (s.SheetsAreVoid("j", (0,), "incomplete"), s.CertificateEnds("j", "not_issued", "stopped"))
    assert told.say(s.NotBound("stopped")) == (s.Keep(outcomes), s.Done())


def test_a_printer_that_is_well_and_prints_nothing_is_not_tried_for_ever() -> None:
    told = Told(("j", 1))
    for attempt in range(s.ATTEMPTS_MAX):
        assert told.say(WELL) == (s.Begin(s.SheetBegins("j", 0, 1, attempt + 1, attempt == 0)),)
        told.say(s.Kept(), s.Printed("not_issued", "silent"))
    assert told.state.phase == "done" and told.state.certificates[0].verdict == "not_issued"


@pytest.mark.parametrize(
    ("sheets", "verdict", "void"),
    [
        (("issued", "issued"), "issued", ()),
        (("issued", "unproven"), "maybe", ()),
        (("issued", "unknown"), "unknown", ()),
        (("issued", "started"), "unknown", ()),
        (("issued", "waiting"), "not_issued", (0,)),
        (("unknown", "waiting"), "not_issued", (0,)),
        (("waiting", "waiting"), "not_issued", ()),
    ],
)
def test_of_the_whole(sheets: tuple[SheetState, ...], verdict: str, void: tuple[int, ...]) -> None:
    assert (verdict_of(sheets), void_of(sheets)) == (verdict, void)


def test_an_event_that_does_not_belong_here_is_a_bug() -> None:
    with pytest.raises(ValueError, match="Kept"):
        Told(("j", 1)).say(s.Kept())
