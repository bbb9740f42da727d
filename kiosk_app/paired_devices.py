"""The devices that reach this hub over the network: which token is whose, who is being paired, what was refused.

The state knows whom the hub trusts; here is what lives with the process alone: pairings under way, who was heard when.
"""

from __future__ import annotations

import ssl
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from kiosk_app import pairing
from kiosk_app.book import Book
from kiosk_app.clock import boot_ms, new_nonce
from kiosk_app.hub_settings import CODE, HubTable, hash_of_token
from kiosk_app.office import facts as f
from kiosk_app.office import trusted
from kiosk_app.office.across_days import Device
from kiosk_app.office.numbers import machine_index
from kiosk_app.office.state import ringing_for
from kiosk_app.pairing import Begin, Enrolled, Look, No, Pairings, Pending, Reveal

ACTOR = "hub"
CAUSE = "device_refused"
DEVICES_MAX = 300
"""Of one office: sixty counters and a hundred displays leave plenty."""
TOKEN_LETTERS_MAX = 200
RECORDED_MAX = 1_000
"""Refusals that are told apart; what is repeated is recorded once."""
INTENTS_MAX = 4_096
"""Acts whose console is remembered: some hours of a busy office."""
SILENT = frozenset({"unknown_token", "codes_differ", "pairing_gone"})
"""Recorded without a bell: a stranger's guess, what the technician has just pressed, a device that came too late."""
STRANGER = "知らない機器"


class Known(NamedTuple):
    """Whose token it is. `device` of a ticket machine that machine.toml names is its code."""

    device: str
    use: str
    name: str
    zone: str = ""
    revoked: bool = False


