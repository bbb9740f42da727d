"""Every operation of the API, once: the server serves nothing else, and the OpenAPI document is made from it.

A tool outside this house (a tester, an integrator) reads the document; our own faces read `api.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import msgspec

from kiosk_app import api, api_tools
from kiosk_app.api import DeviceUse, Role
from kiosk_app.office.permissions import (
    PLANNERS,
    READERS_OF_COUNTS,
    READERS_OF_FIGURES,
    READERS_OF_FORMS,
    READERS_OF_MONEY,
    READERS_OF_SLOTS,
)

TITLE = "Hitofuda core"
VERSION = "1"
DOCUMENT = "/v1/openapi.json"
AT_THE_HUB = "/v1/staff/"
"""Staff work at the hub alone: what they do is written by one machine. Others answer 421."""
Struct = type[msgspec.Struct]
_REF = "#/components/schemas/{name}"


@dataclass(frozen=True)
class Operation:
    """`token`: only with the bearer token of a signed-in console. `roles`: of these alone. `tool`: also with the token
    of an office's tool (machine.toml). `table`: also as CSV for who accepts that, or only so. `zone`: takes ?zone=, a
    floor of the office. `query`: the parameters of a GET, one field each."""

    method: Literal["GET", "POST"]
    path: str
    summary: str
    reply: Struct
    body: Struct | None = None
    token: bool = False
    zone: bool = False
    query: Struct | None = None
    stream: Literal["", "view", "announcement"] = ""
    """Replies without end, one server-sent event of this name for each `reply`."""
    may_be_absent: bool = False
    roles: frozenset[Role] = frozenset()
    tool: bool = False
    table: Literal["", "too", "only"] = ""
    uses: frozenset[DeviceUse] = frozenset()
    """Over the network: by paired devices of these uses, and nobody else."""


CONSOLES: frozenset[DeviceUse] = frozenset({"console"})
DISPLAYS: frozenset[DeviceUse] = frozenset({"display"})
OPERATIONS = (
    Operation("GET", "/v1/citizen/view", "The screen of the ticket machine", api.CitizenView),
    Operation("GET", "/v1/citizen/events", "Each new screen", api.CitizenView, stream="view"),
    Operation("POST", "/v1/citizen/press", "A touch or a key", api.Reply, api.Press),
    Operation("POST", "/v1/citizen/picture", "A face's picture of the first screen", api.Reply, api.PictureSent),
    Operation("GET", "/v1/staff/view", "What a console shows", api.StaffView, token=True, uses=CONSOLES),
    Operation("GET", "/v1/staff/events", "Each change of it", api.StaffView, token=True, stream="view", uses=CONSOLES),
    Operation(
        "GET",
        "/v1/staff/actions",
        "Who did what on a day, latest first, in pages",
        api.ActionsPage,
        token=True,
        query=api.ActionsAsked,
        uses=CONSOLES,
    ),
    Operation("POST", "/v1/staff/sign-in", "Code and PIN for a token", api.SignedInReply, api.SignIn, uses=CONSOLES),
    Operation(
        "POST", "/v1/staff/act", "One act of staff, at most once", api.Reply, api.StaffAct, token=True, uses=CONSOLES
    ),
    Operation("GET", "/v1/display/view", "What a call display shows", api.DisplayView, zone=True, uses=DISPLAYS),
    Operation(
        "GET", "/v1/display/events", "Each change of it", api.DisplayView, zone=True, stream="view", uses=DISPLAYS
    ),
    Operation(
        "POST",
        "/v1/display/picture",
        "A display's picture of itself",
        api.Reply,
        api.PictureSent,
        zone=True,
        uses=DISPLAYS,
    ),
    Operation(
        "GET", "/v1/voice/events", "Calls to speak", api.Announcement, zone=True, stream="announcement", uses=DISPLAYS
    ),
    Operation(
        "POST",
        "/v1/staff/settle",
        "What became of an act whose answer was lost; one that was not done never will be",
        api.IntentSettled,
        api.IntentAsked,
        token=True,
        uses=CONSOLES,
    ),
    Operation(
        "GET",
        "/v1/congestion",
        "Who waits now in each service group, and how long a walk-in would",
        api_tools.Congestion,
        token=True,
        roles=READERS_OF_COUNTS,
        tool=True,
        uses=CONSOLES,
    ),
    Operation(
        "GET",
        "/v1/counts",
        "The counts of this business day up to now",
        api_tools.Counts,
        token=True,
        roles=READERS_OF_COUNTS,
        tool=True,
        uses=CONSOLES,
    ),
    Operation(
        "GET",
        "/v1/statistics",
        "Figures of business days by service, hour and counter",
        api_tools.Statistics,
        token=True,
        query=api_tools.StatisticsAsked,
        roles=READERS_OF_FIGURES,
        tool=True,
        table="too",
        uses=CONSOLES,
    ),
    Operation(
        "GET",
        "/v1/statistics.csv",
        "The same as a table for spreadsheets",
        api_tools.Statistics,
        token=True,
        query=api_tools.StatisticsAsked,
        roles=READERS_OF_FIGURES,
        tool=True,
        table="only",
        uses=CONSOLES,
    ),
    Operation(
        "GET",
        "/v1/queue/next/why",
        "Whom a counter would call next, and why",
        api_tools.WhyNext,
        token=True,
        query=api_tools.WhyAsked,
        roles=READERS_OF_COUNTS,
        uses=CONSOLES,
    ),
    Operation(
        "GET",
        "/v1/staff/slots",
        "The timetable of a group's day",
        api.SlotsView,
        token=True,
        query=api.SlotsAsked,
        roles=READERS_OF_SLOTS,
        uses=CONSOLES,
    ),
    Operation(
        "GET",
        "/v1/staff/slots/events",
        "Each change of it",
        api.SlotsView,
        token=True,
        query=api.SlotsAsked,
        stream="view",
        roles=READERS_OF_SLOTS,
        uses=CONSOLES,
    ),
    Operation(
        "GET",
        "/v1/staff/slots/days",
        "The days of a group that can be booked, with what is free",
        api.SlotDays,
        token=True,
        query=api.SlotDaysAsked,
        roles=READERS_OF_SLOTS,
        uses=CONSOLES,
    ),
    Operation(
        "GET",
        "/v1/staff/slots/hit",
        "Whose booking a closure has cancelled",
        api.SlotsHit,
        token=True,
        roles=READERS_OF_SLOTS,
        uses=CONSOLES,
    ),
    Operation(
        "GET",
        "/v1/staff/slots/contacts/events",
        "How each of them can be reached, while a leader looks",
        api.HitContacts,
        token=True,
        stream="view",
        roles=PLANNERS,
        uses=CONSOLES,
    ),
    Operation(
        "POST",
        "/v1/staff/slots/preview",
        "What a change of the timetable or a closure would do",
        api.SlotsPreview,
        api.SlotsPreviewAsked,
        token=True,
        roles=PLANNERS,
        uses=CONSOLES,
    ),
    Operation(
        "POST",
        "/v1/staff/forms/read",
        "What stands on a form, from its two-dimensional code",
        api.FormSheet,
        api.FormScan,
        token=True,
        roles=READERS_OF_FORMS,
        uses=CONSOLES,
    ),
    Operation(
        "GET",
        "/v1/staff/money",
        "The money of certificate kiosks: who is to pay, what the kiosks answered, claims, a day's takings",
        api.MoneyView,
        token=True,
        query=api.MoneyAsked,
        roles=READERS_OF_MONEY,
        uses=CONSOLES,
    ),
    Operation(
        "GET",
        "/v1/staff/money/events",
        "Each change of it",
        api.MoneyView,
        token=True,
        query=api.MoneyAsked,
        stream="view",
        roles=READERS_OF_MONEY,
        uses=CONSOLES,
    ),
    Operation(
        "GET",
        "/v1/staff/money/claims",
        "The claims of a number as it is typed, or of a slip's code, settled ones too",
        api.ClaimsFound,
        token=True,
        query=api.ClaimsAsked,
        roles=READERS_OF_MONEY,
        uses=CONSOLES,
    ),
    Operation("POST", "/v1/hub/take", "Become the hub, because the old one is off", api.Reply, api.HubTake),
    Operation("GET", "/v1/health", "Whether the core is well", api.Health),
    Operation("GET", "/v1/diagnosis", "What only the core knows of its machine", api.CoreDiagnosis),
    Operation("GET", "/v1/diagnosis/pictures", "A picture of each screen that shows nobody", api.ScreenPictures),
    Operation("POST", "/v1/diagnosis/keep", "What was found when it was looked over", api.Reply, api.DiagnosisMade),
    Operation("POST", "/v1/simulation/clock", "Move a driven clock", api.Reply, api.ClockJump, may_be_absent=True),
)


@cache
def encoded() -> bytes:
    """Made when somebody asks for it: a start of the core does not wait for it."""
    return msgspec.json.encode(document())


def document() -> dict[str, Any]:
    """OpenAPI 3.1; schemas are those of msgspec, so they are what is really encoded and decoded."""
    kinds: list[Struct] = [api.Failure]
    for one in OPERATIONS:
        kinds += [kind for kind in (one.reply, one.body, one.query) if kind is not None and kind not in kinds]
    references, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    schemas = dict(zip(kinds, references, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, schemas)
        if one.query:
            paths[one.path][one.method.lower()]["parameters"] = _parameters(components[one.query.__name__])
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _operation(one: Operation, schemas: dict[Struct, dict[str, Any]]) -> dict[str, Any]:
    media, schema = "application/json", schemas[one.reply]
    if one.stream:
        media, schema = "text/event-stream", {"type": "string", "description": f"data: {one.reply.__name__}"}
    content = {media: {"schema": schema}} if one.table != "only" else {}
    if one.table:
        content["text/csv"] = {"schema": {"type": "string"}}
    responses: dict[str, Any] = {"200": {"description": "OK", "content": content}}
    refusals = {
        "401": one.token and "Sign in first",
        "403": one.roles and "Not in this role",
        "404": one.may_be_absent and "This machine has no such thing",
        "408": one.body and "The body did not end in time",
        "413": one.body and "The body is too long",
        "421": one.path.startswith(AT_THE_HUB) and "Not the hub now",
        "422": (one.body or one.zone or one.query) and "Not understood; the error names the field",
        "503": (one.stream and "Too many streams") or (one.tool and "Too many ask at once"),
    }
    for status, said in refusals.items():
        if said:
            content = {"application/json": {"schema": schemas[api.Failure]}}
            responses[status] = {"description": str(said), "content": content}
    told: dict[str, Any] = {"summary": one.summary, "responses": responses}
    if one.body:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": schemas[one.body]}}}
    if one.zone:
        told["parameters"] = [
            {"name": "zone", "in": "query", "schema": {"type": "string"}, "description": "A floor; empty is all"}
        ]
    if one.token:
        told["security"] = [{"token": []}]
    if one.uses:
        told["x-device-uses"] = sorted(one.uses)
    return told


def _parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in schema["properties"].items()
    ]
