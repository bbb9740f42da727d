"""The [hub] table: each way to get it wrong is one message that names the key; a token is never overwritten."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from kiosk_app import hub_settings, hub_tls, settings
from kiosk_app.clock import new_token
from kiosk_app.office.toml_config import ConfigError

CONFIG = Path(__file__).parents[2] / "config"
MACHINE = (CONFIG / "machine.example.toml").read_text(encoding="utf-8")
ALONE = MACHINE.replace('["hub", "ticket_machine"]', '["ticket_machine"]')
HASH = hub_settings.hash_of_token("x" * 43)
AWAY = '\n[hub]\naddress = "http://127.0.0.1:8470"\ntoken_file = "token"\n'
DOOR = f'\n[hub]\nlisten = "127.0.0.1:8470"\n[hub.machines]\nm2 = "{HASH}"\n'
EITHER = f'''
[hub]
listen = "127.0.0.1:8470"
address = ["http://127.0.0.1:8471"]
token_file = "token"
candidates = ["m2"]
first = true
[hub.machines]
m2 = "{HASH}"
'''


def test_of_two_that_may_be_hub_one_begins() -> None:
    first = settings.parse_machine(MACHINE + EITHER, "m")
    second = settings.parse_machine(MACHINE + EITHER.replace("first = true", ""), "m")
    assert first.is_hub and first.is_first_hub and second.is_hub and not second.is_first_hub
    assert first.hub is not None and first.hub.in_turn == ("http://127.0.0.1:8471",)
    assert settings.parse_machine(MACHINE, "m").is_first_hub, "the one computer of a small office"
    assert settings.parse_machine(MACHINE + DOOR, "m").is_first_hub, "as before there were several"
    several = settings.parse_machine(
        ALONE + AWAY.replace('"http', '["http').replace(':8470"', ':8470", "http://127.0.0.1:9"]'), "m"
    )
    assert several.hub is not None and several.hub.in_turn == ("http://127.0.0.1:8470", "http://127.0.0.1:9")


def test_a_hub_and_a_machine_as_the_example_describes_them() -> None:
    # What follows is of central.
    of_hubs = MACHINE.partition("#   [central]")[0]
    described = re.findall(r"^#   (\[hub\.?\w*\]|\w+ = .*)$", of_hubs, re.MULTILINE)
    at = described.index("[hub]", 1 + described.index("[hub]"))
    door = "\n".join(described[described.index("[hub]") : at]).replace(
        "the 64 digits that `hitofuda token` printed", HASH
    )
    away = "\n".join(described[at:])
    hub = settings.parse_machine(MACHINE + "\n" + door, "m").hub
    assert hub == settings.HubTable(
        listen="192.0.2.1:8470",
        cert_file="/etc/hitofuda/hub.pem",
        key_file="/etc/hitofuda/hub.key",
        machines={"m2": HASH},
    )
    machine = settings.parse_machine(ALONE.replace('"m1"', '"m2"') + "\n" + away, "m")
    assert machine.hub == settings.HubTable(
        address="https://192.0.2.1:8470", ca_file="/etc/hitofuda/ca.pem", token_file="/etc/hitofuda/hub.token"
    )
    assert not machine.is_hub


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ALONE, "hub.address: expected where the hub is"),
        (ALONE + AWAY.replace("token_file", "# token_file"), "hub.token_file: expected the file"),
        (ALONE + AWAY + 'listen = "127.0.0.1:1"\n', "hub: expected no listen"),
        (ALONE + AWAY.replace("127.0.0.1", "192.0.2.1"), "hub.address: expected https://"),
        (ALONE + AWAY.replace("127.0.0.1", "127.0.0.1.example.com"), "hub.address: expected https://"),
        (ALONE + AWAY.replace("http:", "https:"), "hub.ca_file: expected ca.pem"),
        (ALONE + AWAY + 'ca_file = "ca.pem"\n', "hub.ca_file: expected ca.pem"),
        (ALONE + AWAY.replace("http://", "ftp://"), "hub.address: expected where the hub is"),
        (MACHINE + DOOR.replace("[hub]", '[hub]\ncert_file = "c"'), "hub: expected cert_file and key_file together"),
        (MACHINE + AWAY, "hub: expected no address"),
        (MACHINE + DOOR.replace("127.0.0.1", "0.0.0.0"), "hub.cert_file: expected hub.pem"),
        (MACHINE + DOOR.replace("127.0.0.1:8470", "8470"), "hub.listen: expected an address and port"),
        (MACHINE + DOOR.replace("listen", "# listen"), "hub: expected listen as well"),
        (MACHINE + DOOR.replace("m2", "m1"), "hub.machines.m1: expected other machines"),
        (MACHINE + DOOR.replace("m2", "k1"), "hub.machines.k1: expected a number of its own, m1 has the same"),
        (MACHINE + DOOR.replace(HASH, HASH[1:]), "hub.machines"),
        (MACHINE + DOOR.replace("m2", "M2"), "hub.machines"),
        (MACHINE + DOOR.replace("listen", "lisen"), "hub.lisen: expected only known keys"),
        (
            ALONE + AWAY.replace('"http://127.0.0.1:8470"', '["http://127.0.0.1:1", "x"]'),
            "hub.address[#2]: expected where",
        ),
        (ALONE + AWAY.replace('"http://127.0.0.1:8470"', "[]"), "hub.address: expected where the hub is"),
        (ALONE + AWAY.replace('"http://127.0.0.1:8470"', "8470"), "hub.address: expected a text in quotes"),
        (ALONE + AWAY + "first = true\n", "hub: expected no listen"),
        (MACHINE + EITHER.replace("token_file", "# token_file"), "hub.token_file: expected the file"),
        (MACHINE + EITHER.replace("address", "# address"), "hub.address: expected where the candidates are"),
        (MACHINE + EITHER.replace('["m2"]', '["m1"]'), "hub.candidates: expected codes of other machines"),
        (MACHINE + EITHER.replace("candidates", "# candidates"), "hub: expected no address or token_file"),
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


def test_certificates_hold_at_every_date_for_their_hosts_and_are_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    hub_tls.make(folder, ["192.0.2.1", "hub.example.jp"])
    ca, cert, key = (str(folder / file) for file in hub_tls.FILES)
    hub_tls.check_hub(cert, key)
    hub_tls.check_authority(ca)
    assert (folder / "hub.key").stat().st_mode & 0o777 == 0o600
    for seconds in ("1", "4102444800"):
        judged = subprocess.run(
            ["openssl", "verify", "-x509_strict", "-attime", seconds, "-verify_ip", "192.0.2.1", "-CAfile", ca, cert],
            capture_output=True,
            text=True,
            check=False,
        )
        assert judged.returncode == 0, judged.stderr
    with pytest.raises(FileExistsError):
        hub_tls.make(folder, ["192.0.2.1"])
    with pytest.raises(OSError):
        hub_tls.check_hub(ca, key)
    (folder / "ca.pem").write_text("nothing")
    table = settings.HubTable(address="https://192.0.2.1:1", token_file="t", ca_file=ca)
    with pytest.raises(ConfigError, match=r"hub.ca_file: .*cannot be used"):
        settings.load_token(table)
