"""A press whose answer was lost: done once or never, whatever comes late, also after the hub has started again."""

from __future__ import annotations

import asyncio

import pytest

from kiosk_app import api
from kiosk_app.office import facts as f
from kiosk_app.settling import REMEMBERED_MAX, Settling
from tests.kiosk_app.house import SERVICE, House


async def settle(house: House, token: str, intent: str) -> api.IntentSettled:
    answer = await house.ask("POST", "/v1/staff/settle", api.IntentAsked(intent=intent), token)
    assert answer.status == 200, answer
    return answer.of(api.IntentSettled)


@pytest.mark.parametrize("restart", [False, True])
async def test_what_was_done_is_told_as_it_was_answered(house: House, restart: bool) -> None:
    await house.take()
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    reply = await house.act(token, "call_next", intent="lost", counter=3)
    if restart:
        await house.restart()
    settled = await settle(house, token, "lost")
    assert settled == api.IntentSettled(state="answered", ok=True, message=reply.message)
    assert len(house.facts(f.Called)) == 1


async def test_what_was_not_done_never_will_be(house: House) -> None:
    await house.take()
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    assert (await settle(house, token, "late")).state == "given_up"
    reply = await house.act(token, "call_next", intent="late", counter=3)
    assert not reply.ok
    assert "取りやめ" in reply.message
    assert house.facts(f.Called) == []
    assert (await settle(house, token, "late")).state == "given_up"
    assert (await house.act(token, "call_next", counter=3)).ok


async def test_a_refusal_is_told_again_and_an_act_without_a_fact_too(house: House) -> None:
    number = await house.take()
    token = await house.sign_in()
    refused = await house.act(token, "call_next", intent="refused", counter=3)
    assert await settle(house, token, "refused") == api.IntentSettled(state="answered", message=refused.message)
    marked = await house.act(token, "mark", intent="mark", number=number, marks=("writing",))
    assert await settle(house, token, "mark") == api.IntentSettled(state="answered", ok=True, message=marked.message)


async def test_who_asks_while_it_is_being_done_asks_again(house: House) -> None:
    token = await house.sign_in("2001")
    issuing = asyncio.ensure_future(house.act(token, "issue", intent="slow", service=SERVICE))
    states = set[str]()
    while not issuing.done():
        states.add((await settle(house, token, "slow")).state)
        await asyncio.sleep(0)
    assert states <= {"given_up", "under_way"}
    reply = await issuing
    if "given_up" in states:
        # It was asked about before it had come.
        assert not reply.ok and house.facts(f.TicketIssued) == []
    else:
        assert await settle(house, token, "slow") == api.IntentSettled(state="answered", ok=True, message=reply.message)


async def test_only_who_has_signed_in_may_ask(house: House) -> None:
    answer = await house.ask("POST", "/v1/staff/settle", api.IntentAsked(intent="x"))
    assert answer.status == 401


async def test_an_act_under_way_is_never_given_up_and_memory_is_bounded() -> None:
    settling, go_on = Settling(), asyncio.Event()

    async def act() -> api.Reply:
        await go_on.wait()
        return api.Reply(ok=True, message="m")

    both = [asyncio.ensure_future(settling.once("i", act)) for _ in range(2)]
    await asyncio.sleep(0)
    assert settling.settle("i", lambda: None).state == "under_way"
    go_on.set()
    assert await asyncio.gather(*both) == [api.Reply(ok=True, message="m")] * 2
    assert settling.settle("i", lambda: None) == api.IntentSettled(state="answered", ok=True, message="m")
    for n in range(REMEMBERED_MAX + 5):
        settling.settle(f"n{n}", lambda: None)
        await settling.once(f"a{n}", act)
    assert len(settling._given_up) == len(settling._answered) == REMEMBERED_MAX
    assert not settling._under_way