class PairedDevices:
    """`code`: of this machine. `zones`: what a display may be for."""

    def __init__(self, book: Book, hub: HubTable | None, code: str, zones: frozenset[str]) -> None:
        self._book = book
        self._code, self._zones = code, zones
        self._configured = dict(hub.machines) if hub is not None else {}
        self._hubs = tuple(hub.addresses) if hub is not None else ()
        self.off, self._ca_pem, self._certificate_sha256 = _authority(hub)
        self.pairings = Pairings()
        self._by_hash: dict[str, str] = {}
        self._recorded: set[tuple[str, str]] = set()
        self.heard_utc_ms: dict[str, int] = {}
        self._intents: dict[str, str] = {}
        self.lines: Counter[str] = Counter()
        """Open lines of each device."""

    # --- who is it -------------------------------------------------------------------------------------------

    def of_token(self, token: str) -> Known | None:
        """A console, display or paired machine; also a revoked one, which is to be refused as such."""
        if not token or len(token) > TOKEN_LETTERS_MAX:
            return None
        hashed = hash_of_token(token)
        device = self._by_hash.get(hashed, "")
        known = self._book.state.devices.get(device)
        if known is None or known.token_sha256 != hashed:
            self._by_hash = {one.token_sha256: key for key, one in self._book.state.devices.items() if one.name}
            device = self._by_hash.get(hashed, "")
            known = self._book.state.devices.get(device)
        return None if known is None else _known(device, known)

    def machine(self, token: str) -> Known | None:
        """A ticket machine, of machine.toml or paired."""
        hashed = hash_of_token(token[: TOKEN_LETTERS_MAX + 1])
        for code, known in self._configured.items():
            if known == hashed:
                return Known(code, trusted.MACHINE, code, revoked=trusted.is_revoked(self._book.state, code))
        found = self.of_token(token)
        return found if found is not None and found.use == trusted.MACHINE else None

    def is_active(self, device: str) -> bool:
        """Empty: this computer's own socket."""
        return not device or trusted.is_active(self._book.state, device)

    def is_configured(self, code: str) -> bool:
        return code in self._configured and not trusted.is_revoked(self._book.state, code)

    @property
    def configured(self) -> tuple[str, ...]:
        return tuple(self._configured)

    def hear(self, device: str) -> None:
        self.heard_utc_ms[device] = self._book.clock.now_utc_ms()

    def refused(self, cause: str, device: str = "", name: str = "") -> None:
        """Once each, and one bell for all that wait for somebody to go."""
        if (cause, device or name) in self._recorded or len(self._recorded) >= RECORDED_MAX:
            return
        self._recorded.add((cause, device or name))
        new: list[f.Fact] = [f.RequestRefused(cause=cause, device=device, name=name)]
        if cause not in SILENT and ringing_for(self._book.state, self._code, CAUSE) is None:
            alert = self._book.clock.new_id()
            new.append(f.StaffCalled(alert=alert, machine_code=self._code, cause=CAUSE, detail=name or STRANGER))
        self._book.settle(ACTOR, new)

    def owns(self, intent: str, device: str) -> bool:
        """Whether an act with this id may come from here: its face repeats it, anybody else has copied it."""
        owner = self._intents.setdefault(intent, device)
        if len(self._intents) > INTENTS_MAX:
            del self._intents[next(iter(self._intents))]
        if owner == device or not device:
            return True
        self.refused("intent_of_another_device", device, self._book.state.devices[device].name)
        return False

    def look_at_token(self, device: str, given_on: str | None) -> None:
        """A staff session that is none here: expired, or taken from another console. `given_on`: None where unknown."""
        if device and given_on is not None and given_on != device:
            self.refused("token_of_another_device", device, self._book.state.devices[device].name)

    # --- a device that wants to be one of ours ---------------------------------------------------------------

    def pair(self, asked: pairing.Request) -> pairing.Reply:
        if self.off:
            return No("off", self.off)
        match asked:
            case Begin():
                return self._begin(asked)
            case Reveal():
                known = self.pairings.find(asked.pairing)
                now, reply = pairing.reveal(self.pairings, asked, self._certificate_sha256, boot_ms())
                self._now(now)
                return self._judged(reply, known)
            case Look():
                known = self.pairings.find(asked.pairing)
                now, found = pairing.look(self.pairings, asked, boot_ms())
                self._now(now)
                if isinstance(found, Pending):
                    return Enrolled(found.device, self._ca_pem, self._hubs)
                return self._judged(found, known)

    def _begin(self, asked: Begin) -> pairing.Reply:
        if (wrong := self._wrong(asked)) is not None:
            return wrong
        now, reply = pairing.begin(self.pairings, asked, self._book.clock.new_id(), new_nonce().hex(), boot_ms())
        self._now(now)
        if reply == No("forged"):
            self.refused("pairing_replayed", name=asked.name)
        return reply

    def _wrong(self, asked: Begin) -> No | None:
        """Before a technician is asked, and once more when he has said yes: others may have come meanwhile."""
        devices = dict(trusted.active(self._book.state))
        if asked.zone not in (self._zones if asked.use == "display" else ("",)):
            return No("zone", "、".join(sorted(self._zones - {""})))
        if any(one.name == asked.name for one in devices.values()) or asked.name in self._configured:
            return No("name_taken")
        if any(one.token_sha256 == asked.token_sha256 for one in self._book.state.devices.values()):
            return No("forged")
        if len(devices) >= DEVICES_MAX:
            return No("crowded")
        if asked.use != trusted.MACHINE:
            return None
        codes = [self._code, *trusted.machines(self._book.state, self._configured)]
        if not CODE.fullmatch(asked.name) or machine_index(asked.name) in map(machine_index, codes):
            # The number chooses the band of numbers that a machine prints from while it is cut off.
            return No("not_its_name")
        return None

    def _judged(self, reply: pairing.Reply, known: Pending | None) -> pairing.Reply:
        name = known.asked.name if known is not None else ""
        if reply == No("forged"):
            self.refused("pairing_forged", name=name)
        if reply == No("gone"):
            self.refused("pairing_gone", name=name)
        return reply

    def _now(self, now: Pairings) -> None:
        if now.shown != self.pairings.shown:
            self._book.changed.bump()
        self.pairings = now

    def tick(self) -> None:
        self._now(pairing.expire(self.pairings, boot_ms()))

    # --- what a technician says ------------------------------------------------------------------------------

    def confirm(self, id: str, staff_code: str, intent: str) -> str:
        """A sentence where it cannot be; empty when the device is enrolled. Raises StoreFull; then it still waits."""
        self.tick()
        one = next((one for one in self.pairings.shown if one.id == id), None)
        if one is None:
            return "この登録は終わっています。端末でもう一度、登録を始めてください。"
        asked = one.asked
        if self._wrong(asked) is not None:
            return "同じ名前の端末があります。別の名前で、もう一度登録を始めてください。"
        device = self._book.clock.new_id()
        enrolled = f.DeviceEnrolled(
            device=device,
            use=asked.use,
            name=asked.name,
            token_sha256=asked.token_sha256,
            zone=asked.zone,
            intent=intent,
        )
        self._book.commit(staff_code, [enrolled])
        self._now(pairing.confirm(self.pairings, id, device, boot_ms())[0])
        return ""

    def refuse(self, id: str) -> bool:
        """Whether it was still waiting."""
        now, one = pairing.refuse(self.pairings, id, boot_ms())
        self._now(now)
        if one is not None:
            self.refused("codes_differ", name=one.asked.name)
        return one is not None


def _known(device: str, one: Device) -> Known:
    return Known(device, one.use, one.name, one.zone, one.revoked_utc_ms > 0)


def _authority(hub: HubTable | None) -> tuple[str, str, str]:
    """Why nobody can be paired (else empty), ca.pem, and the SHA-256 of the hub's certificate in DER."""
    if hub is None or not hub.listen:
        return "このハブは1台だけの設定です。\nmachine.toml の [hub] に listen を入れてください。", "", ""
    if not hub.cert_file:
        return "このハブには証明書がありません。\nhitofuda hub-certificate で作ってください。", "", ""
    ca_file = Path(hub.ca_file) if hub.ca_file else Path(hub.cert_file).parent / "ca.pem"
    try:
        ca_pem = ca_file.read_text(encoding="ascii")
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=ca_pem)
        leaf = Path(hub.cert_file).read_text(encoding="ascii")
    except (OSError, ValueError):
        return f"{ca_file.name}を読めません。\nmachine.toml の [hub] ca_file を確かめてください。", "", ""
    end = "-----END CERTIFICATE-----"
    der = ssl.PEM_cert_to_DER_cert(leaf[leaf.index("-----BEGIN") : leaf.index(end)] + end)
    return "", ca_pem, sha256(der).hexdigest()
