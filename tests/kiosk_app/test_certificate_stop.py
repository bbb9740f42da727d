"""A kiosk that stopped sells no certificates and rings, over nights and restarts, until a technician lets it go on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api
from kiosk_app.office.state import ringing_for
from tests.kiosk_app.house import MORNING, House

pytestmark = pytest.mark.slow

WHY = "the document is another"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    with SimulatedPrinter(speed_dots_s=200_000.0, cut_s=0.0) as printer:
        made = await House(tmp_path, printer, MORNING).open()
        yield made
        await made.close()


def rings(house: House) -> bool:
    return ringing_for(house.core.book.state, "m1", "certificates_stopped") is not None


async def test_it_rings_until_a_technician_has_said_so_and_tickets_go_on(house: House) -> None:
    stopper = house.core.certificates
    assert not stopper.is_stopped and not rings(house)
    stopper.stop("j1", WHY)
    assert stopper.is_stopped and rings(house)
    clerk, technician = await house.sign_in(), await house.sign_in("9001")
    (alert,) = (await house.staff_view(clerk)).alerts
    assert alert.title == "1号機　証明書の交付を止めました"
    await house.act(clerk, "accept_alert", alert=alert.id)
    assert stopper.is_stopped and rings(house), "that somebody comes does not mend it"
    refused = await house.act(clerk, "resume_certificates", machine="m1")
    assert not refused.ok and "技術員" in refused.message
    await house.take()
    other = await house.act(technician, "resume_certificates", machine="m9")
    assert not other.ok and stopper.is_stopped
    view = (await house.staff_view(technician)).technician
    assert view is not None and [(one.id, one.name, one.heard) for one in view.stopped] == [("m1", "1号機", "9:00")]
    reply = await house.act(technician, "resume_certificates", "once", machine="m1")
    assert reply == api.Reply(ok=True, message="証明書の交付を再開しました。")
    assert not stopper.is_stopped and not rings(house)
    assert (await house.act(technician, "resume_certificates", "once", machine="m1")) == reply
    (action,) = [a for a in house.core.book.state.day.actions if a.kind == "CertificatesResumed"]
    assert (action.staff_code, action.reason) == ("9001", "m1")


async def test_neither_a_night_nor_a_restart_forgets_it(house: House) -> None:
    house.core.certificates.stop("j1", WHY)
    await house.restart()
    assert house.core.certificates.is_stopped and rings(house)
    await house.at("09:00", "2026-04-07")
    assert house.core.certificates.is_stopped and rings(house)
    await house.restart()
    assert house.core.certificates.is_stopped and rings(house)


async def test_a_printer_that_waits_for_paper_rings_by_its_trouble_until_it_is_well(house: House) -> None:
    stopper, state = house.core.certificates, house.core.book.state
    stopper.printer_is("paper_out", rings=True)
    stopper.printer_is("cover_open", rings=True)
    clerk = await house.sign_in()
    (alert,) = (await house.staff_view(clerk)).alerts
    assert "プリンターのふたが開いています" in alert.note
    stopper.printer_is("paper_out", rings=False)
    assert ringing_for(state, "m1", "certificate_paper") is not None
    stopper.printer_is("near_end", rings=False)
    assert ringing_for(state, "m1", "certificate_paper") is None


async def test_the_stop_of_training_mode_is_nobody_s(house: House) -> None:
    house.core.certificates.stop("j1", WHY)
    training = await house.sign_in("9001", training=True)
    assert not (await house.act(training, "resume_certificates", machine="m1")).ok
    assert house.core.certificates.is_stopped
