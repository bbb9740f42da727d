"""The files under /etc/hitofuda of a new machine. What a person has written there is never touched again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scripts.installer.roles import Needs

PRINTER = re.compile(r"(tcp|serial|file|usb):(.+)")
SECRETS = "/run/credentials/hitofuda-core.service/secrets_"
"""Where systemd shows the core a file NAME of /etc/hitofuda/secrets: as this and NAME."""


class NotUnderstood(Exception):
    """An argument; what was expected."""


def machine_toml(code: str, name: str, needs: Needs, printer: str, faces: Sequence[str]) -> str:
    """Raises NotUnderstood."""
    if re.fullmatch(r"(?=.{2,8}$)[a-z]+[1-9][0-9]*", code) is None:
        raise NotUnderstood(f"--code {code!r}: expected letters and the machine's number, such as m1")
    if not name or any(ord(letter) < 32 or letter in '"\\' for letter in name):
        raise NotUnderstood("--name: expected what stands on tickets, such as 1号機")
    roles = ", ".join(f'"{one}"' for one in needs.machine_roles)
    lines = [
        "# Written once when this machine was installed; yours to edit since. Every key: config/machine.example.toml ",
        f"# of the release. Secrets lie in /etc/hitofuda/secrets and are named here as {SECRETS}NAME.",
        "schema = 1",
        f'code = "{code}"',
        f'name = "{name}"',
        f"roles = [{roles}]",
        "installed = true",
        'office_file = "office.toml"',
        'staff_file = "staff.toml"',
        'data_dir = "/var/lib/hitofuda"',
        'runtime_dir = "/run/hitofuda"',
    ]
    if "ticket_machine" in needs.machine_roles:
        lines += ["", "[printer]", *_printer(printer)]
    if "certificate_kiosk" in needs.machine_roles:
        lines += ["", "[card_reader]", 'kind = "pcsc"', 'authorities_dir = "authorities"']
    sound = [f'{key} = "default"' for key, face in (("device", "display"), ("earphone", "citizen")) if face in faces]
    if sound:
        lines += ["", "[sound]", *sound]
    return "\n".join(lines) + "\n"


def _printer(told: str) -> list[str]:
    found = PRINTER.fullmatch(told)
    if found is None:
        raise NotUnderstood(
            f"--printer {told!r}: expected tcp:HOST[:PORT], serial:DEVICE, file:DEVICE or usb:VENDOR:PRODUCT (lsusb)"
        )
    kind, where = found[1], found[2]
    if kind == "tcp":
        host, _, port = where.partition(":")
        return ['kind = "tcp"', f'host = "{host}"', f"port = {int(port or 9100)}"]
    if kind == "usb":
        vendor, _, product = where.partition(":")
        return ['kind = "usb"', f"vendor_id = 0x{int(vendor, 16):04x}", f"product_id = 0x{int(product, 16):04x}"]
    return [f'kind = "{kind}"', f'device = "{where}"']


def firewall(template: str, needs: Needs) -> str:
    ports = ", ".join(str(port) for port in needs.ports)
    return re.sub(
        r"# HERE:.*", f"elements = {{ {ports} }}" if ports else "# nothing is served to the network", template
    )
