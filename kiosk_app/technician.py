"""What a technician sees and does about the devices of this hub: pairings to compare, trust to take back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, get_args

from kiosk_app import api
from kiosk_app.clock import boot_ms
from kiosk_app.history_printing import NO_ROOM
from kiosk_app.office import catalogue, trusted
from kiosk_app.office.across_days import Device
from kiosk_app.office.decision import said
from kiosk_app.office.facts import DeviceRevoked
from kiosk_app.office.permissions import ROLE_NAMES, may
from kiosk_app.office.sheets import resumption
from kiosk_app.sessions import Session
from kiosk_app.staff_view import names_of
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.core import Core

REVOKED_SHOWN_MAX = 5
CONNECTED_MS = 15_000
"""A console asks or hears something at least so often; after that it is away."""
USES: tuple[api.DeviceUse, ...] = get_args(api.DeviceUse)


def technician_part(core: Core) -> api.TechnicianPart:
    state, paired, now_boot_ms = core.book.state, core.paired, boot_ms()
    now = core.clock.now_utc_ms()
    rows = [_row(core, key, one.use, one.name, one.zone) for key, one in trusted.active(state)]
    rows += [_row(core, code, trusted.MACHINE, code) for code in paired.configured if paired.is_configured(code)]
    gone = sorted(
        ((key, one) for key, one in state.devices.items() if one.revoked_utc_ms), key=lambda p: -p[1].revoked_utc_ms
    )
    return api.TechnicianPart(
        pairings=tuple(
            api.PairingRow(
                id=one.id,
                code=one.code,
                use=one.asked.use,
                name=one.asked.name,
                zone=one.asked.zone,
                until=_clock(core, now + one.until_ms - now_boot_ms),
            )
            for one in paired.pairings.shown
        ),
        devices=(
            *sorted(rows, key=lambda row: (USES.index(row.use), row.zone, row.name)),
            *(_gone(core, key, one) for key, one in gone[:REVOKED_SHOWN_MAX]),
        ),
        stopped=_stopped(core),
        revoke_reasons=api.REVOKE_REASONS,
        pairing_off=paired.off,
        central=core.central.part() if core.central is not None else None,
    )


def _stopped(core: Core) -> tuple[api.DeviceRow, ...]:
    """Each kiosk once, since its first stop."""
    names = names_of(core.settings.code, core.settings.name)
    since: dict[str, int] = {}
    for one in core.book.state.certificate_stops.values():
        if one.machine and not one.resumed:
            since[one.machine_code] = min(one.since_utc_ms, since.get(one.machine_code, one.since_utc_ms))
    return tuple(
        api.DeviceRow(id=code, use="ticket_machine", name=names(code), heard=_clock(core, at))
        for code, at in sorted(since.items())
    )


def _row(core: Core, device: str, use: str, name: str, zone: str = "") -> api.DeviceRow:
    heard = core.paired.heard_utc_ms.get(device, 0)
    connected = core.paired.lines[device] > 0 or core.clock.now_utc_ms() - heard < CONNECTED_MS
    return api.DeviceRow(
        id=device,
        use=_use(use),
        name=name,
        zone=zone,
        heard=_clock(core, heard) if heard else "",
        connected=bool(heard) and connected,
        fixed=device in core.paired.configured,
    )


def _gone(core: Core, device: str, one: Device) -> api.DeviceRow:
    told = f"{_clock(core, one.revoked_utc_ms)}　{one.revoked_reason}"
    use = _use(one.use or trusted.MACHINE)
    return api.DeviceRow(id=device, use=use, name=one.name or device, zone=one.zone, revoked=told)


def _use(use: str) -> api.DeviceUse:
    """One that only a newer program knows is shown as a console."""
    return next((one for one in USES if one == use), "console")


def _clock(core: Core, utc_ms: int) -> str:
    zone = catalogue.zone(core.office)
    here, today = (datetime.fromtimestamp(ms / 1000, zone) for ms in (utc_ms, core.clock.now_utc_ms()))
    return here.strftime("%-H:%M") if here.date() == today.date() else here.strftime("%-m月%-d日")


def trust(core: Core, session: Session, act: api.StaffAct) -> api.Reply:
    """confirm_pairing, refuse_pairing, revoke_device, resume_certificates."""
    if not may(session.role, act.verb):
        message = f"この操作は{ROLE_NAMES[session.role]}にはできません。{ROLE_NAMES['technician']}に頼んでください。"
        return api.Reply(ok=False, message=message)
    if session.training:
        return api.Reply(ok=False, message="研修モードでは、端末の登録を変えられません。")
    answered = core.book.state.day.intents.get(act.intent)
    if answered is not None:
        return api.Reply(ok=True, message=said(answered.kind, "", answered.counter))
    try:
        match act.verb:
            case "confirm_pairing":
                wrong = core.paired.confirm(act.pairing, session.staff_code, act.intent)
                return api.Reply(ok=not wrong, message=wrong or said("DeviceEnrolled", "", 0))
            case "refuse_pairing":
                return _refuse(core, act.pairing)
            case "resume_certificates":
                return _resume(core, session.staff_code, act)
            case _:
                return _revoke(core, session.staff_code, act)
    except StoreFull:
        return api.Reply(ok=False, message=NO_ROOM)


def _refuse(core: Core, pairing: str) -> api.Reply:
    if not core.paired.refuse(pairing):
        return api.Reply(ok=False, message="この登録は終わっています。操作はいりません。")
    message = "登録しませんでした。番号がちがったときは、途中の線に知らない機器がないか確かめてください。"
    return api.Reply(ok=True, message=message)


def _resume(core: Core, staff_code: str, act: api.StaffAct) -> api.Reply:
    """The kiosk hears of it with the next facts, and its bell ends."""
    resumed = resumption(core.book.state.certificate_stops, act.machine, act.intent)
    if not resumed:
        return api.Reply(ok=False, message="この機械の証明書は止まっていません。一覧を確かめてください。")
    core.book.commit(staff_code, resumed)
    return api.Reply(ok=True, message=said("CertificatesResumed", "", 0))


def _revoke(core: Core, staff_code: str, act: api.StaffAct) -> api.Reply:
    if not trusted.is_active(core.book.state, act.device) and not core.paired.is_configured(act.device):
        return api.Reply(ok=False, message="この端末は登録されていません。一覧を確かめてください。")
    if act.reason not in api.REVOKE_REASONS:
        return api.Reply(ok=False, message="取り消す理由が選ばれていません。一覧から選んでください。")
    core.book.commit(staff_code, [DeviceRevoked(device=act.device, reason=act.reason, intent=act.intent)])
    core.desk.end_sessions_of(act.device)
    return api.Reply(ok=True, message=said("DeviceRevoked", "", 0))
