"""The wire of a face on another computer: Qt's TLS believes the office's authority alone, and no older hub."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QSslSocket
from pytestqt.qtbot import QtBot

from kiosk_app import hub_tls
from tests.tls_hub import TOKEN, Door, doors, paired
from tests.ui.quiet import quiet
from tests.ui.small_core import SmallCore
from ui.kit.console import link as wire
from ui.kit.console.link import CoreLink

ZONE = "/v1/display/events?zone=1F"


class Office:
    """Machines of one office, each able to be its hub, and a face's wire to them."""

    def __init__(self, folder: Path, bot: QtBot, count: int = 1) -> None:
        self.folder, self.bot = folder, bot
        self.doors = doors(folder / "tls", count)
        self.hubs = [SmallCore(folder / f"none{n}", door) for n, door in enumerate(self.doors)]
        self.core = paired(folder / "device", self.doors, "display")
        self.links: list[CoreLink] = []

    def link(self, core: str = "") -> CoreLink:
        link = CoreLink(core or self.core)
        self.links.append(link)
        link.watch(ZONE)
        return link

    def until(self, true: Callable[[], bool]) -> None:
        self.bot.waitUntil(true, timeout=30_000)

    def close(self) -> None:
        for link in self.links:
            link.leave()
            link.deleteLater()
        self.bot.wait(1)
        for hub in self.hubs:
            if hub._server is not None:
                hub.stop()


@pytest.fixture
def office(tmp_path: Path, qtbot: QtBot) -> Iterator[Office]:
    with quiet():
        made = Office(tmp_path, qtbot, 2)
        yield made
        made.close()


def test_qt_has_the_tls_of_the_system() -> None:
    """Package libssl3; without it Qt offers only a backend that can read certificates."""
    assert QSslSocket.activeBackend() == "openssl"
    assert QSslSocket.supportsSsl()


def test_a_face_asks_its_hub_over_tls_with_its_own_token(office: Office) -> None:
    (hub, _), (door, _) = office.hubs, office.doors
    hub.start()
    link = office.link()
    office.until(lambda: "1F" in hub.zones)
    answers: list[int] = []
    link.get("/v1/staff/actions?date=2026-04-06", lambda status, _: answers.append(status))
    office.until(lambda: bool(answers))
    assert set(door.came) == {("GET", "/v1/display/events"), ("GET", "/v1/staff/actions")}
    assert door.tokens == {TOKEN}
    assert link.trouble == ""


@pytest.mark.slow
def test_a_hub_of_another_office_is_sent_nothing(office: Office) -> None:
    hub, door = office.hubs[0], office.doors[0]
    hub.start()
    hub_tls.make(office.folder / "other", [door.host])
    stranger = paired(office.folder / "stranger", [door], "display", (office.folder / "other/ca.pem").read_bytes())
    misnamed = Door(door.folder)
    elsewhere = SmallCore(office.folder / "none", misnamed)
    elsewhere.start()
    office.hubs.append(elsewhere)
    for core in (stranger, paired(office.folder / "misnamed", [misnamed], "display")):
        link = office.link(core)
        said: list[str] = []
        link.troubled.connect(said.append)
        office.until(lambda said=said: said[-1:] == ["certificate"])
        answers: list[int] = []
        link.post("/v1/staff/act", b"{}", lambda status, _, answers=answers: answers.append(status), tries=1)
        office.until(lambda answers=answers: answers == [0])
        link.leave()
    assert door.seen == misnamed.seen == []


@pytest.mark.slow
def test_a_revoked_device_hears_so_and_works_again_when_it_is_paired_anew(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "TECHNICIAN_RETRY_MS", 300)
    hub, door = office.hubs[0], office.doors[0]
    door.tokens = {"n" * 43}
    office.doors[1].tokens = door.tokens
    for one in office.hubs:
        one.start()
    link = office.link()
    said: list[str] = []
    link.troubled.connect(said.append)
    office.until(lambda: said[-1:] == ["token"])
    (Path(office.core.removeprefix("device:")) / "token").write_text("n" * 43)
    office.until(lambda: said[-1] == "")
    assert hub.zones or office.hubs[1].zones


@pytest.mark.slow
def test_the_hub_changes_and_the_old_one_is_not_believed_when_it_comes_back(office: Office) -> None:
    (old, new), (old_door, new_door) = office.hubs, office.doors
    new_door.is_hub = False
    old.start()
    new.start()
    link = office.link()
    office.until(lambda: "1F" in old.zones)
    old.stop()
    new_door.is_hub, new_door.epoch = True, 2
    office.until(lambda: "1F" in new.zones)
    # The hub has heard the request; its answer, which says the epoch, is still on the way.
    office.until(lambda: (office.folder / "device/epoch").read_text() == "2\n")
    old.start()
    said: list[str] = []
    link.troubled.connect(said.append)
    new.stop()
    asked = len(old_door.seen)
    office.until(lambda: len(old_door.seen) > asked + 2)
    office.until(lambda: said[-1:] == ["away"])
    assert set(old_door.seen[asked:]) == {"2"}, "an old hub reads in each request that it has been replaced"
    old_door.epoch = 3
    office.until(lambda: said[-1] == "")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["staff", "display"])
def test_a_face_whose_folder_cannot_be_used_ends_with_one_message(tmp_path: Path, kind: str) -> None:
    command = [sys.executable, "-P", "-m", "kiosk_app.main", "face", kind, "--device", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert (
        done.stderr == f"{tmp_path}/device.toml: cannot be read: No such file or directory; `hitofuda pair` writes it\n"
    )
