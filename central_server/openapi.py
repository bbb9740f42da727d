"""Every operation of the JSON API, once: api.py serves nothing else, and the OpenAPI document is made from it."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, NamedTuple

import msgspec

from central_server import api_types as t

DOCUMENT = "/v1/openapi.json"
_REF = "#/components/schemas/{name}"
_OFFICE = "/v1/offices/{office}"
_BOOKING = _OFFICE + "/bookings/{booking}"


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """For a programmer."""

    error: str


class Operation(NamedTuple):
    name: str
    method: Literal["GET", "POST"]
    path: str
    summary: str
    replies: tuple[type[msgspec.Struct], ...]
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None


OPERATIONS = (
    Operation("health", "GET", "/v1/health", "Whether the server and its database are there", (t.Health,)),
    Operation("slots", "GET", _OFFICE + "/slots", "What can be booked now", (t.Slots,), query=t.SlotsAsked),
    Operation(
        "hold", "POST", _OFFICE + "/bookings", "Hold a start for ten minutes", (t.HeldReply, t.Refused), t.HoldAsked
    ),
    Operation(
        "confirm", "POST", _BOOKING + "/confirm", "Make it a promise", (t.BookedReply, t.Refused), t.ConfirmAsked
    ),
    Operation("release", "POST", _BOOKING + "/release", "Give back what was held", (t.ReleasedReply,), t.KeyAsked),
    Operation(
        "change",
        "POST",
        _BOOKING + "/change",
        "Another start for this one, never neither; the booking has another id and code then",
        (t.BookedReply, t.Refused),
        t.ChangeAsked,
    ),
    Operation("cancel", "POST", _BOOKING + "/cancel", "Give it back", (t.CancelledReply, t.Refused), t.KeyAsked),
)


@cache
def encoded() -> bytes:
    return msgspec.json.encode(document())


def document() -> dict[str, Any]:
    """OpenAPI 3.1; schemas are those of msgspec, so they are what is really encoded and decoded."""
    kinds: list[type[msgspec.Struct]] = [Failure]
    for one in OPERATIONS:
        named = (*one.replies, one.body, one.query)
        kinds += [kind for kind in named if kind is not None and kind not in kinds]
    references, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    schemas = dict(zip(kinds, references, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, schemas, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hitofuda central", "version": "1"},
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(
    one: Operation, schemas: dict[type[msgspec.Struct], dict[str, Any]], components: dict[str, Any]
) -> dict[str, Any]:
    replies = [schemas[kind] for kind in one.replies]
    good: dict[str, Any] = replies[0] if len(replies) == 1 else {"oneOf": replies}
    refusals = {
        "404": "{" in one.path and "No such office",
        "413": one.body and "The body is too long",
        "415": one.body and "No JSON",
        "422": (one.body or one.query) and "Not understood; the error names the field",
    }
    names = [part[1:-1] for part in one.path.split("/") if part.startswith("{")]
    responses: dict[str, Any] = {"200": {"description": "OK", "content": _json(good)}}
    for status, said in refusals.items():
        if said:
            responses[status] = {"description": str(said), "content": _json(schemas[Failure])}
    if names or one.query:
        responses["400"] = {"description": "A letter that no name has"}
    responses |= {"429": {"description": "Too often"}, "503": {"description": "The database is away"}}
    parameters = [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names]
    if one.query:
        schema = components[one.query.__name__]
        parameters += [
            {"name": n, "in": "query", "required": n in schema.get("required", []), "schema": field}
            for n, field in schema["properties"].items()
        ]
    told: dict[str, Any] = {"summary": one.summary, "parameters": parameters, "responses": responses}
    if one.body:
        told["requestBody"] = {"required": True, "content": _json(schemas[one.body])}
    return told


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
