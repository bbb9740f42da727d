"""Switched on at the wall in the morning: devices, network, hub and time may come minutes later, and the disk be slow.

The machine says what is missing, promises nothing that it cannot keep, and is whole without a restart once it is there.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.code_reader.simulator import SimulatedCodeReader
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pcsc_card.simulator.daemon import UNPRIVILEGED, CannotStart, PrivatePcscd
from offline_store.check import Progress
from offline_store.maintenance import verify
from tests.faults.house import PATIENCE_S, ROOT, ForkServer, House, until
from tests.faults.test_two_machines import Office, free_port
from tests.faults.test_two_machines import office as office  # a fixture
from tests.namespaces import needs_namespaces

pytestmark = pytest.mark.slow
needs_seccomp = pytest.mark.skipif(
    not Path("/proc/sys/kernel/seccomp/actions_avail").exists(), reason="this kernel has no seccomp"
)
DEVICES = """
[code_reader]
kind = "serial"
device = "{folder}/scanner"

[card_reader]
kind = "pcsc"
"""


# --- devices ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def pcscd() -> Iterator[PrivatePcscd]:
    """Not started yet."""
    folder = Path(tempfile.mkdtemp(prefix="hf-"))
    if os.geteuid() == 0:
        os.chown(folder, UNPRIVILEGED, UNPRIVILEGED)
    try:
        made = PrivatePcscd(folder)
    except CannotStart as why:
        shutil.rmtree(folder)
        pytest.skip(str(why))
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def bare(tmp_path: Path, pcscd: PrivatePcscd) -> Iterator[House]:
    """A machine of which nothing but the computer is switched on: the devices of its settings do not exist."""
    forks = ForkServer(("env", *(f"{name}={value}" for name, value in pcscd.environment.items())))
    with SimulatedPrinter(over="pty", speed_dots_s=100_000.0, cut_s=0.0) as printer:
        house = House(tmp_path, forks, printer)
        text = house.machine_file.read_text()
        table = f'[printer]\nkind = "serial"\ndevice = "{tmp_path}/printer"\nflow = "paced"\nanswer_s = 2.0\n'
        before, _, rest = text.partition("[printer]")
        clock = rest[rest.index("[simulation]") :]
        house.machine_file.write_text(before + table + DEVICES.format(folder=tmp_path) + clock)
        yield house
        if house.running:
            house.kill()
    forks.close()


def plug_printer(house: House) -> None:
    """udev gives it the name of its socket."""
    (house.folder / "printer").symlink_to(house.printer.device)


def becomes(house: House, device: str, status: str) -> None:
    until(lambda: getattr(house.client.health(), device) == status, f"{device} is {status}", house.said)


def test_devices_that_are_plugged_in_later_are_taken_one_after_the_other(bare: House, pcscd: PrivatePcscd) -> None:
    bare.start()
    becomes(bare, "printer", "silent")
    becomes(bare, "code_reader", "away")
    becomes(bare, "card_reader", "service_away")
    assert bare.view().notice, "the first screen says that there are no tickets"
    bare.ask_for_ticket()
    bare.sees("trouble")
    assert bare.bodies("TicketIssued") == []
    process = bare.pid

    with SimulatedCodeReader(bare.folder / "scanner"):
        becomes(bare, "code_reader", "ready")
        plug_printer(bare)
        slip = bare.sees("take").slip
        assert slip is not None and slip.number == "A-001", "who waited has it without a press"
        bare.press("end")
        pcscd.plug(False)
        pcscd.start()
        becomes(bare, "card_reader", "reader_away")
        pcscd.stop()
        pcscd.plug()
        pcscd.start()
        becomes(bare, "card_reader", "ready")
        until(lambda: bare.alerts(bare.signed_in()) == [], "no bell rings any more", bare.said)
        assert bare.take_ticket() == "A-002"
    becomes(bare, "code_reader", "away")
    assert bare.take_ticket() == "A-003", "without the scanner too"
    assert bare.pid == process


def test_a_printer_of_another_make_in_the_same_socket_is_taken(bare: House) -> None:
    plug_printer(bare)
    bare.start()
    becomes(bare, "printer", "ready")
    assert bare.take_ticket() == "A-001"
    with SimulatedPrinter(over="pty", speed_dots_s=100_000.0, cut_s=0.0) as other:
        (bare.folder / "printer").unlink()
        bare.printer.stop()
        becomes(bare, "printer", "silent")
        bare.printer = other
        plug_printer(bare)
        becomes(bare, "printer", "ready")
        assert bare.take_ticket() == "A-002"
        assert len(bare.pieces("A-002")) == 1


# --- network and hub -------------------------------------------------------------------------------------------------


@pytest.fixture
def unplugged() -> Iterator[int]:
    """A computer whose network is not up yet: the process that holds its name spaces."""
    if os.geteuid() != 0:
        pytest.skip("a network of its own needs root")
    held = subprocess.Popen(["unshare", "--net", "--mount", "sleep", "infinity"])
    try:
        until(lambda: _differs(held.pid), "it has a network of its own")
        yield held.pid
    finally:
        held.send_signal(signal.SIGKILL)
        held.wait()


def _differs(pid: int) -> bool:
    return os.readlink(f"/proc/{pid}/ns/net") != os.readlink("/proc/self/ns/net")


@needs_namespaces
def test_a_network_that_comes_late_brings_the_printer(house: House, unplugged: int, tmp_path: Path) -> None:
    port = free_port()
    text = house.machine_file.read_text()
    house.machine_file.write_text(text.replace(f"port = {house.printer.port}", f"port = {port}"))
    house.start(inside=unplugged)
    until(lambda: house.client.health().printer == "silent", "the printer is missed", house.said)
    house.ask_for_ticket()
    house.sees("trouble")
    entered = ("nsenter", "-t", str(unplugged), "-n")
    serve = (sys.executable, "-P", "-m", "drivers.escpos_printer.simulator", "--port", str(port))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    serving = subprocess.Popen([*entered, *serve, "--out", str(tmp_path / "paper")], env=environment)
    try:
        subprocess.run([*entered, "ip", "link", "set", "lo", "up"], check=True)
        slip = house.sees("take").slip
        assert slip is not None and slip.number == "A-001"
        assert house.client.health().printer == "ready"
    finally:
        serving.kill()
        serving.wait()


def test_machines_that_are_up_before_their_hub_give_tickets_once_it_is_there(office: Office) -> None:
    """None of them has ever had numbers of its own: nothing may be promised until the hub has lent some."""
    machines = (office.first, office.second)
    for house in machines:
        house.start()
        until(lambda h=house: h.client.health().printer == "ready", "the printer is ready", office.said)  # type: ignore[misc]
        assert house.client.health().hub != "linked"
    office.hub.start()
    for house in machines:
        until(lambda h=house: h.client.health().hub == "linked", "the hub is there", office.said)  # type: ignore[misc]
    given = [house.take_ticket() for house in machines]
    assert len(set(given)) == 2
    for number in given:
        until(lambda n=number: office.known_at_the_hub(n), "the hub knows it", office.said)  # type: ignore[misc]


# --- disk ------------------------------------------------------------------------------------------------------------


@needs_seccomp
def test_on_a_slow_disk_everything_is_late_and_nothing_is_wrong(house: House) -> None:
    """A worn card that takes a fifth of a second for each fsync."""
    house.start(slow_disk_s=0.2)
    assert [house.take_ticket() for _ in range(2)] == ["A-001", "A-002"]
    assert len(house.pieces("A-001")) == len(house.pieces("A-002")) == 1
    assert house.alerts(house.signed_in()) == []
    house.kill()
    found = verify(house.log_path)
    assert isinstance(found, Progress) and found.done
    house.start()
    assert house.take_ticket() == "A-003"


@needs_seccomp
def test_the_disk_is_really_slow(tmp_path: Path) -> None:
    code = (
        "import os, time; from tests.faults import slow_disk; slow_disk.begin(0.3)\n"
        "began = time.monotonic(); file = os.open('x', os.O_CREAT | os.O_WRONLY); os.fsync(file)\n"
        "print(time.monotonic() - began)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) >= 0.3


# --- clock -----------------------------------------------------------------------------------------------------------


def test_a_clock_that_is_set_by_the_network_after_the_start_is_believed(house: House) -> None:
    """A board without a battery begins in 1970; the time comes with the network. The day goes on from the log."""
    house.use_real_clock()
    step = house.folder / "wall-step-ms"

    def set_to(utc_s: float) -> None:
        fresh = step.with_suffix(".new")
        fresh.write_text(str(int((utc_s - time.time()) * 1000)))
        fresh.replace(step)

    nine = 1_775_433_600.0  # 2026-04-06T09:00 in Tokyo
    set_to(nine)
    house.start(wall_step_ms=str(step))
    assert house.take_ticket() == "A-001"
    house.kill()
    set_to(60.0)
    house.start(wall_step_ms=str(step))
    staff = house.signed_in()
    until(lambda: house.alerts(staff) == ["clock_behind"], "staff are asked", house.said)
    assert house.take_ticket() == "A-002"
    set_to(nine + 3600)
    until(lambda: house.view().time.startswith("10:0"), "the right time is shown", house.said)
    until(lambda: house.alerts(house.signed_in()) == [], "the bell is quiet", house.said)
    assert house.take_ticket() == "A-003"
    assert [day["date"] for day in house.bodies("DayOpened")] == ["2026-04-06"]
