"""Postal codes of all Japan from one file: the right towns, all of them, and nothing for what is no code."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.postal_codes import FILE, PostalCodes, PostalError


@pytest.mark.parametrize(
    ("code", "towns"),
    [
        ("8030814", ("福岡県北九州市小倉北区大手町",)),
        ("0600000", ("北海道札幌市中央区",)),
        ("4980000", ("愛知県弥富市", "三重県桑名郡木曽岬町")),
        ("9999999", ()),
        ("803081", ()),
        ("８０３０８１４", ()),
        ("80308x4", ()),
        ("", ()),
    ],
)
def test_towns_of_a_code(code: str, towns: tuple[str, ...]) -> None:
    assert PostalCodes().towns(code) == towns


@given(st.integers(0, 9_999_999))
def test_any_code_is_answered(number: int) -> None:
    for town in PostalCodes().towns(f"{number:07d}"):
        assert town and town.strip() == town


def test_the_file_is_small_and_another_is_refused(tmp_path: Path) -> None:
    assert FILE.stat().st_size < 1_100_000
    broken = tmp_path / "x"
    with pytest.raises(PostalError, match="cannot be read"):
        PostalCodes(broken)
    broken.write_bytes(b"HPC1")
    with pytest.raises(PostalError, match="expected a file of"):
        PostalCodes(broken)
    broken.write_bytes(FILE.read_bytes()[:200_000])
    assert PostalCodes(broken).towns("8030814") == (), "cut short: the address is typed whole"
