"""Faults are planted in a machine that works, one after the other: each is found, named and told with what to do.

The core, its log and the printer's driver are the real ones; printer and scanner are simulators that speak their bytes.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from drivers.code_reader.simulator import SimulatedCodeReader
from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app.diagnosis import of_core
from kiosk_app.diagnosis.finding import Finding, worst
from kiosk_app.diagnosis.whole import Report, look_over
from kiosk_app.hub_settings import HubTable
from kiosk_app.office import facts as f
from kiosk_app.office.catalogue_parts import Part
from kiosk_app.releases import Releases
from kiosk_app.settings import Sound, parse_machine
from tests.kiosk_app.diagnosis import healthy
from tests.kiosk_app.diagnosis.healthy import put
from tests.kiosk_app.house import MORNING, PATIENCE_S, House, machine_toml

assert issubclass(HubTable, Part)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast the disk of this computer is just now is not what is tried here; test_grades.py has the grades."""
    monkeypatch.setattr(of_core, "FSYNC_SLOW_MS", float("inf"))
    monkeypatch.setattr(of_core, "FSYNC_TOO_SLOW_MS", float("inf"))


@dataclass
class World:
    """`hub` is the table of the machine that is looked over; the core that runs is a hub and has none."""

    house: House
    root: Path
    scanner: SimulatedCodeReader
    tls: Path
    units: str = field(default_factory=healthy.units)
    unreadable: bool = False

    async def look_over(self) -> Report:
        hub = HubTable(listen="192.0.2.1:8470", cert_file=str(self.tls / "hub.pem"), key_file=str(self.tls / "hub.key"))
        settings = replace(
            self.house.settings, runtime_dir=str(self.house.folder), installed=True, hub=hub, sound=Sound(device="hw:0")
        )
        return await asyncio.to_thread(
            look_over, settings, self.root, lambda: self.units, lambda settings: None, answer_s=20.0
        )

    async def printer_is(self, status: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while (now := self.house.core.printer.status) != status:
            assert time.monotonic() < deadline, f"the printer is {now} and not {status}"
            # As the core's own tick asks.
            await self.house.core.printer.preflight()
            await asyncio.sleep(0.01)

    async def scanner_is(self, status: str) -> None:
        await self.house.until(lambda: self.house.core.reservations.reader == status)


@asynccontextmanager
async def world(folder: Path, printer: SimulatedPrinter) -> AsyncIterator[World]:
    house = House(folder, printer, MORNING)
    device = folder / "scanner"
    table = f'[code_reader]\nkind = "serial"\ndevice = "{device}"\n'
    house.settings = parse_machine(machine_toml(folder, printer.port, MORNING, table), "machine.toml")
    root = healthy.lay(folder / "root")
    tls = folder / "tls"
    tls.mkdir()
    certificate(tls, 3650)
    (root / "opt/hitofuda/releases").mkdir(parents=True)
    with SimulatedCodeReader(device) as scanner:
        await house.open()
        try:
            async with house.serve():
                one = World(house, root, scanner, tls)
                await one.scanner_is("ready")
                yield one
        finally:
            await house.close()


def certificate(folder: Path, days: int) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hub")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3660))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "hub.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))


