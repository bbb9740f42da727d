"""A person who edits a file must be told which key is wrong and what belongs there."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta

from kiosk_app.office.toml_config import ConfigError, read, read_all


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    size: int = 0
    at: Annotated[datetime, Meta(tz=False)] | None = None
    words: dict[str, str] = {}


class Left(msgspec.Struct, frozen=True, tag_field="kind", tag="left"):
    way: Literal["a", "b"] = "a"


class Right(msgspec.Struct, frozen=True, tag_field="kind", tag="right"):
    clock: Annotated[str, Meta(pattern="^[0-9]+$", description="digits")] = "0"


class Tree(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: Literal[1]
    leaves: tuple[Leaf, ...] = ()
    side: Left | Right | None = None


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("schema = 2", "f.toml: schema: expected 1, got 2"),
        ("schema = true", "f.toml: schema: expected a whole number, got true or false"),
        ("", "f.toml: schema: expected this key, it is missing"),
        ("schema = 1\nleaves = [{id='oak', at='5月'}]", "f.toml: leaves[oak].at: expected a date with time such as 20"),
        ("schema = 1\ncolour = 3", "f.toml: colour: expected only known keys, this one is unknown (misspelt?)"),
        ("schema = 1\nleaves = 3", "f.toml: leaves: expected a list [ ], got a whole number"),
        (
            "schema = 1\nleaves = [{id='oak', size='3'}]",
            "f.toml: leaves[oak].size: expected a whole number, got a text",
        ),
        ("schema = 1\nleaves = [{size=3}]", "f.toml: leaves[#1].id: expected this key, it is missing"),
        ("schema = 1\nleaves = [{id='oak', words={ja='x', en=3}}]", "f.toml: leaves[oak].words.en: expected a text"),
        (
            "schema = 1\nleaves = [{id='oak', at=2026-01-01T00:00:00Z}]",
            "f.toml: leaves[oak].at: expected a date with time such as 2026-04-06T08:30:00 with no timezone",
        ),
        ("schema = 1\nside = {kind='up'}", "f.toml: side.kind: expected 'left' or 'right', got 'up'"),
        ("schema = 1\nside = {kind='left', way='c'}", "f.toml: side.way: expected 'a' or 'b', got 'c'"),
        ("schema = 1\nside = {kind='right', clock='x'}", "f.toml: side.clock: expected digits, got 'x'"),
        ("schema = 1\nschema = 1", "f.toml: line 2: expected each key and table only once; is it there twice, or"),
        ("a = 1 = 2", "f.toml: line 1: not valid TOML, expected newline or end of document after a statement: a = 1"),
        ("schema = " + "[" * 3000, "f.toml: not valid TOML: "),
        ("schema = " + "1" * 5000, "f.toml: not valid TOML: "),
        ("schema = 1\x00", "f.toml: line 1: not valid TOML, "),
    ],
)
def test_the_message_names_file_key_and_expectation(toml: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(toml, "f.toml", Tree, ConfigError)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


def test_what_is_right_is_read() -> None:
    assert read("schema = 1\nside = {kind='left', way='b'}", "f.toml", Tree, ConfigError).side == Left("b")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ('name = "転出', "expected a quote at both ends"),
        ("name = ”転出”", "expected half-width signs, digits and quotes outside of texts, got the full-width ”"),
        ("minutes = ５", "expected half-width signs, digits and quotes outside of texts, got the full-width ５"),
        ("minutes ＝ 5", "expected half-width signs, digits and quotes outside of texts, got the full-width ＝"),
        ("　minutes = 5", "expected half-width signs, digits and quotes outside of texts, got the full-width space"),
        ('bring = ["a"、"b"]', "expected half-width signs, digits and quotes outside of texts, got the full-width 、"),
        ("from = 08:3", 'expected a time in quotes, "08:30"'),
        ("day = 2026/04/01", "expected a day that exists, written 2026-04-01"),
        ("day = 2026-02-30", "expected a day that exists, written 2026-04-01"),
        ("letter = A", "expected a text in quotes, a number, or true or false"),
        ('bring = ["a" "b"]', "expected commas between the entries of a list"),
        ("[[services]", "expected the head of a table between [ ] or [[ ]]"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_its_line_and_what_was_meant(line: str, meant: str) -> None:
    found = read_all(f"# 全角の説明、「」\nschema = 1\n{line}\n", Tree)
    assert isinstance(found, list)
    assert [fault.partition(f": {line.strip()}")[0] for fault in found] == [found[0].partition(f": {line.strip()}")[0]]
    assert found[0].startswith(f"line 3: {meant}")


def test_all_slips_of_the_pen_are_told_at_once() -> None:
    found = read_all("schema = ＝\nleaves = 1 2\ncolour = ”a”\n", Tree)
    assert isinstance(found, list)
    assert [fault.partition(":")[0] for fault in found] == ["line 1", "line 2", "line 3"]


def test_all_wrong_keys_and_values_are_told_at_once() -> None:
    found = read_all("leafs = 1\nleaves = [{id=3, size='x', words={ja=1, en='ok', ko=2}}, {colour='red'}]", Tree)
    assert isinstance(found, list)
    assert [fault.partition(":")[0] for fault in found] == [
        "leafs", "leaves[3].id", "leaves[3].size", "leaves[3].words.ja",
        "leaves[#2].colour", "leaves[#2].id", "schema",
    ]  # fmt: skip


def test_a_start_says_one_line_and_how_many_more() -> None:
    with pytest.raises(ConfigError, match=r"^f.toml: leafs: [^\n]+ \(and 1 more\)$"):
        read("leafs = 1", "f.toml", Tree, ConfigError)
