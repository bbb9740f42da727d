"""Pairing over real sockets: both screens show one code, somebody in between makes two, a folder is whole or absent."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from drivers.escpos_printer import line
from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api, device_settings, hub_tls, pair_command, pairing
from kiosk_app.office import facts as f
from tests.kiosk_app.door_house import PATIENCE_S, DoorHouse, until


@pytest.fixture(scope="module")
def shared(one_printer: SimulatedPrinter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorHouse]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line, "READ_SLICE_S", 0.005)
        made = DoorHouse(tmp_path_factory.mktemp("door"), one_printer)
        yield made
        made.stop()


@pytest.fixture
def office(shared: DoorHouse, monkeypatch: pytest.MonkeyPatch) -> DoorHouse:
    """Nothing is pending, and nothing was tried before."""
    monkeypatch.setattr(pair_command, "LOOK_S", 0.02)
    shared.house.core.paired.pairings = pairing.Pairings()
    shared.technician = shared.do(shared.house.sign_in("9001"))  # type: ignore[attr-defined]
    return shared


class Pair:
    """`hitofuda pair` in a thread."""

    def __init__(self, folder: Path, port: int, name: str = "3番窓口", use: str = "console", **more: str) -> None:
        self.said: list[str] = []
        self.code = -1
        hub = f"https://{more.get('host', '127.0.0.1')}:{port}"
        arguments = (hub, use, name, more.get("zone", ""), folder, self.said.append)
        self.thread = threading.Thread(target=lambda: setattr(self, "code", pair_command.run(*arguments)))
        self.thread.start()

    def shows(self) -> str:
        """The six digits on its screen."""
        until(lambda: self.said or not self.thread.is_alive(), "a code")
        found = re.search(r"^この番号：(\d{3}) (\d{3})$", self.said[0], re.MULTILINE)
        assert found, self.said
        return found[1] + found[2]

    def ends(self) -> int:
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()
        return self.code


def on_the_console(office: DoorHouse) -> list[api.PairingRow]:
    view = office.do(office.house.staff_view(office.technician))  # type: ignore[attr-defined]
    assert view.technician is not None
    return list(view.technician.pairings)


def says(office: DoorHouse, verb: api.StaffVerb, row: api.PairingRow) -> api.Reply:
    return office.do(office.house.act(office.technician, verb, pairing=row.id))  # type: ignore[attr-defined]


def enrolments(office: DoorHouse) -> int:
    return len(office.call(lambda: office.house.facts(f.DeviceEnrolled)))


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_console_is_paired_and_its_folder_opens_the_door(office: DoorHouse, tmp_path: Path) -> None:
    one = Pair(tmp_path / "device", office.port)
    code = one.shows()
    (row,) = on_the_console(office)
    assert (row.code, row.name, row.use) == (code, "3番窓口", "console")
    assert left_in(tmp_path) == [], "nothing before the yes"
    reply = says(office, "confirm_pairing", row)
    assert reply == api.Reply(ok=True, message="端末を登録しました。")
    assert one.ends() == 0
    folder = tmp_path / "device"
    device = device_settings.load(folder, uses=("console",))
    assert device.hubs == (f"https://127.0.0.1:{office.port}",)
    assert device.ca_file.read_bytes() == office.ca_file.read_bytes()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "device.toml": 0o600, "token": 0o600, "ca.pem": 0o600,
    }  # fmt: skip
    assert left_in(tmp_path) == ["device"]
    assert office.sign_in(device.token)
    assert device.token not in "".join(one.said)
    assert on_the_console(office) == []
    rows = office.call(lambda: office.house.core.book.state.day.actions)
    assert [(row.kind, row.staff_code) for row in rows if row.kind == "DeviceEnrolled"][-1] == (
        "DeviceEnrolled",
        "9001",
    )


def test_the_digits_are_large(office: DoorHouse, tmp_path: Path) -> None:
    one = Pair(tmp_path / "device", office.port, "大きい")
    code = one.shows()
    for line_ in pair_command.large(code):
        assert line_ in one.said[0].splitlines()
        assert len(line_) <= 76
    pictures = {digit: "\n".join(pair_command.large(digit * 6)) for digit in "0123456789"}
    assert len(set(pictures.values())) == 10
    says(office, "refuse_pairing", on_the_console(office)[0])
    one.ends()


def test_a_no_leaves_nothing_and_is_recorded(office: DoorHouse, tmp_path: Path) -> None:
    before = enrolments(office)
    one = Pair(tmp_path / "device", office.port, "いらない端末")
    one.shows()
    (row,) = on_the_console(office)
    assert says(office, "refuse_pairing", row).ok
    again = says(office, "confirm_pairing", row)
    assert (again.ok, again.message) == (False, "この登録は終わっています。端末でもう一度、登録を始めてください。")
    assert one.ends() == 1
    assert "違います" in one.said[-1]
    assert left_in(tmp_path) == []
    assert enrolments(office) == before
    assert ("codes_differ", "") in office.refusals()


def test_whoever_is_no_technician_confirms_nobody(office: DoorHouse, tmp_path: Path) -> None:
    one = Pair(tmp_path / "device", office.port, "係員が押す")
    one.shows()
    (row,) = on_the_console(office)
    before = enrolments(office)
    for code in ("1001", "2001", "3001"):
        token = office.do(office.house.sign_in(code))
        for verb in ("confirm_pairing", "refuse_pairing"):
            reply = office.do(office.house.act(token, verb, pairing=row.id))  # type: ignore[arg-type]
            assert not reply.ok and "技術員に頼んで" in reply.message
    training = office.do(office.house.sign_in("9001", training=True))
    assert not office.do(office.house.act(training, "confirm_pairing", pairing=row.id)).ok
    assert enrolments(office) == before
    assert says(office, "refuse_pairing", row).ok
    assert one.ends() == 1


def test_a_device_that_goes_away_leaves_nothing(office: DoorHouse, tmp_path: Path) -> None:
    begin = pairing.Begin(1, "console", "去る端末", "", "1" * 64, "0" * 64)
    begin = msgspec.structs.replace(begin, commitment=pairing.commitment(begin, "2" * 64))
    begun = office.ask("POST", pairing.PATH, begin).of(pairing.Begun)
    assert office.ask("POST", pairing.PATH, pairing.Reveal(begun.pairing, "2" * 64)).of(pairing.Waiting).left_ms
    assert len(on_the_console(office)) == 1
    paired = office.house.core.paired
    expired = tuple(msgspec.structs.replace(one, until_ms=0) for one in paired.pairings.pending)
    paired.pairings = msgspec.structs.replace(paired.pairings, pending=expired)
    until(lambda: not on_the_console(office), "the core's tick takes it away")
    told = office.ask("POST", pairing.PATH, pairing.Look(begun.pairing, "2" * 64)).of(pairing.No)
    assert told.cause == "gone"
    # An old message of it, word for word.
    assert office.ask("POST", pairing.PATH, begin).of(pairing.No).cause == "forged"
    assert office.ask("POST", pairing.PATH, begin).of(pairing.No).cause == "forged"
    assert office.refusals().count(("pairing_replayed", "")) == 1


# --- somebody in between -----------------------------------------------------------------------------------------


class InBetween:
    """Between a device and the hub: `tls` opens what it carries with a certificate of its own; else it only carries."""

    def __init__(self, folder: Path, hub_port: int, tls: bool) -> None:
        self.hub_port, self.port, self.carried = hub_port, 0, 0
        self.inside: ssl.SSLContext | None = None
        self.outside: ssl.SSLContext | None = None
        if tls:
            hub_tls.make(folder, ["127.0.0.1"])
            self.inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.inside.load_cert_chain(folder / "hub.pem", folder / "hub.key")
            self.outside = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self.outside.check_hostname = False
            self.outside.verify_mode = ssl.CERT_NONE
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self.loop).result(PATIENCE_S)

    async def _start(self) -> None:
        self.server = await asyncio.start_server(self._carry, "127.0.0.1", 0, ssl=self.inside)
        self.port = self.server.sockets[0].getsockname()[1]

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, onward = await asyncio.open_connection("127.0.0.1", self.hub_port, ssl=self.outside)

        async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                while data := await source.read(65_536):
                    self.carried += len(data)
                    target.write(data)
                    await target.drain()
            target.close()

        await asyncio.gather(copy(reader, onward), copy(there, writer))

    def stop(self) -> None:
        async def stop() -> None:
            self.server.close()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.wait(tasks, timeout=1) if tasks else None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self.loop).result(PATIENCE_S)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE_S)
        self.loop.close()


def test_somebody_in_between_makes_the_two_codes_differ(office: DoorHouse, tmp_path: Path) -> None:
    between = InBetween(tmp_path / "evil", office.port, tls=True)
    try:
        one = Pair(tmp_path / "device", between.port, "あいだに誰か")
        code = one.shows()
        (row,) = on_the_console(office)
        assert between.carried > 0
        assert code != row.code, "and so the technician says no"
        assert says(office, "refuse_pairing", row).ok
        assert one.ends() == 1
        # Also where the technician does not look: the hub's certificate is none of that authority's.
        office.house.core.paired.pairings = pairing.Pairings()
        two = Pair(tmp_path / "device", between.port, "見ない技術員")
        two.shows()
        assert says(office, "confirm_pairing", on_the_console(office)[0]).ok
        assert two.ends() == 1
        assert "確かめられません" in two.said[-1]
        assert not (tmp_path / "device").exists()
    finally:
        between.stop()


def test_what_only_carries_the_bytes_changes_no_code(office: DoorHouse, tmp_path: Path) -> None:
    """So that the test above can fail: a wire alone is nobody in between."""
    between = InBetween(tmp_path / "wire", office.port, tls=False)
    try:
        one = Pair(tmp_path / "device", between.port, "長い線")
        code = one.shows()
        (row,) = on_the_console(office)
        assert code == row.code
        assert says(office, "confirm_pairing", row).ok
        assert one.ends() == 0
    finally:
        between.stop()


# --- what cannot be begun ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("https://x:1", "printer", "n", ""), "--use: expected console"),
        (("http://127.0.0.1:1", "console", "n", ""), "--hub: expected"),
        (("https://127.0.0.1", "console", "n", ""), "--hub: expected"),
        (("https://127.0.0.1:1", "console", "", ""), "--name, --zone: expected"),
        (("https://127.0.0.1:1", "console", "a\nb", ""), "--name, --zone: expected"),
        (("https://127.0.0.1:1", "display", "n", "z" * 41), "--name, --zone: expected"),
    ],
)
def test_a_wrong_word_is_named_and_nothing_begun(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    told: list[str] = []
    hub, use, name, zone = arguments
    assert pair_command.run(hub, use, name, zone, tmp_path / "device", told.append) == 2
    assert said in told[0]
    assert left_in(tmp_path) == []


def test_an_old_folder_is_never_overwritten_and_a_hub_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    told: list[str] = []
    (tmp_path / "token").write_text("old")
    assert pair_command.run("https://127.0.0.1:1", "console", "n", "", tmp_path, told.append) == 2
    assert "never overwritten" in told[0]
    assert pair_command.run("https://127.0.0.1:1", "console", "n", "", tmp_path / "new", told.append) == 1
    assert told[1].startswith("ハブにつながりません。")
    assert left_in(tmp_path) == ["token"]


@pytest.mark.parametrize(
    ("use", "name", "zone", "said"),
    [
        ("console", "いる端末", "", "同じ名前"),
        ("display", "表示", "9F", "その場所は目録にありません"),
        ("console", "窓口", "1F", "その場所は目録にありません"),
        ("ticket_machine", "発券機", "", "番号発券機の名前"),
        ("ticket_machine", "k1", "", "番号発券機の名前"),
    ],
)
def test_what_the_hub_cannot_have_is_said_before_a_technician_is_asked(
    office: DoorHouse, tmp_path: Path, use: str, name: str, zone: str, said: str
) -> None:
    if name == "いる端末":
        office.enrol("console", name)
    one = Pair(tmp_path / "device", office.port, name, use, zone=zone)
    assert one.ends() == 1
    assert said in one.said[0]
    assert on_the_console(office) == []


def test_a_full_house_of_pairings_is_told_to_wait(office: DoorHouse, tmp_path: Path) -> None:
    paired = office.house.core.paired
    paired.pairings = pairing.Pairings(begun_ms=(10**12,) * pairing.TRIES_MAX)
    one = Pair(tmp_path / "device", office.port, "込み合い")
    assert one.ends() == 1
    assert "10分" in one.said[0]


def test_under_another_address_than_that_of_the_certificate_nothing_is_kept(office: DoorHouse, tmp_path: Path) -> None:
    one = Pair(tmp_path / "device", office.port, "別の住所", host="localhost")
    code = one.shows()
    (row,) = on_the_console(office)
    assert code == row.code
    says(office, "confirm_pairing", row)
    assert one.ends() == 1
    assert "--hub を証明書の住所に" in one.said[-1]
    assert left_in(tmp_path) == []
