"""How a core says that it is well, and what every refusal of a request looks like. Imported through api.py alone."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from kiosk_app.api_base import LAST_UTC_MS, View


class WebhookHealth(View, frozen=True, kw_only=True):
    """One receiver of webhooks: what waits, came through, was given up; failures since the last that came through."""

    name: str
    waiting: int
    delivered: int
    dropped: int
    failures: int


class Health(View, frozen=True, kw_only=True):
    machine: str
    version: str
    facts: int
    day: str
    printer: str
    log: str
    card_reader: str = ""
    """ready, reader_away or service_away; empty where there is none."""
    code_reader: str = ""
    """ready, away or nonsense; unknown before its first word; empty where there is none."""
    webhooks: tuple[WebhookHealth, ...] = ()
    role: Literal["hub", "handing_over", "machine"] = "hub"
    epoch: int = 1
    hub_code: str = ""
    """The highest hub that this machine knows of; empty in an office that never changed it."""
    hub: str = ""
    """Of a machine whose hub is elsewhere: linked, away, or why the hub refuses it."""
    central: str = ""
    """Of a hub with a central server: linked, away, or what is wrong; empty where there is none."""


class ClockJump(View, frozen=True, kw_only=True):
    """Only where machine.toml says that the clock is driven: a story moves the day on."""

    utc_ms: Annotated[int, Meta(ge=0, le=LAST_UTC_MS)]


class Failure(View, frozen=True, kw_only=True):
    """Body of every 4xx and 5xx reply."""

    error: str
