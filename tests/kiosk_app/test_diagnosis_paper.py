"""Papers for technicians: every line fits its paper, whatever was found, and says what to do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drivers.ports import QrCode, TicketLine, TicketPaper
from kiosk_app import diagnosis_paper
from kiosk_app.api import FoundRow
from kiosk_app.journeys import technician_mode as t
from kiosk_app.ticket_layout import width_columns
from tests.kiosk_app.house import the_office

AT_MS = 1_775_437_920_000
WIDTHS_DOTS = (384, 420, 512, 576, 832)
WORDS = st.text("あ漢（）：、。/abcXYZ019 -○℃", min_size=1, max_size=90)
ROWS = st.builds(
    FoundRow,
    check=st.just("network"),
    name=WORDS,
    grade=st.sampled_from(("good", "look", "bad")),
    says=WORDS,
    cause=WORDS,
    next_step=WORDS,
    good_utc_ms=st.sampled_from((0, AT_MS)),
)

TRIED = {
    "network_tried": t.Tried(grade="good", at_utc_ms=AT_MS),
    "screen_tried": t.Tried(grade="bad", at_utc_ms=AT_MS),
}


def lines(paper: TicketPaper) -> list[TicketLine]:
    return [part for part in paper.parts if isinstance(part, TicketLine)]


def too_wide(paper: TicketPaper, width_dots: int) -> list[str]:
    return [one.text for one in lines(paper) if width_columns(one.text) * 12 * one.size > width_dots and one.size == 1]


@given(st.lists(ROWS, max_size=12), st.sampled_from(WIDTHS_DOTS))
def test_whatever_was_found_stands_on_the_slip(rows: list[FoundRow], width_dots: int) -> None:
    paper = diagnosis_paper.slip(the_office(), "1号機", "1.0.0", rows, TRIED, AT_MS, width_dots)
    assert too_wide(paper, width_dots) == []
    said = "".join("".join(one.text.split()) for one in lines(paper))
    for row in rows:
        assert "".join(row.name.split()) in said
        if row.grade != "good":
            assert "".join(row.cause.split()) in said and "".join(row.next_step.split()) in said


def test_what_a_person_judged_stands_on_the_slip_where_there_is_such_a_device() -> None:
    rows = [
        FoundRow(check="screen", name="画面", grade="good", says="card0"),
        FoundRow(check="log", name="記録", grade="good", says="正常"),
    ]
    said = [
        one.text.strip() for one in lines(diagnosis_paper.slip(the_office(), "1号機", "1", rows, TRIED, AT_MS, 512))
    ]
    assert "人が試した結果" in said and any(text.startswith("× 画面：令和8年4月6日") for text in said)
    assert not any("network" in text or "ネットワーク" in text for text in said)
    without = [
        one.text.strip() for one in lines(diagnosis_paper.slip(the_office(), "1号機", "1", rows, {}, AT_MS, 512))
    ]
    assert "人が試した結果" not in without


def test_the_trial_page_has_a_ruler_as_wide_as_the_paper_and_a_code() -> None:
    for width_dots in WIDTHS_DOTS:
        paper = diagnosis_paper.trial_page(the_office(), "1号機", AT_MS, width_dots)
        assert too_wide(paper, width_dots) == []
        ruler = next(one.text for one in lines(paper) if one.text.startswith("1234567890"))
        assert len(ruler) == min(42, width_dots // 12)
        assert {one.size for one in lines(paper)} == set(diagnosis_paper.SIZES)
        assert sum(isinstance(part, QrCode) for part in paper.parts) == 1
