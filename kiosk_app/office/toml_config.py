"""Turns TOML text into structs with errors that a person can act on: file, key path, what was expected.

Shared by the catalogue and the machine's settings, so that every file of an installation complains alike.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, TypeVar

import msgspec

Part = TypeVar("Part", bound=msgspec.Struct)


_IN_PLAIN_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text in quotes",
    "bool": "true or false",
    "array": "a list [ ]",
    "object": "a table",
    "datetime": "a date with time such as 2026-04-06T08:30:00",
    "date": "a date such as 2026-04-06",
    "time": "a time",
}


class ConfigError(Exception):
    """A file of the installation cannot be used; the text is one message for the person who edits it."""


def read(toml_text: str, file_name: str, kind: type[Part], error: type[ConfigError]) -> Part:
    try:
        document = tomllib.loads(toml_text)
    except ValueError as cause:  # TOMLDecodeError, or a number with thousands of digits
        raise error(f"{file_name}: not valid TOML: {cause}") from None
    except RecursionError:
        raise error(f"{file_name}: not valid TOML: brackets are nested too deeply") from None
    try:
        return msgspec.convert(document, kind, strict=True)
    except msgspec.ValidationError as cause:
        raise error(f"{file_name}: {_explain(str(cause), document, kind)}") from None


def _explain(message: str, document: dict[str, Any], kind: type[msgspec.Struct]) -> str:
    """msgspec says "Expected `int`, got `str` - at `$.services[3].minutes`": the path first, with names for numbers."""
    what, _, where = message.partition(" - at `$")
    steps = re.findall(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]", where.rstrip("`"))
    path = _named(steps, document)
    missing = re.fullmatch(r"Object missing required field `(\w+)`", what)
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", what, re.DOTALL)
    if missing:
        return f"{_join(path, missing[1])}: expected this key, it is missing"
    if unknown:
        return f"{_join(path, unknown[1])}: expected only known keys, this one is unknown (misspelt?)"
    if what.startswith(("Invalid", "Expected `str` matching regex")):
        return f"{path}: expected {_wanted(steps, kind)}, got {_found(steps, document)!r}"
    plain = re.sub(r"`([^`]*)`", lambda name: _IN_PLAIN_WORDS.get(name[1], name[1]), what)
    return f"{path or 'the file'}: {plain[:1].lower()}{plain[1:]}"


def _wanted(steps: list[tuple[str, str]], kind: type[msgspec.Struct]) -> str:
    """What the type at that place says of itself: the description of its Meta, or its choices."""
    nodes: list[Any] = [msgspec.inspect.type_info(kind)]
    tags: list[str] = []
    for key, _ in steps:
        tags = [str(node.tag) for node in nodes if getattr(node, "tag_field", None) == key]
        nodes = [inner for node in nodes for inner in _inside(node, key)]
    schemas = [n.extra_json_schema or {} for n in nodes if isinstance(n, msgspec.inspect.Metadata)]
    descriptions = [str(schema["description"]) for schema in schemas if "description" in schema]
    choices = [repr(v) for n in _unwrapped(nodes) if isinstance(n, msgspec.inspect.LiteralType) for v in n.values]
    return " or ".join(descriptions or [repr(tag) for tag in tags] or choices)


def _inside(node: Any, key: str) -> list[Any]:
    inner: list[Any] = []
    for plain in _unwrapped([node]):
        if isinstance(plain, msgspec.inspect.StructType):
            inner += [f.type for f in plain.fields if f.encode_name == key]
        elif isinstance(plain, msgspec.inspect.VarTupleType):
            inner.append(plain.item_type)
        elif isinstance(plain, msgspec.inspect.DictType):
            inner.append(plain.value_type)
    return [part for n in inner for part in (n.types if isinstance(n, msgspec.inspect.UnionType) else [n])]


def _unwrapped(nodes: list[Any]) -> list[Any]:
    return [n.type if isinstance(n, msgspec.inspect.Metadata) else n for n in nodes]


def _found(steps: list[tuple[str, str]], document: Any) -> Any:
    for key, index in steps:
        document = document[key] if key else document[int(index)]
    return document


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _named(steps: list[tuple[str, str]], document: Any) -> str:
    """`.services[3].name[...]` becomes `services[resident-record-copy].name.en`."""
    path, node = "", document
    for key, index in steps:
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
