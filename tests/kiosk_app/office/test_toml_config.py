"""A person who edits a file must be told which key is wrong and what belongs there."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta

from kiosk_app.office.toml_config import ConfigError, read


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
        ("schema = 1\nschema = 1", "f.toml: not valid TOML: "),
        ("schema = " + "[" * 3000, "f.toml: not valid TOML: "),
        ("schema = " + "1" * 5000, "f.toml: not valid TOML: "),
        ("schema = 1\x00", "f.toml: not valid TOML: "),
    ],
)
def test_the_message_names_file_key_and_expectation(toml: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(toml, "f.toml", Tree, ConfigError)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


def test_what_is_right_is_read() -> None:
    assert read("schema = 1\nside = {kind='left', way='b'}", "f.toml", Tree, ConfigError).side == Left("b")
