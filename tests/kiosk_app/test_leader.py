"""A leader closes, posts and cancels at a console, and the ticket machine and the displays say so at once."""

from __future__ import annotations

import msgspec
import pytest

from kiosk_app import api
from kiosk_app.office import catalogue
from tests.kiosk_app.house import SERVICE, House, the_office

STORM = "台風・大雨"
REASON = next(r.text for r in the_office().closure_reasons if r.name == STORM)


def display(house: House) -> list[str]:
    view = msgspec.json.decode(house.core.display_view(""), type=api.DisplayView)
    return [notice.text["ja"] for notice in view.notices]


def screen(house: House) -> str:
    return house.core.citizen_view().decode()


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_every_prepared_sentence_is_there_in_every_language(language: str) -> None:
    office = the_office()
    for prepared in (*office.closure_reasons, *office.prepared_notices):
        assert prepared.text[language]


async def test_the_whole_office_is_closed_with_its_reason_and_until_when_and_opened_again(house: House) -> None:
    token = await house.sign_in("3001")
    assert (await house.act(token, "suspend", reason=STORM, minutes=60)).ok
    await house.pass_s(1)
    assert REASON["ja"] in screen(house)
    assert "10:00" in screen(house)
    assert REASON["ja"] in display(house)
    leader = (await house.staff_view(token)).leader
    assert leader is not None
    (closed,) = leader.closed
    assert (closed.what, closed.text, closed.until) == ("区役所全体", REASON["ja"], "10:00")
    assert (await house.act(token, "end_suspension", suspension=closed.id)).ok
    await house.pass_s(1)
    assert REASON["ja"] not in screen(house)
    history = [(row.what, row.reason) for row in (await house.staff_view(token)).actions]
    assert history[:2] == [("休止の解除", REASON["ja"]), ("臨時休止", REASON["ja"])]


async def test_of_a_closed_group_staff_still_take_a_ticket_for_who_cannot_be_sent_away(house: House) -> None:
    token = await house.sign_in("3001")
    assert (await house.act(token, "suspend", reason=STORM, minutes=60, groups=("A",))).ok
    office = house.core.citizen.context().office
    assert office.calendar.closures[0].groups == ("A",)
    assert (await house.act(token, "issue", service=SERVICE)).ok


async def test_a_notice_is_on_the_displays_until_it_is_taken_down(house: House) -> None:
    token = await house.sign_in("3001")
    before = display(house)
    assert (await house.act(token, "post_notice", reason="駐車場が満車です", minutes=0)).ok
    assert [text for text in display(house) if text not in before] == [
        "駐車場は満車です。公共交通機関をご利用ください。"
    ]
    leader = (await house.staff_view(token)).leader
    assert leader is not None
    assert [(n.text[:4], n.until) for n in leader.notices] == [("駐車場は", "今日いっぱい")]
    assert (await house.act(token, "withdraw_notice", notice=leader.notices[0].id)).ok
    await house.pass_s(1)
    assert display(house) == before


async def test_many_are_cancelled_as_shown_and_brought_back(house: House) -> None:
    token = await house.sign_in("3001")
    for _ in range(3):
        await house.act(token, "issue", service=SERVICE)
    shown = (await house.staff_view(token)).waiting
    reply = await house.act(token, "cancel_many", tickets=tuple(r.ticket for r in shown[:2]), reason=STORM)
    assert reply.message.startswith("2人の番号を取り消しました。")
    view = await house.staff_view(token)
    assert [row.number for row in view.waiting] == [shown[2].number]
    assert view.leader is not None
    assert view.leader.bulk == f"9:00に2人（{STORM}）"
    assert (await house.act(token, "restore_many")).message == "2人の番号をお待ちの列に戻しました。"
    assert [r.number for r in (await house.staff_view(token)).waiting] == [r.number for r in shown]


async def test_as_many_as_one_act_may_name_fit_one_request(house: House) -> None:
    token = await house.sign_in("3001")
    names = tuple(f"{n:022d}" for n in range(api.TICKETS_MAX))
    reply = await house.act(token, "cancel_many", tickets=names, reason=STORM)
    assert reply.message.startswith("取り消す番号がありません")


async def test_nobody_else_sees_the_leaders_part(house: House) -> None:
    for code in ("1001", "2001", "9001"):
        assert (await house.staff_view(await house.sign_in(code))).leader is None


async def test_an_afternoon_off_stands_on_machine_and_display_in_the_morning_and_comes_by_itself(house: House) -> None:
    token = await house.sign_in("3001")
    reply = await house.act(token, "suspend", reason=STORM, starts="2026-04-06T14:00", ends="2026-04-07T00:00")
    assert reply.message == "4月6日14:00からの休止を予約しました。この画面で解除できます。"
    await house.pass_s(1)
    said = "14:00から、台風・大雨のため、休止します。"
    assert (house.screen.subtitle, house.screen.notice) == ("本日の受付は14:00までです。", said)
    assert display(house)[0] == said
    leader = (await house.staff_view(token)).leader
    assert leader is not None
    (planned,) = leader.closed
    assert (planned.what, planned.starts, planned.until) == ("区役所全体", "14:00", "今日いっぱい")
    assert await house.take(), "until then everything goes on"
    await house.restart()
    await house.at("14:00")
    assert house.screen.screen == "closed" and REASON["ja"] in screen(house)
    token = await house.sign_in("3001")
    assert (await house.act(token, "end_suspension", suspension=planned.id)).ok
    await house.pass_s(1)
    assert house.screen.screen == "idle" and REASON["ja"] not in display(house)


async def test_a_request_with_a_time_that_is_none_is_not_understood(house: House) -> None:
    token = await house.sign_in("3001")
    for starts in ("14:00", "2026-04-06 14:00", "x" * 40):
        wish = {"intent": "i", "verb": "suspend", "reason": STORM, "starts": starts, "ends": "2026-04-06T15:00"}
        assert (await house.ask("POST", "/v1/staff/act", msgspec.json.encode(wish), token)).status == 422
