"""An office that tells: a real core and a real receiver, which fails, hangs and comes back."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app.api_tools import Congestion, Counts
from kiosk_app.office import facts as f
from kiosk_app.office.delivery import signature
from kiosk_app.office.news import CONGESTION_EVERY_MS, KINDS, Kind, PrinterNews
from kiosk_app.settings import SettingsError, WebhookTable, parse_machine
from kiosk_app.webhook_files import load_receivers
from tests.kiosk_app.house import MORNING, House, machine_toml
from tests.kiosk_app.receiver import Got, Receiver, receiving

pytestmark = pytest.mark.slow

SECRET = b"0123456789abcdef0123456789abcdef"
DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"
OpenTelling = Callable[..., Awaitable[House]]


class Head(msgspec.Struct):
    id: str
    kind: str
    office: str
    machine: str
    data: msgspec.Raw


def heads(there: Receiver) -> list[Head]:
    return [msgspec.json.decode(got.body, type=Head) for got in there.got]


@pytest.fixture
async def open_telling(tmp_path: Path, printer: SimulatedPrinter) -> AsyncIterator[OpenTelling]:
    opened: list[House] = []
    secret = tmp_path / "secret"
    secret.write_bytes(SECRET + b"\n")
    secret.chmod(0o600)

    async def open_one(there: Receiver, *events: Kind) -> House:
        house = House(tmp_path, printer, MORNING)
        table = WebhookTable(name="board", url=there.url, secret_file=str(secret), events=events or KINDS)
        house.settings = replace(house.settings, webhooks=(table,))
        opened.append(house)
        return await house.open()

    yield open_one
    for house in opened:
        await house.close()


async def arrived(house: House, there: Receiver, count: int) -> None:
    """Office time goes on until so many tries have arrived."""

    deadline = time.monotonic() + 30
    while len(there.got) < count:
        assert time.monotonic() < deadline, f"{len(there.got)} of {count} arrived"
        await house.pass_s(5)
        await asyncio.sleep(0.005)


async def test_changes_arrive_signed_and_without_anybody_in_them(open_telling: OpenTelling) -> None:
    with receiving() as there:
        house = await open_telling(there)
        await arrived(house, there, 1)
        first = msgspec.json.decode(heads(there)[0].data, type=Congestion)
        assert first.waiting == 0
        number = await house.take()
        await house.pass_s(CONGESTION_EVERY_MS / 1000)
        await arrived(house, there, 2)
        latest = heads(there)[-1]
        assert (latest.kind, latest.machine) == ("congestion.changed", "m1")
        assert msgspec.json.decode(latest.data, type=Congestion).waiting == 1
        secrets = {*house.core.book.state.day.tickets, number}
        for got in there.got:
            assert not any(secret in got.body.decode() for secret in secrets)
            assert got.headers["hitofuda-signature"] == f"sha256={_signed(got)}"
        assert house.core.webhooks.health()[0].dropped == 0


def _signed(got: Got) -> str:
    return signature(SECRET, int(got.headers["hitofuda-timestamp"]), got.body)


async def test_what_failed_comes_again_under_the_same_id(open_telling: OpenTelling) -> None:
    with receiving("error", "close", "redirect", "later", "ok") as there:
        house = await open_telling(there)
        await arrived(house, there, 5)
        await house.until(lambda: house.core.webhooks.health()[0].delivered >= 1)
        ids = [head.id for head in heads(there)[:5]]
        assert len(set(ids)) == 1
        stamps = [int(got.headers["hitofuda-timestamp"]) for got in there.got[:5]]
        assert stamps == sorted(stamps) and stamps[-1] > stamps[0]


async def test_a_receiver_that_hangs_is_in_nobodys_way_and_a_restart_sends_again(open_telling: OpenTelling) -> None:
    with receiving("hang", "ok") as there:
        house = await open_telling(there, "printer.trouble")
        house.core.book.commit("printer", [f.PrinterChanged(printer="printer_9", status="paper_out")])
        await arrived(house, there, 1)
        await house.take()
        assert house.core.webhooks.health()[0].delivered == 0
        await house.restart()
        await arrived(house, there, 2)
        assert heads(there)[0].id == heads(there)[1].id
        await house.until(lambda: house.core.webhooks.health()[0].delivered >= 1)


async def test_the_counts_of_a_day_come_when_it_is_over_and_once(open_telling: OpenTelling) -> None:
    with receiving() as there:
        house = await open_telling(there)
        await house.take()
        await house.at("00:05", "2026-04-07")
        for _ in range(3):
            await house.pass_s(5)
        await house.restart()
        await house.at("09:00", "2026-04-07")
        await house.take()
        await house.pass_s(CONGESTION_EVERY_MS / 1000)
        await house.until(lambda: b'"waiting":1' in there.got[-1].body)
        # What was on its way when the core ended is sent again under its own id.
        (one,) = {head.id: head for head in heads(there) if head.kind == "counts.day"}.values()
        counts = msgspec.json.decode(one.data, type=Counts)
        assert (one.id, counts.date, counts.issued, counts.over) == ("counts.m1.2026-04-06", "2026-04-06", 1, True)


async def test_a_printer_in_trouble_is_told_and_its_end_as_well(open_telling: OpenTelling) -> None:
    with receiving() as there:
        house = await open_telling(there)

        def told() -> list[PrinterNews]:
            data = [head.data for head in heads(there) if head.kind == "printer.trouble"]
            return [msgspec.json.decode(one, type=PrinterNews) for one in data]

        for status in ("near_end", "paper_out", "ready"):
            house.core.book.commit("printer", [f.PrinterChanged(printer="printer_9", status=status)])
            await house.pass_s(5)
        await house.until(lambda: len(told()) == 2)
        assert [(one.printer, one.status, one.trouble) for one in told()] == [
            ("m1.printer_9", "paper_out", True),
            ("m1.printer_9", "ready", False),
        ]


async def test_without_receivers_nothing_is_kept(tmp_path: Path, printer: SimulatedPrinter) -> None:
    house = await House(tmp_path, printer, MORNING).open()
    await house.pass_s(5)
    assert house.core.health().webhooks == ()
    assert not (Path(house.settings.runtime_dir) / "webhooks.json").exists()
    await house.close()


def table(**changed: str) -> str:
    keys = {"name": "board", "url": "https://board.example/hook", "secret_file": "secret", **changed}
    return "[[webhooks]]\n" + "".join(f'{key} = "{value}"\n' for key, value in keys.items())


def test_a_setting_that_cannot_be_is_named(tmp_path: Path) -> None:
    base = machine_toml(tmp_path, 1, MORNING)
    good = parse_machine(base + table(), "machine.toml").webhooks
    assert good[0].events == ("congestion.changed", "counts.day", "printer.trouble")
    wrong = {
        table(url="ftp://board.example/"): "webhooks[#1].url: expected https://host/path or http://host/path",
        table(url="https://user:word@board.example/"): "webhooks[#1].url: expected https://host/path",
        table() + 'events = ["everything"]\n': "webhooks[#1].events[#1]: expected 'congestion.changed' or 'counts.day'",
        table() + table(): "webhooks: expected each name only once",
        table(retries="3"): "webhooks[#1].retries: expected only known keys",
    }
    for text, said in wrong.items():
        with pytest.raises(SettingsError) as error:
            parse_machine(base + text, "machine.toml")
        assert str(error.value).startswith(f"machine.toml: {said}"), str(error.value)


def test_a_file_that_cannot_serve_is_named(tmp_path: Path) -> None:
    secret, ca_file = tmp_path / "secret", tmp_path / "ca.pem"
    table = WebhookTable(name="board", url="https://board.example/", secret_file=str(secret))

    def said(table: WebhookTable = table) -> str:
        with pytest.raises(SettingsError) as error:
            load_receivers([table])
        return str(error.value)

    assert said() == f"webhooks[board].secret_file: {secret} cannot be read: No such file or directory"
    secret.write_bytes(SECRET)
    secret.chmod(0o644)
    assert said().startswith("webhooks[board].secret_file: expected a file that others cannot read")
    secret.chmod(0o640)
    assert load_receivers([table])[0].secret == SECRET
    secret.write_bytes(b"short")
    assert said().startswith("webhooks[board].secret_file: expected 32 to 1024 bytes")
    secret.write_bytes(SECRET)
    with_ca = replace(table, ca_file=str(ca_file))
    assert said(with_ca).startswith(f"webhooks[board].ca_file: {ca_file} cannot be read")
    ca_file.write_text("none")
    assert said(with_ca).startswith("webhooks[board].ca_file: expected a certificate in PEM")


def test_the_example_of_the_document_accepts_ours_and_nothing_else() -> None:
    """What docs/api.md tells a receiver to do, run as it stands there."""
    (source,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    place: dict[str, object] = {}
    exec(source, place)
    is_ours = place["is_ours"]
    assert callable(is_ours)
    body = b'{"id":"e1"}'
    headers = {
        "Hitofuda-Timestamp": "1775433600",
        "Hitofuda-Signature": f"sha256={signature(SECRET, 1775433600, body)}",
    }
    assert is_ours(SECRET, headers, body, 1775433600 + 60)
    assert not is_ours(SECRET, headers, body + b" ", 1775433600)
    assert not is_ours(SECRET[::-1], headers, body, 1775433600)
    assert not is_ours(SECRET, headers, body, 1775433600 + 3600)
    assert not is_ours(SECRET, {**headers, "Hitofuda-Timestamp": "1775433601"}, body, 1775433600)
