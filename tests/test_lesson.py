"""`scripts/run --practice`: a machine that is its own office, has one door, and needs no printer."""

from __future__ import annotations

from pathlib import Path

from kiosk_app import settings
from kiosk_app.core import Core
from scripts.lesson import machine_file
from scripts.office import OFFICE_FILE, STAFF_FILE, free_port


async def test_its_first_screen_offers_practice_alone_at_any_hour(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    found = settings.load_machine(machine_file(tmp_path, free_port(), OFFICE_FILE, STAFF_FILE))
    core = Core.open(found, settings.load_office(OFFICE_FILE), settings.load_staff(STAFF_FILE).staff)
    try:
        view = core.lobby.view()
        assert (view.screen, [door.id for door in view.doors]) == ("idle", ["practice:begin"])
        assert [key.id for key in view.bar] == ["ease"]
    finally:
        core.book.log.close()
