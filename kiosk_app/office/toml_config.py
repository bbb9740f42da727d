"""Turns TOML text into structs with errors that a person can act on: file, key path, what was expected.

Shared by the catalogue and the machine's settings, so that every file of an installation complains alike.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, TypeVar

import msgspec

Part = TypeVar("Part", bound=msgspec.Struct)

_EXPECTED_INSTEAD_OF_PATTERN = {
    r"^([01]\d|2[0-3]):[0-5]\d$": "a time HH:MM such as 08:30",
    r"^[A-Z]$": "one capital letter A to Z",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "small letters a-z, digits and hyphens",
    r"^https://[^\s/]+(/\S*)?$": "an address that begins with https://",
    r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$": "a day MM-DD such as 12-29",
}


class ConfigError(Exception):
    """A file of the installation cannot be used; the text is one message for the person who edits it."""


def read(toml_text: str, file_name: str, kind: type[Part], error: type[ConfigError]) -> Part:
    try:
        document = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as cause:
        raise error(f"{file_name}: not valid TOML: {cause}") from None
    except RecursionError:
        raise error(f"{file_name}: not valid TOML: brackets are nested too deeply") from None
    try:
        return msgspec.convert(document, kind, strict=True)
    except msgspec.ValidationError as cause:
        raise error(f"{file_name}: {_explain(str(cause), document)}") from None


def _explain(message: str, document: dict[str, Any]) -> str:
    """msgspec says "Expected `int`, got `str` - at `$.services[3].minutes`": the path first, with names for numbers."""
    what, _, where = message.partition(" - at `$")
    missing = re.fullmatch(r"Object missing required field `(\w+)`", what)
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", what, re.DOTALL)
    path = _named(where.rstrip("`"), document)
    if missing:
        return f"{_join(path, missing[1])}: expected this key, it is missing"
    if unknown:
        return f"{_join(path, unknown[1])}: expected only known keys, this one is unknown (misspelt?)"
    pattern = re.fullmatch(r"Expected `str` matching regex '(.*)'", what, re.DOTALL)
    if pattern:
        plain = pattern[1].replace("\\\\", "\\")
        what = f"Expected {_EXPECTED_INSTEAD_OF_PATTERN.get(plain, f'text like {plain}')}"
    return f"{path or 'the file'}: {what[:1].lower()}{what[1:]}"


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _named(where: str, document: Any) -> str:
    """`.services[3].name[...]` becomes `services[resident-record-copy].name.en`."""
    path, node = "", document
    for key, index in re.findall(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]", where):
        if key:
            path = _join(path, key)
            node = node.get(key) if isinstance(node, dict) else None
        elif index == "...":
            found = _first_that_is_no_text(node)
            path = _join(path, found) if found else path
            node = None
        else:
            node = node[int(index)] if isinstance(node, list) and int(index) < len(node) else None
            path = f"{path}[{label(node, int(index))}]"
    return path


def label(part: Any, index: int) -> str:
    """What a person calls one entry of a list: its id, letter or number; else its place, counted from 1."""
    if isinstance(part, dict):
        for key in ("id", "letter", "number", "code"):
            if isinstance(part.get(key), str | int):
                return str(part[key])
    return f"#{index + 1}"


def _first_that_is_no_text(node: Any) -> str:
    if not isinstance(node, dict):
        return ""
    return next((str(key) for key, value in node.items() if not isinstance(value, str)), "")
