"""A device's folder: each way to get it wrong is one message that names file and key; what is written can be read."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kiosk_app import hub_tls
from kiosk_app.device_settings import Device, DeviceError, load, parse, write

HUBS = ("https://192.0.2.1:8470", "https://m2.office.example:8470")
TOKEN = "t" * 43
GOOD = 'schema = 1\nuse = "console"\nname = "3番窓口"\nhubs = ["https://192.0.2.1:8470"]\n'


@cache
def authority() -> bytes:
    with TemporaryDirectory() as folder:
        hub_tls.make(Path(folder), ["127.0.0.1"])
        return (Path(folder) / "ca.pem").read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "device", "console", "3番窓口", HUBS, TOKEN, authority())
    return tmp_path / "device"


def test_what_is_written_can_be_read_and_is_for_this_user_alone(folder: Path) -> None:
    assert load(folder) == Device(folder, "console", "3番窓口", HUBS, TOKEN, folder / "ca.pem")
    assert load(folder, ("display", "console")).use == "console"
    assert [path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())] == [0] * 4


def test_nothing_is_overwritten_and_nothing_is_written_that_could_not_be_read(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        write(folder, "console", "4番窓口", HUBS, "n" * 43, authority())
    assert load(folder).token == TOKEN
    with pytest.raises(DeviceError, match=r"device\.toml: name: expected a text of 1 to 40 characters"):
        write(tmp_path / "new", "console", "a" * 41, HUBS, TOKEN, authority())
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "d: schema: expected this key, it is missing"),
        (GOOD.replace("console", "phone"), "d: use: expected 'console' or 'display' or 'ticket_machine', got 'phone'"),
        (GOOD.replace("https", "http"), "d: hubs[#1]: expected where the hub is"),
        (GOOD.replace(":8470", ""), "d: hubs[#1]: expected where the hub is"),
        (GOOD.replace('["https://192.0.2.1:8470"]', "[]"), "d: hubs: expected a list [ ] of length >= 1"),
        (GOOD.replace(']\n', ', "https://192.0.2.1:8470"]\n'), "d: hubs: expected each address only once"),
        (GOOD + 'tokn_file = "x"\n', "d: tokn_file: expected only known keys"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_one_message(text: str, message: str) -> None:
    with pytest.raises(DeviceError) as error:
        parse(text, "d")
    assert str(error.value).startswith(message)


def _open_to_others(folder: Path) -> None:
    folder.chmod(0o750)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "device.toml").unlink(), "device.toml: cannot be read: No such file or directory"),
        (lambda folder: (folder / "device.toml").write_bytes(b"\x83\x00"), "device.toml: expected UTF-8 text"),
        (lambda folder: (folder / "token").unlink(), "token: cannot be read"),
        (lambda folder: (folder / "token").write_text("short"), "token_file: expected a token of 43 letters"),
        (lambda folder: (folder / "token").write_text("t" * 50 + "\nx"), "token_file: expected a token of 43 letters"),
        (lambda folder: (folder / "ca.pem").unlink(), "ca.pem cannot be used: No such file or directory"),
        (lambda folder: (folder / "ca.pem").write_text("x"), "ca.pem cannot be used: it holds no certificate"),
        (_open_to_others, "expected a folder of this user alone, because it holds a secret: chmod 700"),
    ],
)
def test_a_folder_that_cannot_be_used_says_which_file(
    folder: Path, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(folder)
    with pytest.raises(DeviceError) as error:
        load(folder)
    assert message in str(error.value)
    assert str(folder) in str(error.value)


def test_a_folder_of_another_use_is_refused(folder: Path) -> None:
    with pytest.raises(DeviceError, match="use: expected 'display', got 'console'"):
        load(folder, ("display",))
