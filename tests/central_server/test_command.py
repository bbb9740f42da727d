"""`hitofuda central` is found by its entry point, and its absence is one sentence; so is why a start cannot be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette

from central_server import serve, settings
from kiosk_app import main


def test_the_command_is_found_although_the_core_does_not_know_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["hitofuda", "central", "--help"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 0
    assert "migrate" in capsys.readouterr().out


def test_where_it_was_left_out_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [])
    monkeypatch.setattr(sys, "argv", ["hitofuda", "central", "run"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == "hitofuda central: is not installed on this computer"


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ("strange = 1", 2, "central.toml: database.strange: expected only known keys"),
        ("", 1, "central.toml: database: cannot be used"),
        ('[mail]\nhost = "h"\nsender = "a@b"\nuser = "u"\npassword_file = "p"', 2, "central.toml: mail.password_file"),
        ('[tls]\ncert_file = "c"\nkey_file = "d"', 2, "central.toml: tls.cert_file, tls.key_file: cannot be used"),
        ('[sms]\nurl = "http://x/"\nsecret_file = "s"', 2, "central.toml: sms.secret_file"),
    ],
)
def test_what_cannot_start_says_why_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: str, code: int, said: str
) -> None:
    (tmp_path / "central.toml").write_text(
        'schema = 1\npublic_url = "https://x"\nkey_file = "k"\noffices_dir = "o"\n'
        f'[database]\ndsn = "host=/nowhere dbname=x"\n{more}\n'
    )
    assert serve.run(tmp_path / "central.toml") == code
    err = capsys.readouterr().err
    assert err.startswith(said) and err.count("\n") == 1


def test_only_named_proxies_are_believed(tmp_path: Path) -> None:
    plain = 'schema = 1\npublic_url = "https://x"\nkey_file = "k"\noffices_dir = "o"\n{}[database]\ndsn = "x"\n'
    nobody = serve.configuration(settings.parse(plain.format(""), "c"), Starlette)
    assert not nobody.proxy_headers
    one = serve.configuration(settings.parse(plain.format('proxies = ["192.0.2.7"]\n'), "c"), Starlette)
    assert one.proxy_headers and one.forwarded_allow_ips == ["192.0.2.7"]
