"""A disk that fills up: refused politely while there is still room, told to staff, and over without a restart."""

import os
import resource
from pathlib import Path

import pytest

from kiosk_app import api
from tests.faults.fork_server import fill
from tests.faults.house import AGAIN, House, until
from tests.namespaces import needs_namespaces

MIB = 1024 * 1024
DISK_MIB = 120


def limit_files(house: House, size_mib: int | None) -> None:
    """A quota: no file of the core may become larger."""
    limit = resource.RLIM_INFINITY if size_mib is None else size_mib * MIB
    resource.prlimit(house.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


def test_low_space_is_refused_politely_and_forgotten_when_there_is_room(house: House) -> None:
    house.start()
    assert house.take_ticket() == "A-001"
    staff, process = house.signed_in(), house.pid
    limit_files(house, 40)
    until(lambda: house.alerts(staff) == ["disk_full"], "staff are rung before a visitor comes", house.said)
    house.ask_for_ticket()
    view = house.sees("trouble")
    assert [control.id for control in view.actions] == ["retry", "leave"]
    assert len(house.bodies("TicketIssued")) == 1
    assert house.alerts(staff) == ["disk_full"], "one trouble, one bell"
    alert = staff.staff_view().alerts[0].id
    assert staff.act(api.StaffAct(intent="a", verb="accept_alert", alert=alert)).ok
    assert staff.act(api.StaffAct(intent="o", verb="open_counter", counter=3)).ok, "what is begun can be finished"
    assert [a.accepted_by for a in staff.staff_view().alerts] == ["1001"]
    limit_files(house, None)
    until(lambda: house.alerts(staff) == [], "the bell is quiet", house.said)
    house.press("retry", view)
    slip = house.sees("take").slip
    assert slip is not None and slip.number == "A-002"
    assert [fact["low"] for fact in house.bodies("DiskLow")] == [True, False]
    assert house.pid == process


class SmallDisk:
    """The disk of a running core, seen from outside."""

    def __init__(self, house: House) -> None:
        self.folder = Path(f"/proc/{house.pid}/root") / house.folder.relative_to("/") / "data"

    def fill(self) -> None:
        """To the last byte."""
        fill(self.folder / f"filler-{len(list(self.folder.iterdir()))}")
        assert os.statvfs(self.folder).f_bavail == 0

    def clear(self) -> None:
        for filler in self.folder.glob("filler-*"):
            filler.unlink()


@needs_namespaces
@pytest.mark.slow
def test_the_last_byte_goes_in_the_middle_of_a_ticket(house: House) -> None:
    house.start(disk_mib=DISK_MIB)
    disk, process = SmallDisk(house), house.pid
    until(lambda: house.client.health().printer == "ready", "the printer is ready", house.said)
    staff = house.signed_in()
    house.printer.faults.fail_after("hung", 500, "dots")
    house.ask_for_ticket()
    until(lambda: "A-001" in house.printer.firmware.roll.lines, "the number is on the paper", house.said)
    disk.fill()
    view = house.sees("doubt")
    house.printer.faults.clear()
    assert [row.paper for row in staff.staff_view().waiting] == ["紙を確認"], "its outcome was not kept"
    until(lambda: not (disk.folder / "reserve").exists(), "the outcome needs the reserve: the disk is full", house.said)
    until(lambda: "disk_full" in house.alerts(staff), "staff are rung", house.said)

    disk.fill()
    refused = staff.act(api.StaffAct(intent="o", verb="open_counter", counter=3))
    assert not refused.ok and "記録" in refused.message
    house.printer.faults.fail_repeatedly("cover_open")
    until(lambda: house.client.health().printer == "cover_open", "the printer's trouble is noticed", house.said)
    house.printer.faults.clear()
    until(lambda: house.client.health().printer == "ready", "and its end", house.said)
    house.press("no_paper", view)
    view = house.sees("trouble")
    assert "retry" in {control.id for control in view.actions}

    disk.clear()
    until(lambda: "disk_full" not in house.alerts(staff), "the bell is quiet", house.said)
    assert (disk.folder / "reserve").exists(), "the reserve is held again"
    house.press("retry", view)
    slip = house.sees("take").slip
    assert slip is not None and slip.number == "A-001"
    assert any(AGAIN in line for line in house.pieces("A-001")[-1].lines)
    assert house.alerts(staff) == []
    assert staff.act(api.StaffAct(intent="p", verb="open_counter", counter=3)).ok
    assert house.pid == process
    house.stop()


@needs_namespaces
@pytest.mark.slow
def test_a_start_on_a_full_disk_says_so_on_the_screen(house: House) -> None:
    house.start()
    assert house.take_ticket() == "A-001"
    house.kill()
    house.start(disk_mib=DISK_MIB, disk_full=True)
    staff = house.signed_in()
    until(lambda: house.alerts(staff) == ["disk_full"], "staff are rung", house.said)
    house.ask_for_ticket()
    view = house.sees("trouble")
    SmallDisk(house).clear()
    until(lambda: house.alerts(staff) == [], "the bell is quiet", house.said)
    house.press("retry", view)
    slip = house.sees("take").slip
    assert slip is not None and slip.number == "A-002"
