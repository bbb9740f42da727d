"""A face follows its office from one authority to the next: Qt reads a file with both, and believes either."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk_app import hub_tls
from tests.tls_hub import Door
from tests.ui.quiet import quiet
from tests.ui.small_core import SmallCore
from tests.ui.test_link_tls import Office

pytestmark = pytest.mark.slow


@pytest.fixture
def office(tmp_path: Path, qtbot: QtBot) -> Iterator[Office]:
    with quiet():
        made = Office(tmp_path, qtbot)
        yield made
        made.close()


def test_a_face_that_runs_goes_on_when_its_file_and_then_its_hub_change(office: Office) -> None:
    (hub,), (door,) = office.hubs, office.doors
    hub_tls.make(office.folder / "new", [door.host])
    new = Door(office.folder / "new", door.host)
    after = SmallCore(office.folder / "none-new", new)
    office.hubs.append(after)
    ca_file = Path(office.core.removeprefix("device:")) / "ca.pem"
    old_pem, new_pem = ca_file.read_bytes(), (new.folder / "ca.pem").read_bytes()
    hub.start()
    link = office.link()
    said: list[str] = []
    link.troubled.connect(said.append)
    office.until(lambda: "1F" in hub.zones)
    ca_file.write_bytes(new_pem + old_pem)
    hub.stop()
    after.start()
    office.until(lambda: "1F" in after.zones)
    assert "certificate" not in said
    # Whoever has not followed is told what it is.
    ca_file.write_bytes(old_pem)
    after.stop()
    after.start()
    office.until(lambda: said[-1:] == ["certificate"])
