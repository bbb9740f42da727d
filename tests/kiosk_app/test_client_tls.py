"""The client from another computer: the office's authority alone, its device's addresses in turn, no older hub."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from kiosk_app import api, hub_tls
from kiosk_app.client import Client, CoreAway, DeviceRefused, NotTheHub, WrongCertificate
from kiosk_app.event_stream import ALIVE, encode
from tests.tls_hub import PORT, Door, doors, paired, serving

WHO = api.SignIn(staff_code="1001", pin="1357")


def office(name: str, ended: threading.Event) -> Starlette:
    async def sign_in(request: Request) -> Response:
        return Response(msgspec.json.encode(api.SignedInReply(ok=True, token=name)))

    async def view(request: Request) -> Response:
        return Response(msgspec.json.encode(name), status_code=200 if "authorization" in request.headers else 401)

    async def stream() -> AsyncIterator[bytes]:
        yield encode("view", f"{name}:1", msgspec.json.encode(name))
        while not ended.is_set():
            yield ALIVE
            await asyncio.sleep(0.02)

    async def events(request: Request) -> Response:
        return StreamingResponse(stream(), media_type="text/event-stream")

    return Starlette(
        routes=[
            Route("/v1/staff/sign-in", sign_in, methods=["POST"]),
            Route("/v1/staff/view", view),
            Route("/v1/display/events", events),
        ]
    )


def ask(core: str, timeout_s: float = 5.0) -> str:
    return Client(core, token="t", timeout_s=timeout_s).get("/v1/staff/view", str)


@pytest.fixture
def ended() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_a_device_asks_its_hub(tmp_path: Path, ended: threading.Event) -> None:
    (door,) = doors(tmp_path / "tls")
    door.epoch = 4
    core = paired(tmp_path / "device", [door])
    with serving(door, office("a", ended)):
        client = Client(core)
        assert client.sign_in(WHO).token == "a"
        assert client.get("/v1/staff/view", str) == "a"
    assert door.came == [("POST", "/v1/staff/sign-in"), ("GET", "/v1/staff/view")]
    assert door.seen == ["0", "4"]


def test_another_offices_authority_and_another_name_are_refused_before_anything_is_sent(
    tmp_path: Path, ended: threading.Event
) -> None:
    door, other = doors(tmp_path / "tls")[0], doors(tmp_path / "other")[0]
    stranger = paired(tmp_path / "stranger", [door], ca_pem=(other.folder / "ca.pem").read_bytes())
    misnamed = Door(door.folder)
    with serving(door, office("a", ended)), serving(misnamed, office("a", ended)):
        for core in (stranger, paired(tmp_path / "device", [misnamed])):
            with pytest.raises(WrongCertificate) as trouble:
                ask(core, 0.3)
            assert "Call a technician" in trouble.value.next_step
            with pytest.raises(WrongCertificate):
                next(Client(core).events("/v1/display/events"))
    assert door.seen == misnamed.seen == []


def test_a_device_that_was_revoked_is_told_so(tmp_path: Path, ended: threading.Event) -> None:
    (door,) = doors(tmp_path / "tls")
    core = paired(tmp_path / "device", [door])
    door.tokens.clear()
    with serving(door, office("a", ended)):
        with pytest.raises(DeviceRefused) as trouble:
            ask(core)
        assert "paired" in trouble.value.next_step
        with pytest.raises(DeviceRefused):
            next(Client(core).events("/v1/display/events"))


def test_a_sign_in_goes_to_the_machine_that_is_the_hub_and_to_no_other(tmp_path: Path, ended: threading.Event) -> None:
    first, second, third = every = doors(tmp_path / "tls", 3)
    first.is_hub = third.is_hub = False
    core = paired(tmp_path / "device", every)
    with serving(first, office("a", ended)), serving(second, office("b", ended)), serving(third, office("c", ended)):
        assert Client(core).sign_in(WHO).token == "b"
        second.is_hub = False
        with pytest.raises(NotTheHub):
            Client(core).sign_in(WHO)
    assert (first.came, second.came, third.came) == ([], [("POST", "/v1/staff/sign-in")], [])


@pytest.mark.slow
def test_a_stream_follows_the_hub_and_never_goes_back_to_the_old_one(tmp_path: Path, ended: threading.Event) -> None:
    old, new = every = doors(tmp_path / "tls", 2)
    new.epoch = 2
    events = Client(paired(tmp_path / "device", every)).views("/v1/display/events", str)
    with serving(old, office("old", ended)):
        assert next(events) == "old"
        with serving(new, office("new", ended)):
            ended.set()
            assert next(events) == "new"
            asked = len(old.came)
        # Now the old one alone answers, and is not believed.
        coming: list[str] = []
        following = threading.Thread(target=lambda: coming.append(next(events)), daemon=True)
        following.start()
        deadline = time.monotonic() + 20
        while len(old.came) < asked + 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert coming == []
        old.epoch = 3
        while not coming:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        following.join()
        events.close()
    assert coming == ["old"]


def test_a_line_without_tls_or_without_an_answer_is_a_hub_that_is_away(tmp_path: Path) -> None:
    (door,) = doors(tmp_path / "tls")
    core = paired(tmp_path / "device", [door])
    with socket.create_server((door.host, PORT)) as mute:
        began = time.monotonic()
        with pytest.raises(CoreAway):
            ask(core, 0.3)
        assert time.monotonic() - began < 5
        mute.close()


def test_a_device_is_a_file_or_an_error(tmp_path: Path) -> None:
    from kiosk_app.device_settings import DeviceError

    with pytest.raises(DeviceError, match="cannot be read"):
        Client(f"device:{tmp_path}")
    hub_tls.make(tmp_path / "tls", ["127.0.0.1"])
    with pytest.raises(DeviceError, match="use: expected 'console' or 'display'"):
        Client(paired(tmp_path / "device", doors(tmp_path / "other"), "ticket_machine"))
