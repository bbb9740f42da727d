"""What an office knows beyond its day: the same in the state and in the checkpoints that carry it into another day."""

from __future__ import annotations

import msgspec

from kiosk_app.office.across_days import Alert, Device, Followed, Posted, Suspension
from kiosk_app.office.checks import LastCheck
from kiosk_app.office.sales import Answered, Claim, Confirmation, Outcome, Sale, Takings
from kiosk_app.office.sheets import CertificateStop, SheetJob
from kiosk_app.office.slot_days import SlotDay


class Carried(msgspec.Struct, kw_only=True):
    """Part of `state.OfficeState` and of both checkpoints (facts_checkpoints.py); a checkpoint itself is frozen."""

    past_service_s: dict[str, list[int]] = {}
    past_handover_s: dict[str, list[int]] = {}
    positions: dict[str, int] = {}
    printers: dict[str, str] = {}
    printer_models: dict[str, dict[str, tuple[int, int]]] = {}
    """By machine and table (m1 printer), then by model: dots across and dots per inch at which it prints there."""
    alerts: dict[str, Alert] = {}
    sheet_jobs: dict[str, SheetJob] = {}
    """By chain: the certificate that it printed last."""
    certificate_stops: dict[str, CertificateStop] = {}
    """By id: kiosks that sell no certificates until a technician says that they may."""
    signed_in: dict[str, tuple[str, int]] = {}
    locks: dict[str, int] = {}
    incarnations: dict[str, int] = {}
    """When a machine's log of this name began in the place of a damaged one (UTC milliseconds)."""
    disk_low: dict[str, bool] = {}
    damaged_logs: dict[str, str] = {}
    last_checks: dict[str, dict[str, LastCheck]] = {}
    """By chain, then by check (kiosk_app/diagnosis)."""
    machine_days: dict[str, str] = {}
    """The day of what each machine writes now, by its own chain."""
    suspensions: dict[str, Suspension] = {}
    posted: dict[str, Posted] = {}
    followed: dict[str, Followed] = {}
    handed: dict[str, Followed] = {}
    """By machine code."""
    hub_wrote: dict[str, int] = {}
    """The last fact of each chain that only a hub writes, whether it counts or not."""
    devices: dict[str, Device] = {}
    """By id; revoked ones stay, so that whoever comes with such a token is known for what it is."""
    slots: dict[str, dict[str, SlotDay]] = {}
    """Of today and of days to come, by date and letter."""
    sales: dict[str, Sale] = {}
    """Of certificates, by payment: those of today, and those of other days that have not ended."""
    confirmations: dict[str, Confirmation] = {}
    answers: dict[str, Answered] = {}
    """By the confirmation's place (m1 12)."""
    returned: dict[str, str] = {}
    """By the confirmation's place: the day on which staff gave back what the kiosk had refused."""
    claims: dict[str, Claim] = {}
    outcomes: dict[str, Outcome] = {}
    """By central's id of the document: what it is still to hear of its paper."""
    takings: dict[str, dict[str, Takings]] = {}
    """By date and chain."""
