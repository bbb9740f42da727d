"""The section [certificates]: what does not go together starts nothing, and real certificates are never half
checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from central_server import serve, settings
from central_server.certificates.external import HttpIssuer
from central_server.certificates.setup import NotARealCard, tax_year
from central_server.certificates.simulator import Simulator
from central_server.revocation import Crl, NobodyToAsk, Ocsp
from central_server.settings import SettingsError
from kiosk_app.office.toml_config import ConfigError
from tests.central_server.house import NOW
from tests.central_server.test_settings import PLAIN
from tests.kiosk_app.office.jpki.hierarchy import authority, authority_name

SAMPLE = '\n[certificates]\nissuer = "sample"\nauthorities_dir = "authorities"\nsigning_key_file = "signing.key"\n'
EXTERNAL = (
    '\n[certificates]\nissuer = "external"\nauthorities_dir = "authorities"\n'
    '[certificates.external]\nurl = "https://issuer.example.lg.jp/v1"\ntoken_file = "issuer.token"\n'
)
OCSP = '[certificates.validity]\nkind = "ocsp"\nurl = "https://validity.example.lg.jp/ocsp"\n'
CRL = '[certificates.validity]\nkind = "crl"\nurl = "http://gateway.example.lg.jp/crl"\n'
NOBODY = '[certificates.validity]\nkind = "sample"\n'


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (SAMPLE.replace('"sample"', '"external"'), "certificates.external: expected with issuer external"),
        (EXTERNAL.replace('"external"\n', '"sample"\n', 1), "certificates.external: expected with issuer external"),
        (SAMPLE.replace("signing_key_file", "#"), "certificates.signing_key_file: expected with issuer sample"),
        (EXTERNAL + NOBODY, "certificates.validity.kind: expected ocsp or crl"),
        (
            EXTERNAL.replace("[certificates.external]", "test_hierarchy = true\n[certificates.external]"),
            "certificates.test_hierarchy: expected false",
        ),
        (SAMPLE + '[certificates.validity]\nkind = "ocsp"\n', "certificates.validity.url: expected with kind ocsp"),
        (SAMPLE + NOBODY + 'url = "http://x"\n', "certificates.validity.url: expected with kind ocsp"),
        (SAMPLE + OCSP.replace("https://", "ldap://"), "certificates.validity.url: expected an address"),
        (EXTERNAL.replace("lg.jp/v1", "lg.jp/v1/"), "certificates.external.url: expected https://host/path"),
        (SAMPLE + "fonts = 1\n", "certificates.fonts: expected only known keys"),
    ],
)
def test_what_is_wrong_is_named(more: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings.parse(PLAIN + more, "central.toml")
    assert str(raised.value).startswith(f"central.toml: {said}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "authorities").mkdir()
    (tmp_path / "authorities" / "authca03.cer").write_bytes(authority())
    secrets = {"central.key": "0" * 64, "signing.key": "1" * 64, "issuer.token": "t" * 43}
    for name, text in secrets.items():
        (tmp_path / name).write_text(text + "\n")
        (tmp_path / name).chmod(0o600)
    return tmp_path


def load(folder: Path, more: str) -> settings.CentralSettings:
    (folder / "central.toml").write_text(PLAIN + more)
    return settings.load(folder / "central.toml")


@pytest.mark.parametrize(
    ("more", "issuer", "revocation"),
    [
        (SAMPLE, Simulator, NobodyToAsk),
        (SAMPLE + NOBODY, Simulator, NotARealCard),
        (SAMPLE + CRL, Simulator, Crl),
        (EXTERNAL, HttpIssuer, NobodyToAsk),
        (EXTERNAL + OCSP, HttpIssuer, Ocsp),
    ],
)
def test_what_is_right_becomes_what_it_says(folder: Path, more: str, issuer: type, revocation: type) -> None:
    made = serve.certificates_of(load(folder, more))
    assert type(made.issuer) is issuer and type(made.revocation) is revocation
    assert len(made.anchors.anchors) == 1
    made.close()


def test_an_authority_of_a_test_hierarchy_is_believed_where_the_file_says_so(folder: Path) -> None:
    test = authority(name=authority_name("JPKI-TEST"))
    (folder / "authorities" / "authca03.cer").write_bytes(test)
    with pytest.raises(ConfigError, match=r"authorities_dir: expected authorities.*test hierarchy"):
        serve.certificates_of(load(folder, SAMPLE))
    trying = SAMPLE.replace('"sample"\n', '"sample"\ntest_hierarchy = true\n')
    serve.certificates_of(load(folder, trying)).close()


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda folder: (folder / "authorities" / "authca03.cer").unlink(), "authorities_dir: expected authorities"),
        (lambda folder: (folder / "signing.key").chmod(0o644), "certificates.signing_key_file: expected a file of its"),
        (lambda folder: (folder / "signing.key").write_text("x" * 64), "certificates.signing_key_file: expected 64"),
        (lambda folder: (folder / "signing.key").unlink(), "certificates.signing_key_file: "),
    ],
)
def test_files_that_cannot_be_used_are_named(folder: Path, break_it: object, said: str) -> None:
    assert callable(break_it)
    break_it(folder)
    with pytest.raises(ConfigError, match=said):
        serve.certificates_of(load(folder, SAMPLE))


def test_taxes_of_a_year_are_certified_from_june_on() -> None:
    assert tax_year(NOW.replace(month=5)) == NOW.year - 1
    assert tax_year(NOW.replace(month=6)) == NOW.year
