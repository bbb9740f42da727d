"""A ticket's bytes say what the agreed words say, and nothing a text holds becomes a command."""

import itertools
import re
import subprocess
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.escpos_printer import protocol
from drivers.escpos_printer.commands import split, text_of
from drivers.escpos_printer.protocol import (
    ASB_ON,
    CUT,
    INITIALISE,
    JAPANESE,
    encode_ticket,
    fitting_size,
    leading_dots,
    marks_of,
    report,
)
from drivers.ports import NumberMark, TicketLine, TicketPaper

MARKS = marks_of("job", 1)


def test_the_whole_ticket_reads_with_iconv(make_ticket: Callable[..., TicketPaper]) -> None:
    paper = make_ticket(reprint=True, english=True)
    data = encode_ticket(paper, MARKS).data
    read = subprocess.run(["iconv", "-f", "CP932", "-t", "UTF-8"], input=text_of(data), capture_output=True, check=True)
    want = [part.text for part in paper.parts if isinstance(part, TicketLine)]
    got = [line.strip() for line in read.stdout.decode().replace("～", "〜").splitlines()]
    assert got == want


def test_the_preamble_switches_automatic_status_on_after_the_reset(make_ticket: Callable[..., TicketPaper]) -> None:
    data = encode_ticket(make_ticket(), MARKS).data
    assert data.startswith(INITIALISE + ASB_ON + JAPANESE)
    assert JAPANESE.startswith(bytes.fromhex("1b7401 1c4301 1b5208"))


def test_the_marks_stand_where_they_prove_something(make_ticket: Callable[..., TicketPaper]) -> None:
    data = encode_ticket(make_ticket(), MARKS).data
    assert data.index(report(MARKS.number)) < data.index(b"A-105")
    # No more than the end of the line lies between the number and its own report.
    assert b"A-105\n" + report(MARKS.numbered) in data
    assert "小倉北区役所".encode("cp932") in data[: data.index(report(MARKS.number))]
    assert data.endswith(report(MARKS.printed) + CUT + report(MARKS.cut))


def test_a_paper_without_a_number_mark_begins_with_it() -> None:
    data = encode_ticket(TicketPaper((TicketLine("A-105", 8),)), MARKS).data
    assert data.index(report(MARKS.number)) < data.index(b"A-105")


def test_nothing_is_left_unreported_for_longer_than_a_small_buffer(make_ticket: Callable[..., TicketPaper]) -> None:
    paper = make_ticket(english=True)
    drawn = TicketPaper((*paper.parts, *(TicketLine("请等候叫号，谢谢" * 2, 2) for _ in range(6))))
    ticket = encode_ticket(drawn, MARKS)
    ends = [0, *(end for end, _ in ticket.stops)]
    assert ends[-1] == len(ticket.data)
    assert max(b - a for a, b in itertools.pairwise(ends)) <= 2200
    assert len({stop for _, stop in ticket.stops}) == len(ticket.stops)


def test_a_printer_without_process_ids_is_asked_with_gs_r(make_ticket: Callable[..., TicketPaper]) -> None:
    data = encode_ticket(make_ticket(), MARKS, process_ids=False).data
    assert b"\x1d(H" not in data
    assert data.endswith(CUT + b"\x1dr\x01")


hostile = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\x1b\x1d\x10\x04\x05\x14\x00@V\x7f\x9b\n")))


@given(st.lists(hostile, max_size=4), st.integers(1, 8), st.booleans())
def test_no_text_injects_a_command(texts: list[str], size: int, reverse: bool) -> None:
    parts = (NumberMark(), *(TicketLine(text, size, reverse=reverse) for text in texts))
    data = encode_ticket(TicketPaper(parts), MARKS).data
    tokens = split(data)
    allowed = {b"\x1b@", b"\x1da", b"\x1bt", b"\x1cC", b"\x1bR", b"\x1cS", b"\x1ba", b"\x1dP", b"\x1d(", b"\x1bJ"}
    allowed |= {b"\x1d!", b"\x1b3", b"\x1dB", b"\x1dV"}
    assert {token.data[:2] for token in tokens if token.kind == "command"} <= allowed
    assert not [token for token in tokens if token.kind == "unknown"]
    assert sum(token.data[:2] == b"\x1dV" for token in tokens) == 1
    assert not re.search(rb"\x10[\x04\x05\x14]", data)


@pytest.mark.parametrize(("size", "columns", "width", "fitted"), [(8, 5, 576, 8), (8, 5, 384, 6), (2, 50, 576, 1)])
def test_a_number_is_never_broken_by_the_edge(size: int, columns: int, width: int, fitted: int) -> None:
    assert fitting_size(size, columns, width) == fitted


def test_line_pitch_is_that_of_the_agreed_picture() -> None:
    assert [24 * size + leading_dots(size) for size in (1, 2, 8)] == [36, 64, 224]


@given(st.text(), st.integers(0, 10**6))
def test_ids_are_in_the_range_that_the_printer_takes(job: str, attempt: int) -> None:
    marks = marks_of(job, attempt)
    for mark in (marks.number, marks.numbered, marks.printed, marks.cut):
        assert len(mark) == 4
        assert all(0x20 <= byte <= 0x7E for byte in mark)
    assert marks_of(job, attempt + 1) != marks


def test_a_line_of_a_person_is_printed_as_any_other_and_not_kept() -> None:
    drawn = "髙﨑 見本 様"
    other = encode_ticket(TicketPaper((TicketLine(drawn),)), MARKS).data
    kept = protocol._drawn_line.cache_info().currsize
    assert encode_ticket(TicketPaper((TicketLine(drawn, personal=True),)), MARKS).data == other
    encode_ticket(TicketPaper((TicketLine(f"{drawn}方", personal=True),)), MARKS)
    assert protocol._drawn_line.cache_info().currsize == kept
