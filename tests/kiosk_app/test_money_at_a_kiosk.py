"""The counter and a whole kiosk together: a visitor's presses, a console's requests, the paper and the yen."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api
from kiosk_app.office import facts as f
from scripts.central import Trial
from tests.kiosk_app.certificate_kiosk_house import CODE, YEN, KioskHouse, central_server, kiosk_house
from tests.kiosk_app.test_money_desk import money, take
from tests.kiosk_app.troubled_line import troubled_line

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def central() -> Iterator[Trial]:
    # A short path, because a socket lies in it; open to the user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="mk") as folder, central_server(Path(folder) / "c") as started:
        yield started


@pytest.fixture
async def kiosk(
    tmp_path: Path, printer: SimulatedPrinter, central: Trial, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[KioskHouse]:
    with troubled_line(central, tmp_path / "line") as line:
        async with kiosk_house(tmp_path, printer, central, line, monkeypatch) as made:
            yield made


async def test_what_a_console_takes_is_printed_and_stands_in_the_days_takings(kiosk: KioskHouse) -> None:
    house = kiosk.house
    token = await house.sign_in()
    assert (await house.staff_view(token)).money == api.MoneySign(), "there is a kiosk before anybody has bought"
    payment = await kiosk.to_pay()
    (sale,) = (await money(house, token)).sales
    assert kiosk.view.slip is not None and sale.number == kiosk.view.slip.number
    assert (sale.payment, sale.yen, sale.what) == (payment, YEN, "住民票の写し 1通")
    assert (await take(house, token, payment, YEN)).ok
    await kiosk.sees("cert_take")
    await kiosk.leave()
    await kiosk.told("issued")
    view = await money(house, token)
    assert [(word.state, word.what) for word in view.words] == [("taken", "証明書が出ました")]
    whole = view.takings.whole
    assert (whole.counter_yen, whole.sold_yen, whole.copies, whole.open_yen) == (YEN, YEN, 1, 0)
    assert (view.takings.drawer_yen, view.takings.in_hand_yen, view.claims) == (YEN, 0, ())


async def test_paper_that_ran_out_is_loaded_and_said_at_a_console(kiosk: KioskHouse) -> None:
    house = kiosk.house
    token = await house.sign_in("2001")
    clerk = await house.sign_in()
    payment = await kiosk.to_pay()
    kiosk.documents.faults.fail_repeatedly("paper_out")
    assert (await take(house, clerk, payment, YEN)).ok
    await kiosk.until(lambda: "certificate_paper" in kiosk.alerts)
    (row,) = (await money(house, clerk)).kiosks
    assert row.code == CODE and row.trouble
    still = await house.act(token, "refilled", machine=CODE)
    assert not still.ok and "まだ印刷できません" in still.message
    kiosk.documents.faults.clear("paper_out")
    assert (await house.act(token, "refilled", machine=CODE)).ok
    await kiosk.sees("cert_take")
    await kiosk.until(lambda: "certificate_paper" not in kiosk.alerts)
    assert len(house.facts(f.PaperLoaded)) == 2


async def test_a_kiosk_hears_from_another_hub_that_its_paper_was_loaded(kiosk: KioskHouse) -> None:
    core = kiosk.core
    core.certificates.printer_is("paper_out", rings=True)
    core.book.heard([f.PaperLoaded(machine_code="m9")])
    for _ in range(3):
        core.book.heard([f.PaperLoaded(machine_code=CODE)])
    await kiosk.until(lambda: "certificate_paper" not in kiosk.alerts)
