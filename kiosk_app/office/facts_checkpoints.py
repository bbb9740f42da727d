"""What outlives a day, said again at the begin of the next one, so that a fold may begin there.

Import them from facts.py.
"""

from __future__ import annotations

from kiosk_app.office.across_days import Alert, DayTotals, Device, Followed, Posted, Reign, Suspension
from kiosk_app.office.fact_base import Fact
from kiosk_app.office.sales import Answered, Claim, Confirmation, Sale, Takings
from kiosk_app.office.sheets import CertificateStop, SheetJob
from kiosk_app.office.slot_days import SlotDay


class DayCheckpoint(Fact, frozen=True, kw_only=True):
    """What a new day knows of all the days before it, directly after its DayOpened: a fold may begin here.

    `total` is of the day that this one ended. `head` is the hash of the log's last record before this batch.
    `whole` is false when another machine had begun the day before it was opened: a fold must begin earlier then.
    """

    date: str
    office: str
    head: str
    whole: bool = True
    total: DayTotals | None = None
    past_service_s: dict[str, list[int]] = {}
    past_handover_s: dict[str, list[int]] = {}
    positions: dict[str, int] = {}
    printers: dict[str, str] = {}
    alerts: dict[str, Alert] = {}
    sheet_jobs: dict[str, SheetJob] = {}
    certificate_stops: dict[str, CertificateStop] = {}
    signed_in: dict[str, tuple[str, int]] = {}
    locks: dict[str, int] = {}
    incarnations: dict[str, int] = {}
    disk_low: dict[str, bool] = {}
    damaged_logs: dict[str, str] = {}
    printer_models: dict[str, dict[str, tuple[int, int]]] = {}
    machine_days: dict[str, str] = {}
    suspensions: dict[str, Suspension] = {}
    posted: dict[str, Posted] = {}
    reigns: tuple[Reign, ...] = ()
    followed: dict[str, Followed] = {}
    handed: dict[str, Followed] = {}
    hub_wrote: dict[str, int] = {}
    devices: dict[str, Device] = {}
    slots: dict[str, dict[str, SlotDay]] = {}
    sales: dict[str, Sale] = {}
    confirmations: dict[str, Confirmation] = {}
    answers: dict[str, Answered] = {}
    claims: dict[str, Claim] = {}
    takings: dict[str, dict[str, Takings]] = {}


class MachineCheckpoint(Fact, frozen=True, kw_only=True):
    """What a ticket machine knew when it came into another day, directly after its DayJoined: its fold may begin here.

    Everything but the figures of past days, which come with the hub's checkpoints. For this machine alone; all others
    keep and ignore it.
    """

    date: str
    office: str
    past_service_s: dict[str, list[int]] = {}
    past_handover_s: dict[str, list[int]] = {}
    positions: dict[str, int] = {}
    printers: dict[str, str] = {}
    printer_models: dict[str, dict[str, tuple[int, int]]] = {}
    alerts: dict[str, Alert] = {}
    sheet_jobs: dict[str, SheetJob] = {}
    certificate_stops: dict[str, CertificateStop] = {}
    signed_in: dict[str, tuple[str, int]] = {}
    locks: dict[str, int] = {}
    incarnations: dict[str, int] = {}
    disk_low: dict[str, bool] = {}
    damaged_logs: dict[str, str] = {}
    machine_days: dict[str, str] = {}
    begins_at: dict[str, int] = {}
    suspensions: dict[str, Suspension] = {}
    posted: dict[str, Posted] = {}
    reigns: tuple[Reign, ...] = ()
    followed: dict[str, Followed] = {}
    handed: dict[str, Followed] = {}
    hub_wrote: dict[str, int] = {}
    devices: dict[str, Device] = {}
    slots: dict[str, dict[str, SlotDay]] = {}
    sales: dict[str, Sale] = {}
    confirmations: dict[str, Confirmation] = {}
    answers: dict[str, Answered] = {}
    claims: dict[str, Claim] = {}
    takings: dict[str, dict[str, Takings]] = {}
