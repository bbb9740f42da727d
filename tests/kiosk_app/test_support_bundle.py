"""What is sent to whoever helps tells of the machine and of nobody: canaries are planted wherever it looks."""

from __future__ import annotations

import asyncio
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app import support_bundle
from tests.kiosk_app.house import MORNING, House, machine_toml

NAME, NUMBER, PHONE, MAIL = "丹下桜子", "1234-5678-9018", "093-582-3311", "sakurako@example.jp"
SECRET = "f" * 64
MORE = f'''
[[tools]]
name = "{NAME}"
token_sha256 = "{SECRET}"

[[webhooks]]
name = "{NAME}"
url = "https://board.example.jp/{PHONE}"
secret_file = "{NAME}.secret"
'''
JOURNAL = f"""#!/bin/sh
echo "2026-04-06T09:00:00 hitofuda[1]: started with 3 facts at 10:42:07.123 boot 5e9ab2c0-1111-2222-3333-444455556666"
echo "2026-04-06T09:00:01 hitofuda[1]: {NUMBER} {NUMBER.replace("-", "")} {PHONE} {MAIL}"
"""
FORMS = (NAME, NUMBER, NUMBER.replace("-", ""), PHONE, MAIL, SECRET)


def content(folder: Path) -> dict[str, str]:
    (path,) = folder.glob("support-*.tar.gz")
    with tarfile.open(path) as archive:
        return {entry.name: archive.extractfile(entry).read().decode() for entry in archive}  # type: ignore[union-attr]


async def test_no_canary_is_in_it_and_everything_else_is(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("journalctl", "systemctl"):
        (programs / name).write_text(JOURNAL)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    machine = tmp_path / "machine.toml"
    text = machine_toml(house.folder, house.printer.port, MORNING).replace("1号機", f"1号機 {NAME}") + MORE
    machine.write_text(text)
    for place in (house.folder / "data" / NAME, house.folder / "run" / "journey.json", tmp_path / "staff.toml"):
        place.write_text(" ".join(FORMS))
    await house.take()
    out = tmp_path / "out"
    out.mkdir()
    lines: list[str] = []
    async with house.serve():
        assert await asyncio.to_thread(support_bundle.make, machine, out, lines.append) == 0
    found = content(out)
    assert set(found) == {
        "summary.txt", "diagnosis.json", "machine.json", "releases.json", "log.json", "journal.txt", "units.txt",
        "kernel.txt", "screen.txt",
    }  # fmt: skip
    traces = [(name, form) for name, text in found.items() for form in FORMS if form in text]
    assert traces == []
    assert '"TicketIssued": 1' in found["log.json"] and '"port"' in found["machine.json"]
    assert "started with 3 facts at 10:42:07.123 boot 5e9ab2c0-1111-2222-3333-444455556666" in found["journal.txt"]
    assert support_bundle.LEFT_OUT in found["journal.txt"]
    assert (next(out.iterdir())).stat().st_mode & 0o077 == 0 and "support-m1-" in lines[0]


@given(st.dictionaries(st.text("abcdefgh_", min_size=1, max_size=9), st.text(min_size=1, max_size=9) | st.integers()))
def test_a_key_that_nobody_has_thought_of_shows_no_value(table: dict[str, object]) -> None:
    shown = support_bundle.without_values({"new": table})
    assert shown == {
        "new": {
            key: value if key in support_bundle.SHOWN else f"<{type(value).__name__}>" for key, value in table.items()
        }
    }


def test_settings_that_cannot_be_used_are_one_message(tmp_path: Path) -> None:
    lines: list[str] = []
    assert support_bundle.make(tmp_path / "machine.toml", tmp_path, lines.append) == 2
    assert len(lines) == 1 and "machine.toml" in lines[0]
