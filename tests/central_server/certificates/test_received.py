"""Which bytes of an issuer may reach paper: none that are encrypted, huge, broken, of another size or another
digest."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central_server.certificates import received
from central_server.certificates.issuer import Made, Order, Subject
from central_server.certificates.received import Bad, Fine
from kiosk_app.office.certificates import DOCUMENT_BYTES_MAX, Layout, Wanted
from tests.central_server.certificates import house as h
from tests.central_server.certificates.pdfs import encrypted, pages


@cache
def good() -> bytes:
    subject = Subject("aa", f"{h.TAKASAKI:x}", "r")
    order = Order(
        subject, Wanted(kind="resident-record"), "roll-80", "i", "s", 1, "o", 1, datetime(2026, 4, 6, tzinfo=UTC)
    )
    made = h.simulator().make(order)
    assert isinstance(made, Made)
    return made.pdf


def look(pdf: bytes, layout: Layout = "roll-80") -> Fine | Bad:
    return received.look(pdf, hashlib.sha256(pdf).hexdigest(), layout)


def test_what_is_right_is_right() -> None:
    assert look(good()) == Fine(1)
    assert look(pages(3, 210, 297), "a4") == Fine(3)


@pytest.mark.parametrize(
    ("pdf", "layout", "why"),
    [
        (b"", "a4", "no PDF"),
        (b"<html>503</html>", "a4", "no PDF"),
        (b"%PDF-1.7\n" + b"\0" * 500, "a4", "cannot be opened"),
        (b"%PDF-1.7\n" + b" " * DOCUMENT_BYTES_MAX, "a4", "more than"),
        (pages(21, 210, 297), "a4", "21 pages"),
        (pages(1, 297, 210), "a4", "297 mm wide"),
        (pages(1, 210, 297), "roll-80", "210 mm wide"),
        (pages(1, 72, 1_500), "roll-80", "1500 mm long"),
        (pages(1, 210, 400), "a4", "400 mm long"),
        (encrypted(), "a4", "encrypted"),
        (encrypted(user_password=b"x"), "a4", "encrypted"),
    ],
)
def test_what_is_wrong_is_refused_with_its_reason(pdf: bytes, layout: Layout, why: str) -> None:
    seen = look(pdf, layout)
    assert isinstance(seen, Bad) and why in seen.why


def test_another_digest_is_another_document() -> None:
    assert isinstance(received.look(good(), "0" * 64, "roll-80"), Bad)
    assert isinstance(received.look(good() + b"\n", hashlib.sha256(good()).hexdigest(), "roll-80"), Bad)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_was_broken_is_an_answer_and_no_crash(data: st.DataObject) -> None:
    pdf = bytearray(good())
    for _ in range(data.draw(st.integers(1, 8))):
        pdf[data.draw(st.integers(0, len(pdf) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(pdf)))
    assert isinstance(look(bytes(pdf)), Fine | Bad)
    assert isinstance(look(bytes(pdf[:cut])), Fine | Bad)
