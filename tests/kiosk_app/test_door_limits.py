"""Whoever is slow, loud, silent or many at the hub's door: visitors go on getting tickets, consoles go on, it ends."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator

import msgspec
import pytest

from drivers.escpos_printer import line
from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api, hub_server, pairing, replication, server, streams
from kiosk_app.allowance import Allowance
from kiosk_app.client import Client
from kiosk_app.door_lines import HEAD_BYTES_MAX, Limits
from kiosk_app.server import BODY_LIMIT_BYTES
from tests.kiosk_app.door_house import PATIENCE_S, DoorHouse, until
from tests.kiosk_app.house import SERVICE

UNKNOWN, OF_A_DEVICE = 8, 4
SHORT = {"unknown": UNKNOWN, "of_a_device": OF_A_DEVICE, "head_s": 2.0, "handshake_s": 1.5, "linger_s": 0.5}
M2 = "m2".ljust(43, "x")


@pytest.fixture(scope="module")
def office(one_printer: SimulatedPrinter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorHouse]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line, "READ_SLICE_S", 0.005)
        patch.setattr(hub_server, "BODY_S", 0.5)
        patch.setattr(server, "BODY_TIMEOUT_S", 0.5)
        patch.setattr(streams, "STALLED_S", 0.5)
        made = DoorHouse(tmp_path_factory.mktemp("door"), one_printer, {"m2": M2}, **SHORT)
        made.console = made.enrol("console", "窓口")  # type: ignore[attr-defined]
        yield made
        made.stop()


def issues_a_ticket(office: DoorHouse) -> None:
    """A visitor at the machine, through its unix socket."""
    client = Client(f"unix:{office.unix}", timeout_s=PATIENCE_S)
    office.do(office.house.pass_s(61))
    group = next(s.group for s in office.house.office.services if s.id == SERVICE)
    for number, control in enumerate(("ticket", f"group:{group}", f"service:{SERVICE}", "take")):
        screen = client.citizen_view().screen_id
        assert client.press(api.Press(press_id=f"{screen}-{number}", screen_id=screen, control=control)).ok
    until(lambda: client.citizen_view().screen == "take", "a ticket")
    screen = client.citizen_view().screen_id
    client.press(api.Press(press_id=f"{screen}-end", screen_id=screen, control="end"))


def comes_in(office: DoorHouse) -> bool:
    """A console asks; who is turned away in a rush comes again, as a face does."""
    with contextlib.suppress(OSError):
        return office.ask("GET", "/v1/staff/view", device=office.console).status == 401  # type: ignore[attr-defined]
    return False


# --- attacks: each takes a stop sign, and goes on until it is set -------------------------------------------------

Attack = Callable[[DoorHouse, threading.Event], None]


def tcp(office: DoorHouse) -> socket.socket:
    return socket.create_connection(("127.0.0.1", office.port), timeout=PATIENCE_S)


def tls(office: DoorHouse) -> ssl.SSLSocket:
    return office.trusted.wrap_socket(tcp(office), server_hostname="127.0.0.1")


def again(work: Callable[[DoorHouse, threading.Event], None]) -> Attack:
    """Whatever the hub does to it, it comes again."""

    def attack(office: DoorHouse, stop: threading.Event) -> None:
        while not stop.is_set():
            with contextlib.suppress(OSError):
                work(office, stop)

    attack.__name__ = work.__name__
    return attack


@again
def silent(office: DoorHouse, stop: threading.Event) -> None:
    with contextlib.ExitStack() as lines:
        for _ in range(3 * UNKNOWN):
            lines.enter_context(tcp(office))
        stop.wait(0.2)


@again
def half_a_hello(office: DoorHouse, stop: threading.Event) -> None:
    with tcp(office) as one:
        for byte in b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32):
            one.sendall(bytes([byte]))
            if stop.wait(0.01):
                return


@again
def garbage(office: DoorHouse, stop: threading.Event) -> None:
    with tcp(office) as one:
        one.sendall(b"\xff\x00" * 20_000)
        one.recv(100)


@again
def in_clear(office: DoorHouse, stop: threading.Event) -> None:
    with tcp(office) as one:
        one.sendall(b"GET /v1/staff/view HTTP/1.1\r\nHost: hub\r\n\r\n")
        one.recv(100)


@again
def slow_head(office: DoorHouse, stop: threading.Event) -> None:
    with tls(office) as one:
        one.sendall(b"GET /v1/staff/view HTTP/1.1\r\n")
        while not stop.wait(0.05):
            one.sendall(b"X: y\r\n")


@again
def slow_body(office: DoorHouse, stop: threading.Event) -> None:
    with tls(office) as one:
        one.sendall(b"POST " + pairing.PATH.encode() + b" HTTP/1.1\r\nHost: hub\r\nContent-Length: 2000\r\n\r\n")
        while not stop.wait(0.05):
            one.sendall(b" ")


@again
def broken_tls(office: DoorHouse, stop: threading.Event) -> None:
    with tls(office) as one:
        one.sendall(b"GET / HT")
        with socket.socket(fileno=one.detach()) as raw:
            raw.sendall(b"\x17\x03\x03\x00\x10" + bytes(16))
            raw.recv(100)


@again
def no_http(office: DoorHouse, stop: threading.Event) -> None:
    with tls(office) as one:
        one.sendall(b"\x00\x01\x02 \r\n\r\n" * 50)
        one.recv(1000)


@again
def large_head(office: DoorHouse, stop: threading.Event) -> None:
    with tls(office) as one:
        one.sendall(b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * (2 * HEAD_BYTES_MAX))
        one.recv(1000)


@again
def endless_body(office: DoorHouse, stop: threading.Event) -> None:
    with tls(office) as one:
        one.sendall(b"POST /v1/staff/act HTTP/1.1\r\nHost: hub\r\nContent-Length: 1000000000000\r\n\r\n")
        while not stop.is_set():
            one.sendall(bytes(65_536))


@again
def endless_body_of_a_console(office: DoorHouse, stop: threading.Event) -> None:
    with tls(office) as one:
        device = office.console.encode()  # type: ignore[attr-defined]
        one.sendall(b"POST /v1/staff/sign-in HTTP/1.1\r\nHost: hub\r\nHitofuda-Device: " + device)
        one.sendall(b"\r\nContent-Length: 1000000000000\r\n\r\n")
        while not stop.is_set():
            one.sendall(bytes(65_536))


@again
def reads_nothing(office: DoorHouse, stop: threading.Event) -> None:
    with tls(office) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        device = office.console.encode()  # type: ignore[attr-defined]
        request = b"GET /v1/staff/view HTTP/1.1\r\nHost: hub\r\nHitofuda-Device: " + device + b"\r\n\r\n"
        while not stop.wait(0.01):
            one.sendall(request)


@again
def guesses_tokens(office: DoorHouse, stop: threading.Event) -> None:
    office.ask("GET", "/v1/staff/view", device="g" * 43)


@again
def pairs_without_end(office: DoorHouse, stop: threading.Event) -> None:
    begin = pairing.Begin(1, "console", "誰か", "", "1" * 64, f"{threading.get_ident() % 16:x}" * 64)
    office.ask("POST", pairing.PATH, begin)


ATTACKS = (
    silent, half_a_hello, garbage, in_clear, slow_head, slow_body, broken_tls, no_http, large_head, endless_body,
    endless_body_of_a_console, reads_nothing, guesses_tokens, pairs_without_end,
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_tickets_are_issued_and_consoles_come_in_while_somebody(office: DoorHouse, attack: Attack) -> None:
    stop = threading.Event()
    attackers = [threading.Thread(target=attack, args=(office, stop)) for _ in range(3)]
    for one in attackers:
        one.start()
    try:
        for _ in range(2):
            issues_a_ticket(office)
            until(lambda: comes_in(office), "a console comes in")
            assert office.call(lambda: office.server.lines.unknown) <= UNKNOWN
    finally:
        stop.set()
        for one in attackers:
            one.join(PATIENCE_S)
    # And nothing of it is left.
    until(lambda: office.call(lambda: office.server.lines.open) == 0, "all lines are gone")
    assert office.house.core.bug is None
    assert set(office.house.core.paired.lines.values()) <= {0}
    issues_a_ticket(office)


# --- each limit for itself ---------------------------------------------------------------------------------------


def closes(one: socket.socket) -> bool:
    """The hub has ended this line; false when it goes on for longer than anything may."""
    try:
        while one.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def is_cut_while(work: Callable[[], None]) -> bool:
    """Whether the hub ends the line before the work has been done a thousand times."""
    try:
        for _ in range(1_000):
            work()
    except TimeoutError:
        return False
    except OSError:
        return True
    return False


@pytest.mark.slow
def test_a_line_that_says_nothing_is_cut_off_after_its_time(office: DoorHouse) -> None:
    with tcp(office) as before, tls(office) as after:
        assert closes(before) and closes(after)
    until(lambda: office.call(lambda: office.server.lines.open) == 0)


@pytest.mark.slow
def test_a_head_that_dribbles_is_cut_off_before_and_after_an_answer(office: DoorHouse) -> None:
    device = office.console.encode()  # type: ignore[attr-defined]
    whole = b"GET /v1/staff/view HTTP/1.1\r\nHost: hub\r\nHitofuda-Device: " + device + b"\r\n\r\n"
    for begun in (b"", whole):
        with tls(office) as one:
            one.sendall(begun + b"GET /v1/staff/view HTTP/1.1\r\n")
            if begun:
                assert one.recv(1_000)

            def dribble(one: ssl.SSLSocket = one) -> None:
                one.sendall(b"X: y\r\n")
                time.sleep(0.02)

            assert is_cut_while(dribble)
    until(lambda: office.call(lambda: office.server.lines.open) == 0)


def test_a_stranger_sends_so_much_after_his_answer_and_no_more(
    office: DoorHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office.server.lines, "limits", Limits(linger_s=PATIENCE_S, unknown=UNKNOWN))
    with tls(office) as one:
        one.sendall(b"POST /v1/staff/act HTTP/1.1\r\nHost: hub\r\nContent-Length: 1000000000000\r\n\r\n")
        assert b" 401 " in one.recv(1_000)
        assert is_cut_while(lambda: one.sendall(bytes(65_536)))
    until(lambda: office.call(lambda: office.server.lines.open) == 0)


def test_the_oldest_stranger_gives_way_to_the_next_who_comes(
    office: DoorHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(lambda: office.call(lambda: office.server.lines.open) == 0)
    patient = Limits(unknown=UNKNOWN, handshake_s=3 * PATIENCE_S, head_s=3 * PATIENCE_S, linger_s=0.5)
    monkeypatch.setattr(office.server.lines, "limits", patient)
    with contextlib.ExitStack() as open_:
        lines = [open_.enter_context(tcp(office)) for _ in range(UNKNOWN)]
        until(lambda: office.call(lambda: office.server.lines.unknown) == UNKNOWN)
        assert comes_in(office)
        assert closes(lines[0])
        assert office.call(lambda: office.server.lines.unknown) <= UNKNOWN
    until(lambda: office.call(lambda: office.server.lines.open) == 0)


def test_one_device_has_so_many_lines_and_no_more(office: DoorHouse) -> None:
    own = [office.line() for _ in range(OF_A_DEVICE)]
    device = office.enrol("console", "線の多い端末")
    try:
        for one in own:
            assert office.ask("GET", "/v1/staff/view", device=device, line=one).status == 401
        told = office.ask("GET", "/v1/staff/view", device=device)
        assert (told.status, told.of(api.Failure).error[:7]) == (429, "要求が多すぎま")
        assert comes_in(office), "another device"
    finally:
        for one in own:
            one.close()
    until(lambda: office.ask("GET", "/v1/staff/view", device=device).status == 401, "and then it may again")


def test_all_lines_together_have_a_limit(office: DoorHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    until(lambda: office.call(lambda: office.server.lines.open) == 0)
    monkeypatch.setattr(office.server.lines, "limits", Limits(lines=2, linger_s=0.5))
    device = office.enrol("console", "二本の線")
    own = [office.line() for _ in range(2)]
    for one in own:
        assert office.ask("GET", "/v1/staff/view", device=device, line=one).status == 401
    with tcp(office) as third:
        assert closes(third)
    own[0].close()
    until(lambda: office.call(lambda: office.server.lines.open) == 1)
    assert office.ask("GET", "/v1/staff/view", device=device).status == 401
    own[1].close()


def test_one_device_has_so_many_requests_a_second(office: DoorHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_server, "REQUESTS_PER_S", 0.001)
    monkeypatch.setattr(hub_server, "REQUESTS_AT_ONCE", 5)
    device = office.enrol("console", "急ぐ端末")
    with contextlib.closing(office.line()) as one:
        found = [office.ask("GET", "/v1/staff/view", device=device, line=one).status for _ in range(8)]
    assert found == [401] * 5 + [429] * 3
    assert comes_in(office), "another device"


def test_bodies_have_their_sizes(office: DoorHouse) -> None:
    device = office.console  # type: ignore[attr-defined]
    large = bytes(BODY_LIMIT_BYTES + 1)
    assert office.ask("POST", "/v1/staff/sign-in", large, device=device).status == 413
    assert office.ask("POST", pairing.PATH, bytes(pairing.BODY_BYTES_MAX + 1)).status == 413
    assert office.ask("POST", pairing.PATH, b"{").status == 422
    assert office.ask("POST", pairing.PATH, b'{"type":"begin"}').status == 422
    assert office.ask("POST", replication.PATH, bytes(replication.MESSAGE_BYTES_MAX + 1), token=M2).status == 413
    assert office.ask("POST", replication.PATH, b"\xc1", token=M2).status == 422


def test_older_tls_is_refused(office: DoorHouse) -> None:
    old = ssl.create_default_context(cafile=str(office.ca_file))
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(OSError):
        old.wrap_socket(tcp(office), server_hostname="127.0.0.1")


def test_strangers_are_recorded_once(office: DoorHouse) -> None:
    for token in ("a" * 43, "b" * 43, "a" * 43):
        assert office.ask("GET", "/v1/staff/view", device=token).status == 401
    assert office.refusals().count(("unknown_token", "")) == 1


def test_an_allowance_is_so_much_a_second_and_a_burst() -> None:
    allowance = Allowance(10.0, 3.0)
    assert [allowance.take(100.0) for _ in range(4)] == [True, True, True, False]
    assert allowance.wait_s() == pytest.approx(0.1)
    assert allowance.take(100.11) and not allowance.take(100.12)
    assert [allowance.take(200.0) for _ in range(4)] == [True, True, True, False]


def test_the_limits_are_what_they_are_said_to_be() -> None:
    """Room for an office: a hundred displays and sixty consoles, each with a stream and requests beside it."""
    limits = Limits()
    assert limits.lines >= 160 * 4 and limits.handshakes_at_once >= 160 * 2
    assert limits.unknown * limits.drain_bytes <= 8 * 1024 * 1024
    longest = pairing.Begin(1, "ticket_machine", "名" * 40, "場" * 40, "1" * 64, "2" * 64)
    assert len(msgspec.json.encode(longest)) < pairing.BODY_BYTES_MAX