Plant = Callable[[World], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """`check` is found with this grade, and its cause, state or next step says `word`."""

    name: str
    check: str
    grade: str
    word: str
    plant: Plant


def in_file(name: str, text: str | None) -> Plant:
    async def plant(world: World) -> None:
        if text is None:
            path = world.root / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        else:
            put(world.root, name, text)

    return plant


async def swap(world: World, model: str) -> None:
    """Somebody plugs in another printer in the place of this one."""
    world.house.printer.switch_off()
    await world.printer_is("silent")
    world.house.printer.firmware.become(model, process_ids=True)
    world.house.printer.switch_on()


def at_the_printer(condition: str, status: str) -> Plant:
    async def plant(world: World) -> None:
        if condition == "another model":
            await swap(world, "TM-NEW")
        else:
            world.house.printer.faults.fail_repeatedly(condition)
        await world.printer_is(status)

    return plant


def in_units(*said: object) -> Plant:
    async def plant(world: World) -> None:
        world.units = healthy.units(*said)  # type: ignore[arg-type]

    return plant


async def no_unit(world: World) -> None:
    world.units = healthy.units().replace("LoadState=loaded", "LoadState=not-found", 1)


async def scanner_unplugged(world: World) -> None:
    world.scanner.unplug()
    await world.scanner_is("away")


async def scanner_speaks_nonsense(world: World) -> None:
    for _ in range(20):
        world.scanner.faults.fail_next("garbage")
        world.scanner.show("HTF1-ABCD")
    await world.scanner_is("nonsense")


async def certificates_stopped(world: World) -> None:
    world.house.core.certificates.stop("job", "the bytes were others")


def expires(days: int) -> Plant:
    async def plant(world: World) -> None:
        certificate(world.tls, days)

    return plant


async def no_certificate_file(world: World) -> None:
    (world.tls / "hub.pem").unlink()


async def no_certificate_in_it(world: World) -> None:
    (world.tls / "hub.pem").write_text("-----BEGIN CERTIFICATE-----\nnot one\n-----END CERTIFICATE-----\n")


def release(trying: str, end: str) -> Plant:
    async def plant(world: World) -> None:
        releases = Releases(world.root)
        for version in (world.house.core.health().version, trying):
            releases.staging(version)
            releases.staged(version)
            releases.begin(version)
            if version != trying:
                releases.confirm()
        if end:
            getattr(releases, end)(*(["its core did not come up"] if end == "take_back" else []))

    return plant


FAULTS = (
    Fault("用紙なし", "printer", "bad", "用紙がありません", at_the_printer("paper_out", "paper_out")),
    Fault("ふた", "printer", "bad", "ふたを閉めて", at_the_printer("cover_open", "cover_open")),
    Fault("カッター", "printer", "bad", "カッターが止まっています", at_the_printer("cutter_error", "cutter_error")),
    Fault("残りわずか", "printer", "look", "残りわずか", at_the_printer("near_end", "near_end")),
    Fault("黙った印刷機", "printer", "bad", "答えません", at_the_printer("silent", "silent")),
    Fault("別の印刷機", "printer", "bad", "SIMULATED → TM-NEW", at_the_printer("another model", "other_model")),
    Fault("読取機の線", "code_reader", "bad", "USBを差し直す", scanner_unplugged),
    Fault("読取機の速さ", "code_reader", "bad", "コードになりません", scanner_speaks_nonsense),
    Fault("証明書の停止", "certificates", "bad", "交付を再開", certificates_stopped),
    Fault(
        "メモリ",
        "memory",
        "look",
        "292 MiB",
        in_file("proc/meminfo", "MemTotal: 8000000 kB\nMemAvailable: 300000 kB\n"),
    ),
    Fault("メモリ切れ", "memory", "bad", "ほとんど", in_file("proc/meminfo", "MemAvailable: 90000 kB\n")),
    Fault("熱い", "temperature", "look", "熱くなって", in_file("sys/class/thermal/thermal_zone0/temp", "84000\n")),
    Fault("熱すぎる", "temperature", "bad", "ほこり", in_file("sys/class/thermal/thermal_zone0/temp", "95000\n")),
    Fault(
        "画面の線", "screen", "bad", "画面の電源と線", in_file("sys/class/drm/card0-HDMI-A-1/status", "disconnected\n")
    ),
    Fault("タッチ", "touch", "bad", "USB", in_file("proc/bus/input/devices", healthy.KEYS)),
    Fault("テンキー", "keys", "look", "テンキー", in_file("proc/bus/input/devices", healthy.TOUCH)),
    Fault("音声", "sound", "bad", "aplay -l", in_file("proc/asound/cards", "--- no soundcards ---\n")),
    Fault("LANの線", "network", "bad", "eth0", in_file("sys/class/net/eth0/operstate", "down\n")),
    Fault("LANの装置", "network", "bad", "装置が見つかりません", in_file("sys/class/net/eth0", None)),
    Fault("時刻", "time_sync", "look", "NTP", in_file("run/systemd/timesync/synchronized", None)),
    Fault("ディスク", "disk_state", "bad", "読み取り専用", in_file("proc/self/mounts", "/dev/sda2 / ext4 ro 0 0\n")),
    Fault("vpcd", "virtual_reader", "bad", "apt-get purge", in_file("usr/lib/pcsc/drivers/serial/libifdvpcd.so", "")),
    Fault("身元なし", "identity", "bad", "systemd-machine-id-setup", in_file("etc/machine-id", "")),
    Fault("写し", "identity", "bad", "複製", in_file("sys/class/dmi/id/product_uuid", "another-board\n")),
    Fault("失敗したサービス", "unit_core", "bad", "watchdog", in_units("failed", "watchdog")),
    Fault("止めたサービス", "unit_core", "bad", "systemctl start", in_units("inactive")),
    Fault("何度も始まるサービス", "unit_core", "look", "9回", in_units("active", "success", 9)),
    Fault("定義のないサービス", "unit_core", "bad", "定義が見つかりません", no_unit),
    Fault("証明書の期限", "tls_hub", "bad", "期限が切れています", expires(-2)),
    Fault("証明書がもうすぐ", "tls_hub", "look", "あと9日", expires(9)),
    Fault("証明書なし", "tls_hub", "bad", "No such file", no_certificate_file),
    Fault("証明書ではない", "tls_hub", "bad", "中身が違います", no_certificate_in_it),
    Fault("使えない更新", "update", "look", "its core did not come up", release("9.9.9", "take_back")),
    Fault("試している更新", "update", "look", "電源を切らないで", release("9.9.9", "")),
    Fault("動いている版", "version", "bad", "9.9.9", release("9.9.9", "confirm")),
)


async def mend(world: World) -> None:
    """Everything as it was before."""
    shutil.rmtree(world.root)
    healthy.lay(world.root)
    (world.root / "opt/hitofuda/releases").mkdir(parents=True)
    world.units = healthy.units()
    certificate(world.tls, 3650)
    printer = world.house.printer
    if printer.faults.active("cutter_error"):
        printer.faults.clear()
        await world.house.core.printer.recover()
    printer.faults.clear()
    if world.house.core.printer.status == "other_model":
        await swap(world, "SIMULATED")
    await world.printer_is("ready")
    if world.house.core.reservations.reader != "ready":
        if world.house.core.reservations.reader == "away":
            world.scanner.plug_in()
        else:
            # A line that can be read says that all is well again.
            world.scanner.show("HTF1-ABCD")
        await world.scanner_is("ready")
    for stop, one in list(world.house.core.book.state.certificate_stops.items()):
        if not one.resumed:
            resumed = f.CertificatesResumed(stop=stop, machine_code="m1")
            world.house.core.book.commit("9001", [resumed])


def found(report: Report, fault: Fault) -> str:
    """Empty where it was found as it should be."""
    named = [one for one in report.findings if one.check == fault.check]
    others = [one.check for one in report.findings if one.grade != "good" and one.check != fault.check]
    if len(named) != 1 or named[0].grade != fault.grade:
        return f"{fault.name}: {[(one.check, one.grade) for one in report.findings if one.grade != 'good']}"
    whole = " ".join((named[0].says, named[0].cause, named[0].next_step))
    if fault.word not in whole or not named[0].cause or not named[0].next_step:
        return f"{fault.name}: {whole}"
    return f"{fault.name}: also {others}" if others else ""


@pytest.mark.slow
async def test_each_planted_fault_is_found_and_named_and_nothing_else(
    tmp_path: Path, printer: SimulatedPrinter
) -> None:
    assert len(FAULTS) >= 25
    wrong: list[str] = []
    async with world(tmp_path, printer) as one:
        for fault in FAULTS:
            await fault.plant(one)
            if told := found(await one.look_over(), fault):
                wrong.append(told)
            await mend(one)
            healed = await one.look_over()
            if worst(healed.findings) != "good":
                wrong.append(f"after {fault.name}: {_not_good(healed)}")
    assert wrong == []


async def test_nothing_is_said_of_a_machine_in_good_order(tmp_path: Path, printer: SimulatedPrinter) -> None:
    async with world(tmp_path, printer) as one:
        report = await one.look_over()
    assert _not_good(report) == [] and report.core and report.kept
    assert {one.check for one in report.findings} >= {
        "printer", "code_reader", "clock", "disk_space", "disk_speed", "disk_state", "log", "version", "memory",
        "temperature", "screen", "touch", "keys", "sound", "network", "time_sync", "virtual_reader", "identity",
        "tls_hub", "unit_core",
    }  # fmt: skip


def _not_good(report: Report) -> list[Finding]:
    return [one for one in report.findings if one.grade != "good"]


async def test_what_was_found_is_a_fact_and_tells_when_it_was_last_good(
    tmp_path: Path, printer: SimulatedPrinter
) -> None:
    async with world(tmp_path, printer) as one:
        await one.look_over()
        good_at = one.house.core.clock.now_utc_ms()
        await one.house.pass_s(600)
        await in_file("sys/class/net/eth0/operstate", "down\n")(one)
        report = await one.look_over()
        (network,) = (found for found in report.findings if found.check == "network")
        assert network.grade == "bad" and abs(network.good_utc_ms - good_at) < 60_000
        again = len(one.house.facts(f.Diagnosed))
        assert again == 2
        await one.look_over()
        assert len(one.house.facts(f.Diagnosed)) == again, "the same again is no news"
        await one.house.restart()
        assert one.house.core.book.state.last_checks["m1"]["network"].grade == "bad"


async def test_without_a_core_the_rest_is_looked_at_all_the_same(tmp_path: Path, printer: SimulatedPrinter) -> None:
    async with world(tmp_path, printer) as one:
        settings = replace(one.house.settings, runtime_dir=str(tmp_path / "nobody"))
    report = await asyncio.to_thread(
        look_over, settings, one.root, lambda: one.units, lambda settings: None, answer_s=0.2
    )
    (core,) = (found for found in report.findings if found.check == "core")
    assert core.grade == "bad" and "systemctl status hitofuda-core" in core.next_step
    assert not report.core and not report.kept and any(found.check == "memory" for found in report.findings)
