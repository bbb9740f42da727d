"""Facts of consoles, displays and machines that reach the hub over the network. Import them from facts.py."""

from __future__ import annotations

from kiosk_app.office.fact_base import Fact


class DeviceEnrolled(Fact, frozen=True, kw_only=True):
    """A technician confirmed that both screens showed the same code. The token itself is nowhere.

    `use`: console, display or ticket_machine; the name of a ticket machine is its code. `zone`: of a display.
    """

    device: str
    use: str
    name: str
    token_sha256: str
    zone: str = ""
    intent: str = ""


class DeviceRevoked(Fact, frozen=True, kw_only=True):
    """A technician took the trust back. `device` may be the code of a ticket machine that machine.toml names."""

    device: str
    reason: str
    intent: str = ""


class RequestRefused(Fact, frozen=True, kw_only=True):
    """The hub refused what came over the network and looked forged, replayed or revoked: once for each cause of each
    device. `device` is empty where nobody known had asked; `name` is then what the stranger called itself."""

    cause: str
    device: str = ""
    name: str = ""
