"""Turns TOML text into structs with errors that a person can act on: file, key path, what was expected.

Shared by the catalogue and the machine's settings, so that every file of an installation complains alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from kiosk_app.office import toml_syntax

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


_NAMES = ((msgspec.inspect.DateType, "date"), (msgspec.inspect.DateTimeType, "datetime"))


class ConfigError(Exception):
    """A file of the installation cannot be used; the text is one message for the person who edits it."""


def read(toml_text: str, file_name: str, kind: type[Part], error: type[ConfigError]) -> Part:
    """Raises the error with the first fault."""
    found = read_all(toml_text, kind)
    if isinstance(found, list):
        raise error(first_of(file_name, found))
    return found


def read_all(toml_text: str, kind: type[Part]) -> Part | list[str]:
    """The part, or every fault: of the writing, and where that is right of keys and values."""
    document = toml_syntax.read(toml_text)
    if isinstance(document, list):
        return document
    try:
        return msgspec.convert(document, kind, strict=True)
    except msgspec.ValidationError as cause:
        return list(_faults(document, kind)) or [_explain(str(cause), document, kind)]


def first_of(file_name: str, faults: list[str]) -> str:
    """One line for a start; the rest is for who edits the file."""
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{file_name}: {faults[0]}{more}"


def _faults(document: dict[str, Any], kind: type[msgspec.Struct]) -> Iterator[str]:
    """msgspec stops at the first one, so each value is converted by itself."""
    for message in _messages(document, kind, ""):
        yield _explain(message, document, kind)


def _messages(value: Any, kind: Any, path: str) -> Iterator[str]:
    """In msgspec's words, with the path from the root."""
    choices = [choice for choice in get_args(kind) if choice is not NoneType]
    if NoneType in get_args(kind) and len(choices) == 1:
        yield from _messages(value, choices[0], path)
    elif (one := _one_or_several(value, kind)) is not None:
        # msgspec 0.22.0 ends the process some time after it has refused a value for such a choice by itself.
        yield from _messages(value, one, path)
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, dict):
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        strict = kind.__struct_config__.forbid_unknown_fields
        for key in value:
            if key in fields:
                yield from _messages(value[key], fields[key].type, f"{path}.{key}")
            elif strict and key != kind.__struct_config__.tag_field:
                yield f"Object contains unknown field `{key}` - at `${path}`"
        for key, field in fields.items():
            if field.required and key not in value:
                yield f"Object missing required field `{key}` - at `${path}`"
    elif get_origin(kind) is tuple and choices[1:] == [...] and isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _messages(entry, choices[0], f"{path}[{index}]")
    else:
        try:
            msgspec.convert(value, kind, strict=True)
        except msgspec.ValidationError as cause:
            what, _, where = str(cause).partition(" - at `$")
            yield f"{what} - at `${path}{where or '`'}"


def _one_or_several(value: Any, kind: Any) -> Any | None:
    """Of "a text or a list of texts" the one that is meant; None for every other kind."""
    choices = get_args(kind) if get_origin(kind) in (Union, UnionType) else ()
    lists = [choice for choice in choices if get_origin(choice) is tuple]
    if len(choices) != 2 or len(lists) != 1:
        return None
    return lists[0] if isinstance(value, list) else next(choice for choice in choices if choice is not lists[0])


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
    plain = [_IN_PLAIN_WORDS[name] for n in _unwrapped(nodes) for of, name in _NAMES if isinstance(n, of)]
    return " or ".join(descriptions or [repr(tag) for tag in tags] or choices or plain)


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
