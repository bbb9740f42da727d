"""What is known of sheets and of stopped kiosks follows from the facts alone, in whatever order machines are heard."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office import facts as f
from kiosk_app.office.authorship import first_fault
from kiosk_app.office.folds import apply
from kiosk_app.office.sheets import interrupted, resumption, stops_of
from kiosk_app.office.state import OfficeState, dump, load
from tests.kiosk_app.office.scenario import MORNING_MS

Record = tuple[str, int, int, str, f.Fact]


def folded(*records: Record) -> OfficeState:
    state = OfficeState()
    for record in records:
        apply(state, *record)
    return state


def of(machine: str, *facts: f.Fact) -> list[Record]:
    return [(machine, seq, MORNING_MS, "printer", fact) for seq, fact in enumerate(facts, 1)]


def start(sheet: int, job: str = "j1", sheets: int = 2, attempt: int = 1) -> f.SheetStarted:
    return f.SheetStarted(payment="p", job=job, sheet=sheet, sheets=sheets, attempt=attempt, printer="document_printer")


def end(sheet: int, verdict: f.Verdict, cause: str = "", job: str = "j1") -> f.SheetEnded:
    return f.SheetEnded(payment="p", job=job, sheet=sheet, verdict=verdict, cause=cause)


def test_the_last_certificate_of_each_machine_is_known_sheet_by_sheet() -> None:
    facts = [start(0), end(0, "not_issued", "paper_out"), start(0, attempt=2), end(0, "issued"), start(1)]
    state = folded(*of("m2", *facts), *of("m3", start(0, "j9", 1), end(0, "maybe", job="j9")))
    assert state.sheet_jobs["m2"].sheets == ("issued", "started")
    assert state.sheet_jobs["m3"].sheets == ("unproven",)
    left, verdict = interrupted(state.sheet_jobs["m2"])
    assert (left, verdict) == ((end(1, "unknown", "interrupted"),), "unknown")
    state = folded(*of("m2", *facts, *left, start(0, "j2", 1)))
    assert (state.sheet_jobs["m2"].job, state.sheet_jobs["m2"].sheets) == ("j2", ("started",))
    assert load(dump(state)) == state


def test_a_kill_between_the_sheets_makes_the_first_one_void() -> None:
    state = folded(*of("m2", start(0), end(0, "issued")))
    left, verdict = interrupted(state.sheet_jobs["m2"])
    void = f.SheetsVoided(payment="p", job="j1", sheets=(0,), reason="interrupted")
    assert (left, verdict) == ((void,), "not_issued")
    state = folded(*of("m2", start(0), end(0, "issued"), void))
    assert state.sheet_jobs["m2"].sheets == ("void", "waiting")
    assert interrupted(state.sheet_jobs["m2"]) == ((), "not_issued")


STOPS = [
    f.CertificatesStopped(stop=f"s{n}", machine_code="m2", job="j1", why="the document is another") for n in (1, 2)
]


@given(st.permutations(range(4)), st.integers(0, 4))
def test_a_stop_and_its_end_may_be_heard_in_any_order(order: list[int], count: int) -> None:
    """One from the kiosk, one from the hub; each machine's own come in order."""
    kiosk = of("m2", *STOPS)
    hub = of("m1", *(f.CertificatesResumed(stop=stop.stop, machine_code="m2") for stop in STOPS))
    streams = {"kiosk": list(kiosk), "hub": list(hub)}
    heard: list[Record] = []
    for at in order[:count]:
        stream = streams["kiosk" if at % 2 else "hub"]
        if stream:
            heard.append(stream.pop(0))
    heard += [*streams["hub"], *streams["kiosk"]]
    assert folded(*heard).certificate_stops == {}
    assert dump(folded(*heard)) == dump(folded(*kiosk, *hub))


def test_a_kiosk_stays_stopped_until_every_stop_is_over() -> None:
    state = folded(*of("m2", *STOPS))
    assert stops_of(state.certificate_stops, "m2") == ("s1", "s2") and stops_of(state.certificate_stops, "m3") == ()
    words = resumption(state.certificate_stops, "m2", "i1")
    half = folded(*of("m2", *STOPS), *of("m1", words[0]))
    assert stops_of(half.certificate_stops, "m2") == ("s2",)
    whole = folded(*of("m2", *STOPS), *of("m1", *words))
    assert stops_of(whole.certificate_stops, "m2") == () and resumption(whole.certificate_stops, "m2", "i2") == []


def test_a_kiosk_stops_itself_alone_and_cannot_say_that_it_may_go_on() -> None:
    state = folded(*of("m1", f.DayOpened(date="2026-04-06", office="kokura-kita")))
    for fact, cause in (
        (STOPS[0], ""),
        (f.CertificatesStopped(stop="s", machine_code="m3", job="", why=""), "not_its_name"),
        (f.CertificatesResumed(stop="s1", machine_code="m2"), "not_its_kind"),
        (start(0), ""),
    ):
        fault = first_fault(state, "m2", [("m2", 1, fact)], "2026-04-06")
        assert (fault.cause if fault is not None else "") == cause
