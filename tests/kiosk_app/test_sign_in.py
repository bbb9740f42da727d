"""The door: wrong PINs lock a code for a time, also over a restart, and nothing tells which codes exist."""

from __future__ import annotations

import asyncio
import threading

import pytest

from kiosk_app import api, sign_in
from kiosk_app.office import facts as f
from tests.kiosk_app.house import PATIENCE_S, House

UNTIL = "続けてまちがえたため、9:11までサインインできません。リーダーに相談してください。"


async def knock(house: House, pin: str, code: str = "1001") -> api.SignedInReply:
    wish = api.SignIn(staff_code=code, pin=pin)
    return (await house.ask("POST", "/v1/staff/sign-in", wish)).of(api.SignedInReply)


@pytest.fixture
def fast_hashes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only the counting matters: a wrong PIN costs a real hash 30 ms otherwise."""
    monkeypatch.setattr(sign_in, "_verify", lambda member, pin: member is not None and pin == "1357")


async def test_the_right_pin_opens_and_is_kept_nowhere(house: House) -> None:
    reply = await knock(house, "1357")
    assert (reply.ok, reply.staff_code, reply.role) == (True, "1001", "clerk")
    assert len(reply.token) >= 43
    assert (await knock(house, "1357")).token != reply.token
    assert house.facts(f.SignedIn) == [f.SignedIn(role="clerk")] * 2


@pytest.mark.parametrize(
    ("code", "pin"), [("1001", "0000"), ("1001", ""), ("1001", "2468"), ("7777", "1357"), ("1001", "１３５７")]
)
async def test_a_wrong_pin_and_a_wrong_code_sound_alike(house: House, code: str, pin: str) -> None:
    reply = await knock(house, pin, code)
    assert reply == api.SignedInReply(ok=False, message=sign_in.WRONG)


@pytest.mark.usefixtures("fast_hashes")
@pytest.mark.parametrize("code", ["1001", "7777"])
async def test_five_wrong_pins_lock_the_code_and_say_until_when(house: House, code: str) -> None:
    said = [(await knock(house, "0000", code)).message for _ in range(7)]
    assert said == [sign_in.WRONG] * 4 + [UNTIL] * 3
    assert (await knock(house, "1357", code)).message == UNTIL
    assert (await knock(house, "1357", "1002")).ok
    await house.at("09:09")
    assert (await knock(house, "1357", code)).message == UNTIL
    await house.at("09:11")
    assert (await knock(house, "1357", code)).ok == (code == "1001")
    assert len(house.facts(f.SignInLocked)) == (code == "1001")


@pytest.mark.usefixtures("fast_hashes")
async def test_a_right_pin_between_wrong_ones_begins_the_count_anew(house: House) -> None:
    for _ in range(3):
        assert [(await knock(house, "0000")).message for _ in range(4)] == [sign_in.WRONG] * 4
        assert (await knock(house, "1357")).ok


@pytest.mark.usefixtures("fast_hashes")
async def test_a_lock_outlives_a_restart(house: House) -> None:
    for _ in range(5):
        await knock(house, "0000")
    await house.restart()
    assert (await knock(house, "1357")).message == UNTIL


@pytest.mark.usefixtures("fast_hashes")
async def test_a_lock_holds_for_a_right_pin_that_was_already_on_its_way(house: House) -> None:
    guesses = ["0000"] * 5 + ["1357"]
    replies = await asyncio.gather(*(knock(house, pin) for pin in guesses))
    assert [reply.ok for reply in replies] == [False] * 6
    assert replies[-1].message == UNTIL


@pytest.mark.usefixtures("fast_hashes")
async def test_invented_codes_neither_unlock_a_real_one_nor_fill_the_memory(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "STRANGERS_MAX", 10)
    for _ in range(4):
        await knock(house, "0000")
    for stranger in range(40):
        await knock(house, "0000", f"x{stranger}")
    assert (await knock(house, "0000")).message == UNTIL
    door = house.core.desk._door
    assert len(door._wrong) + len(door._locked_until) <= 10 + 2


async def test_pins_are_checked_one_at_a_time_outside_the_loop(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, threads = 0, 0, set()
    health_came = threading.Event()

    def slow(member: object, pin: str) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        threads.add(threading.current_thread().name)
        assert health_came.wait(PATIENCE_S)
        running -= 1
        return False

    monkeypatch.setattr(sign_in, "_verify", slow)
    knocking = asyncio.gather(*(knock(house, "1", f"code{n}") for n in range(sign_in.WAITING_MAX + 4)))
    await house.until(lambda: running)
    assert (await house.ask("GET", "/v1/health")).status == 200
    health_came.set()
    said = [reply.message for reply in await knocking]
    assert said.count(sign_in.CROWDED) == 4
    assert (most, len(threads)) == (1, 1)
    assert threading.current_thread().name not in threads
