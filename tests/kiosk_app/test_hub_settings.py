"""The [hub] table: each way to get it wrong is one message that names the key; a token is never overwritten."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk_app import hub_settings, settings
from kiosk_app.clock import new_token
from kiosk_app.office.toml_config import ConfigError

CONFIG = Path(__file__).parents[2] / "config"
MACHINE = (CONFIG / "machine.example.toml").read_text(encoding="utf-8")
ALONE = MACHINE.replace('["hub", "ticket_machine"]', '["ticket_machine"]')
HASH = hub_settings.hash_of_token("x" * 43)
AWAY = '\n[hub]\naddress = "http://127.0.0.1:8470"\ntoken_file = "token"\n'
DOOR = f'\n[hub]\nlisten = "127.0.0.1:8470"\n[hub.machines]\nm2 = "{HASH}"\n'


def test_a_hub_and_a_machine_as_the_example_describes_them() -> None:
    described = re.findall(r"^#   (\[hub\.?\w*\]|\w+ = .*)$", MACHINE, re.MULTILINE)
    at = described.index("[hub]", 1 + described.index("[hub]"))
    door = "\n".join(described[described.index("[hub]") : at]).replace(
        "the 64 digits that `hitofuda token` printed", HASH
    )
    away = "\n".join(described[at:])
    hub = settings.parse_machine(MACHINE + "\n" + door, "m").hub
    assert hub == settings.HubTable(listen="127.0.0.1:8470", machines={"m2": HASH})
    machine = settings.parse_machine(ALONE.replace('"m1"', '"m2"') + "\n" + away, "m")
    assert machine.hub == settings.HubTable(address="http://127.0.0.1:8470", token_file="/etc/hitofuda/hub.token")
    assert not machine.is_hub


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ALONE, "hub.address: expected where the hub is"),
        (ALONE + AWAY.replace("token_file", "# token_file"), "hub.token_file: expected the file"),
        (ALONE + AWAY + 'listen = "127.0.0.1:1"\n', "hub: expected no listen"),
        (ALONE + AWAY.replace("127.0.0.1", "192.0.2.1"), "hub.address: expected a hub on this computer"),
        (ALONE + AWAY.replace("127.0.0.1", "127.0.0.1.example.com"), "hub.address: expected a hub on this computer"),
        (MACHINE + AWAY, "hub: expected no address"),
        (MACHINE + DOOR.replace("127.0.0.1", "0.0.0.0"), "hub.listen: expected an address of this computer"),
        (MACHINE + DOOR.replace("listen", "# listen"), "hub: expected listen and [hub.machines] together"),
        (MACHINE + DOOR.replace("m2", "m1"), "hub.machines.m1: expected other machines"),
        (MACHINE + DOOR.replace("m2", "k1"), "hub.machines.k1: expected a number of its own, m1 has the same"),
        (MACHINE + DOOR.replace(HASH, HASH[1:]), "hub.machines"),
        (MACHINE + DOOR.replace("m2", "M2"), "hub.machines"),
        (MACHINE + DOOR.replace("listen", "lisen"), "hub.lisen: expected only known keys"),
    ],
)
def test_a_wrong_key_is_named(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        settings.parse_machine(text, "machine.toml")
    assert str(refused.value).startswith(f"machine.toml: {message}")


def test_a_token_is_for_one_user_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "token"
    token = new_token()
    assert hub_settings.write_token(path, token) == hub_settings.hash_of_token(token)
    assert path.stat().st_mode & 0o777 == 0o600
    assert hub_settings.read_token(path) == token
    with pytest.raises(FileExistsError):
        hub_settings.write_token(path, new_token())
    table = settings.HubTable(address="http://127.0.0.1:1", token_file=str(path))
    assert settings.load_token(table) == token
    path.write_text("short")
    with pytest.raises(ConfigError, match="holds no token"):
        settings.load_token(table)
    path.unlink()
    with pytest.raises(ConfigError, match=r"hub.token_file: .*cannot be read: No such file"):
        settings.load_token(table)
