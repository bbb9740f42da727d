"""central.toml: what is wrong is one message that names file, key and expectation, and nothing is started."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from central_server import settings
from central_server.certificates.table import CertificatesTable, Validity
from central_server.settings import SettingsError
from tests.central_server.house import ROOT

PLAIN = """schema = 1
public_url = "https://yoyaku.example.jp"
key_file = "central.key"
offices_dir = "offices"
[database]
dsn = "dbname=x"
"""


def test_the_example_says_every_key_and_is_right() -> None:
    text = (ROOT / "config" / "central.example.toml").read_text()
    found = settings.parse(text, "central.toml")
    assert found.mail is not None and found.sms is not None and found.tls is not None
    assert found.phone is not None
    assert found.certificates is not None and found.certificates.validity is not None
    kinds = (settings.CentralSettings, settings.Mail, settings.Sms, settings.LimitsTable, settings.Tls)
    kinds += (CertificatesTable, Validity)
    names = {name for kind in kinds for name in kind.__struct_fields__}
    # Of a city's own issuer there is a page.
    assert {name for name in names - {"simulation", "ca_file"} if name not in text} == set()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('\n[mail]\nhost = "h"\nsender = "a@b"\nuser = "x"', "mail: expected user and password_file together"),
        ('\n[mail]\nhost = "h"\nsender = "a@b\\r\\nBcc: c@d"', "mail.sender: expected an address such as"),
        (
            '\n[mail]\nhost = "h"\nsender = "a@b"\ntls = "none"\nuser = "x"\npassword_file = "p"',
            "mail.tls: expected starttls or tls",
        ),
        ('dsn_file = "x"', "database: expected dsn or dsn_file, one of them"),
        ("conections = 3", "database.conections: expected only known keys"),
        ("\n[limits]\nper_contact = 0", "limits.per_contact: expected"),
    ],
)
def test_what_is_wrong_is_named(more: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings.parse(PLAIN + more, "central.toml")
    assert str(raised.value).startswith(f"central.toml: {said}")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('listen = "8480"', "listen: expected an address and port"),
        ('listen = "127.0.0.1:70000"', "listen: expected a port of 1 to 65535"),
        ('public_url = "https://x.example.jp/"', "public_url: expected as visitors reach it"),
        ('public_url = "ftp://x"', "public_url: expected as visitors reach it"),
        ("workers = 0", "workers: expected"),
        ('reminder_at = "25:00"', "reminder_at: expected HH:MM"),
    ],
)
def test_what_is_wrong_at_its_head_is_named(line: str, said: str) -> None:
    key = line.split(" ")[0]
    others = [one for one in PLAIN.splitlines() if not one.startswith(("schema", key))]
    with pytest.raises(SettingsError) as raised:
        settings.parse("\n".join(["schema = 1", line, *others]), "central.toml")
    assert str(raised.value).startswith(f"central.toml: {said}")


def test_files_are_meant_from_where_the_settings_lie(tmp_path: Path) -> None:
    (tmp_path / "central.toml").write_text(PLAIN.replace('dsn = "dbname=x"', 'dsn_file = "dsn"'))
    found = settings.load(tmp_path / "central.toml")
    assert (found.key_file, found.offices_dir) == (str(tmp_path / "central.key"), str(tmp_path / "offices"))
    assert found.database.dsn_file == str(tmp_path / "dsn")
    with pytest.raises(SettingsError, match=r"nowhere\.toml: cannot be read"):
        settings.load(tmp_path / "nowhere.toml")


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "central.toml").write_text(PLAIN)
    found = settings.load(tmp_path / "central.toml")
    key = tmp_path / "central.key"
    with pytest.raises(SettingsError, match=r"key_file: .* cannot be read"):
        settings.box_of(found)
    key.write_text("00" * 32 + "\n")
    key.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        settings.box_of(found)
    key.chmod(0o600)
    settings.box_of(found)
    key.write_text("no key" * 20)
    with pytest.raises(SettingsError, match="64 hexadecimal digits"):
        settings.box_of(found)


def test_no_table_of_the_example_names_a_file_that_is_looked_for_elsewhere(tmp_path: Path) -> None:
    text = (ROOT / "config" / "central.example.toml").read_text()
    (tmp_path / "central.toml").write_text(text)
    found = settings.load(tmp_path / "central.toml")
    tables = [one for one in msgspec.structs.asdict(found).values() if isinstance(one, msgspec.Struct)]
    files = {
        key: value
        for part in (found, *tables)
        for key, value in msgspec.structs.asdict(part).items()
        if key.endswith(("_file", "_dir")) and value
    }
    assert "token_file" in files and [key for key, value in files.items() if not Path(value).is_absolute()] == []
