"""`hitofuda hub …`: for the technician who changes the hub, through the running core of this machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from kiosk_app import api
from kiosk_app.client import Client, CoreTrouble
from kiosk_app.clock import new_id
from kiosk_app.settings import SettingsError, load_machine

Ask = Callable[[str], str]
ROLES = {"hub": "このハブが働いています", "handing_over": "引き継いでいます", "machine": "ハブではありません"}


def show(machine: Path) -> int:
    """1 where the core cannot be asked, 2 for settings that cannot be used."""

    def run(client: Client) -> api.Reply:
        health = client.health()
        lines = [f"{health.machine}: {ROLES[health.role]}", f"ハブ: {health.hub_code or '-'} ({health.epoch}代目)"]
        return api.Reply(ok=True, message="\n".join([*lines, *([f"ハブへの線: {health.hub}"] if health.hub else [])]))

    return _told(machine, run)


def hand_over(machine: Path, to: str, ask: Ask, ask_pin: Ask) -> int:
    """Signs in for this one act. 1 where it was refused, 2 for settings that cannot be used."""

    def run(client: Client) -> api.Reply:
        signed = client.sign_in(api.SignIn(staff_code=ask("係員番号: "), pin=ask_pin("暗証番号: ")))
        if not signed.ok:
            return api.Reply(ok=False, message=signed.message)
        return client.act(api.StaffAct(intent=new_id(), verb="hand_over_hub", machine=to))

    return _told(machine, run)


def take(machine: Path, off: bool, ask: Ask, ask_pin: Ask) -> int:
    """1 where it was refused, 2 for settings that cannot be used."""
    if not off:
        sys.stderr.write(
            "ハブが2台になると、同じ方を2つの窓口が呼ぶことがあります。古いハブの電源を切ってから、\n"
            "--the-old-hub-is-off を付けて、もう一度入れてください。\n"
        )
        return 2

    def run(client: Client) -> api.Reply:
        wish = api.HubTake(
            old_hub=ask("電源を切ったハブの番号（m1など）: "),
            staff_code=ask("技術員の係員番号: "),
            pin=ask_pin("暗証番号: "),
        )
        return client.post("/v1/hub/take", wish, api.Reply)

    return _told(machine, run)


def _told(machine: Path, run: Callable[[Client], api.Reply]) -> int:
    try:
        settings = load_machine(machine)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    client = Client(f"unix:{Path(settings.runtime_dir) / 'core.sock'}")
    try:
        reply = run(client)
    except CoreTrouble as trouble:
        sys.stderr.write(f"{trouble}\n{trouble.next_step}\n")
        return 1
    (sys.stdout if reply.ok else sys.stderr).write(f"{reply.message}\n")
    return 0 if reply.ok else 1
