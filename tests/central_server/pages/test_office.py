"""The pages around a booking: home, search, questions, a ticket and its age, how full it is, the one question after."""

from __future__ import annotations

import re
from datetime import timedelta

import msgspec
import psycopg
import pytest

from central_server.offices import OfficeHere
from central_server.web import pages_upkeep
from central_server.web.ticket_view import REFRESH_FAR_S, REFRESH_S
from kiosk_app.api import LANGUAGES
from kiosk_app.office import catalogue
from tests.central_server.pages import server
from tests.central_server.pages.server import NOW, OFFICE, TICKET, Answer, Client, Pages

pytestmark = pytest.mark.slow
MINE = f"/t/{TICKET}"


def text(page: Answer) -> str:
    """As it is read, without readings; what stands apart is apart."""
    apart = re.sub(r'<(td|th|dt|dd|li|p|h\d|div|span class="num")\b', r" <\1", page.text)
    return re.sub(r"\s+", " ", re.sub(r"<(rp|rt)>.*?</\1>|<[^>]+>", "", apart))


def test_one_office_alone_needs_no_question(visitor: Client) -> None:
    got = visitor.get("/")
    assert (got.status, got.headers["location"]) == (302, f"/{OFFICE}/")
    home = visitor.get(f"/{OFFICE}/")
    assert "本日の受付は17:00までです。" in home.text and "手続きをさがす" in home.text


def test_words_lead_to_a_procedure_and_to_its_times(visitor: Client) -> None:
    page = visitor.get(f"/{OFFICE}/find?q=%E5%BC%95%E3%81%A3%E8%B6%8A%E3%81%97")
    found = re.findall(r'href="(/kokura-kita/service/[a-z-]+)"', page.text)
    assert "6件見つかりました" in text(page)
    assert [one.rpartition("/")[2] for one in found[:3]] == ["move-in", "move-within", "move-out"]
    assert "スマホで" in page.text and 'value="引っ越し"' in page.text
    service = visitor.get(found[2])
    assert 'href="https://kokurakita.example.lg.jp/online/move-out"' in service.text
    assert "本人確認書類" in service.text and f'href="/{OFFICE}/book/move-out"' in service.text


def test_what_is_not_found_leads_on(visitor: Client) -> None:
    page = visitor.get(f"/{OFFICE}/find?q=%F0%9F%A6%8A")
    assert "見つかりませんでした。" in page.text and "できごとから選ぶ" in page.text and "わからない" in page.text
    event = visitor.get(f"/{OFFICE}/find?event=birth")
    assert "妊娠の届" in event.text


def test_questions_lead_to_procedures_a_group_or_a_person(visitor: Client) -> None:
    seen, todo, services, staff = set(), [f"/{OFFICE}/ask/start"], set(), 0
    while todo:
        here = todo.pop()
        if here in seen:
            continue
        seen.add(here)
        page = visitor.get(here)
        assert page.status == 200, here
        todo += re.findall(rf'href="(/{OFFICE}/ask/[^"]+)"', page.text)
        services |= set(re.findall(rf'href="/{OFFICE}/service/([a-z-]+)"', page.text))
        staff += "番号札がなくても声をおかけください" in page.text
    assert {"move-in", "card-lost", "living-support"} <= services and staff >= 4
    assert visitor.get(f"/{OFFICE}/ask/changes/99").status == 404


# --- languages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "tag", "words"),
    [
        ("en-GB,en;q=0.8", "en", "Find a procedure"),
        ("de,zh-TW;q=0.9,ja;q=0.1", "zh-Hans", "查找手续"),
        ("ko", "ko", "절차 찾기"),
        ("vi;q=0.5,fr", "vi", "Tìm thủ tục"),
        ("fr,de", "ja", "手続きをさがす"),
        ("en;q=0,*", "ja", "手続きをさがす"),
        ("", "ja", "手続きをさがす"),
    ],
)
def test_the_browser_says_which_language(pages: Pages, header: str, tag: str, words: str) -> None:
    page = pages.client(**{"Accept-Language": header}).get(f"/{OFFICE}/find")
    assert f'<html lang="{tag}"' in page.text and words in page.text


def test_a_visitor_chooses_another_language_and_keeps_it(visitor: Client) -> None:
    page = visitor.get(f"/{OFFICE}/book/move-in?day=2026-04-07&at=620")
    for language in LANGUAGES:
        assert f"/{OFFICE}/book/move-in?day=2026-04-07&amp;at=620&amp;lang={language}" in page.text
    chosen = visitor.get(f"/{OFFICE}/book/move-in?day=2026-04-07&at=620&lang=easy")
    assert "<ruby>時間<rp>(</rp><rt>じかん</rt>" in chosen.text and "専門" in chosen.text
    assert "この" in text(visitor.get(f"/{OFFICE}/lost")) or "<ruby>" in visitor.get(f"/{OFFICE}/lost").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_every_language(visitor: Client, database: str, language: str) -> None:
    server.show(database, server.board(), NOW)
    for place in (
        "/",
        "/find",
        "/ask/start",
        "/service/move-out",
        "/book",
        "/book/move-in",
        "/lost",
        "/now",
        "/ticket",
    ):
        page = visitor.get(f"/{OFFICE}{place}?lang={language}")
        assert page.status == 200
        assert (
            re.search(r"[㐀-鿿]\([ぁ-ゖ]+\)", re.sub(r"</?r[pt]>", "", page.text).replace("</ruby>", "")) is None
            or language == "easy"
        )
    mine = visitor.get(f"{MINE}?lang={language}")
    assert mine.status == 200 and "A-105" in mine.text


# --- my ticket -----------------------------------------------------------------------------------------------------


def test_a_ticket_says_how_many_are_before_it_and_when_to_be_back(visitor: Client, database: str) -> None:
    server.show(database, server.board(), NOW)
    page = visitor.get(MINE)
    said = text(page)
    assert "A-105" in said and "前にお待ちの方 4人" in said and "10:56〜11:11" in said
    assert "10:51までにお戻りください" in said and "1階 3〜6番窓口" in said and "10:31の様子です" in said
    assert page.headers["refresh"] == str(REFRESH_S)
    # The tab leads back to it.
    assert visitor.get(f"/{OFFICE}/ticket").headers["location"] == MINE


def test_the_refresh_can_be_stopped_and_started_again(visitor: Client, database: str) -> None:
    server.show(database, server.board(), NOW)
    page = visitor.get(f"{MINE}?auto=off")
    assert "refresh" not in page.headers and f'href="{MINE}">' in page.text and f'href="{MINE}?auto=off"' in page.text


@pytest.mark.parametrize(
    ("state", "ahead", "in_min", "sentence"),
    [
        ("waiting", 2, 25, "まもなくお呼びします。"),
        ("waiting", 9, 9, "まもなくお呼びします。"),
        ("called", 0, 0, "3番窓口へお越しください。"),
        ("held", 0, 0, "あらためてお呼びします。"),
        ("second_stage", 0, 30, "書類をご用意しています。"),
        ("missed", 0, 0, "先ほどお呼びしました。"),
        ("done", 0, 0, "終わりました。"),
        ("cancelled", 0, 0, "この番号は取り消されました。"),
    ],
)
def test_each_state_says_what_to_do(
    visitor: Client, database: str, state: str, ahead: int, in_min: int, sentence: str
) -> None:
    server.show(database, server.board(state=state, ahead=ahead, in_min=in_min), NOW)
    page = visitor.get(MINE)
    assert sentence in text(page)
    assert ("refresh" in page.headers) == (state not in ("done", "cancelled"))


def test_an_office_that_is_cut_off_is_not_shown_as_the_present(visitor: Client, pages: Pages, database: str) -> None:
    server.show(database, server.board(ahead=12), NOW)
    assert "区役所と通信できていません。" not in visitor.get(MINE).text
    pages.now += timedelta(minutes=4)
    page = visitor.get(MINE)
    assert "区役所と通信できていません。" in page.text
    assert "これは10:31の様子です。順番は進んでいるかもしれません。早めにお戻りください。" in page.text
    assert page.headers["refresh"] == str(REFRESH_FAR_S)


def test_a_new_picture_is_seen_within_seconds(visitor: Client, pages: Pages, database: str) -> None:
    server.show(database, server.board(ahead=4), NOW)
    visitor.get(MINE)
    server.show(database, server.board(ahead=3), NOW + timedelta(seconds=1))
    pages.now += timedelta(seconds=3)
    assert "前にお待ちの方 3人" in text(visitor.get(MINE))


def test_an_unknown_ticket_tells_what_to_do(visitor: Client, database: str) -> None:
    server.show(database, server.board(), NOW)
    page = visitor.get("/t/nobodys-ticket-1")
    assert page.status == 404 and "1分ほど待って" in page.text


# --- matters that take long ------------------------------------------------------------------------------------------


def other_minutes(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    known = server.office()
    services = [msgspec.structs.replace(one, minutes=minutes) if one.id == "move-in" else one for one in known.services]
    changed = msgspec.structs.replace(known, services=tuple(services))
    monkeypatch.setattr(server, "office", lambda: changed)


def test_a_matter_of_thirty_minutes_is_shown_times_that_are_long_enough(
    database: str, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slots of twenty minutes: two of them, and none that begins twenty minutes before lunch."""
    other_minutes(monkeypatch, 30)
    with server.serving(database) as other:
        visitor = other.client()
        page = visitor.get(f"/{OFFICE}/book/move-in?day=2026-04-07&at=620")
        assert "10:20〜11:00" in page.text and ">11:20<" in page.text and ">11:40<" not in page.text
        assert visitor.send(f"/{OFFICE}/book/move-in", page).status == 303
        again = visitor.get(f"/{OFFICE}/book/move-in?day=2026-04-07")
        full = re.findall(r'class="plate slot off"><span>([\d:]+)</span>', again.text)
        assert full == ["10:00", "10:20", "10:40"], "11:00 is free, and what would run into it is not"
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT start_min, length_min FROM bookings").fetchall() == [(620, 40)]


def test_a_matter_for_which_no_lane_is_open_long_enough_says_so(
    database: str, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_minutes(monkeypatch, 240)
    with server.serving(database) as other:
        page = other.client().get(f"/{OFFICE}/service/move-in")
        assert "この手続きは時間がかかり、予約の枠に入りません。発券機で番号札をお取りください。" in text(page)
        assert "/book/move-in" not in page.text and "/book/move-in" not in other.client().get(f"/{OFFICE}/book").text
        assert other.client().get(f"/{OFFICE}/book/move-in").status == 404


# --- afterwards ----------------------------------------------------------------------------------------------------


def test_the_question_is_answered_once_and_by_nobody(visitor: Client, pages: Pages, database: str) -> None:
    server.show(database, server.board(state="done"), NOW)
    page = visitor.get(MINE)
    assert "今日のご利用はいかがでしたか。" in page.text
    assert visitor.send(f"{MINE}/answer", page, answer="good").headers["location"] == MINE
    other = pages.client()
    assert other.send(f"{MINE}/answer", page_of(other), answer="bad").status == 403
    again = visitor.send(f"{MINE}/answer", page, answer="bad")
    assert again.status == 303 and "ご回答ありがとうございました。" in visitor.get(MINE).text
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT letter, answer, times FROM survey_answers").fetchall() == [("A", "good", 1)]
        assert TICKET not in str(connection.execute("SELECT * FROM survey_given").fetchall())
    assert visitor.send(f"{MINE}/answer", page, answer="excellent").status == 403


def page_of(visitor: Client) -> Answer:
    return visitor.get(MINE)


def test_the_question_is_not_asked_before_it_is_over(visitor: Client, database: str) -> None:
    server.show(database, server.board(), NOW)
    assert "いかがでしたか" not in visitor.get(MINE).text
    token = re.search(r'name="token" value="(\w+)"', visitor.get(f"/{OFFICE}/lost").text)
    assert token is not None
    assert visitor.post(f"{MINE}/answer", {"token": token[1], "answer": "good"}).status == 403


# --- how full ------------------------------------------------------------------------------------------------------


def test_how_full_it_is_now(visitor: Client, pages: Pages, database: str) -> None:
    server.show(database, server.board(), NOW)
    said = text(visitor.get(f"/{OFFICE}/now"))
    assert "証明書 12人 11:07〜11:22" in said and "マイナンバーカード 受付していません" in said
    pages.now += timedelta(hours=2)
    said = text(visitor.get(f"/{OFFICE}/now"))
    assert "区役所と通信できていません。" in said
    assert "証明書 12人 10:31の時点" in said and "マイナンバーカード 受付していません 10:31の時点" in said
    assert "11:07〜11:22" not in said, "nobody is called at a time that was estimated two hours ago"


def test_what_is_not_known_is_said_in_a_word(visitor: Client, pages: Pages, database: str) -> None:
    """The estimate of a group, and a group that the office's picture has nothing of."""
    shown = server.board()
    no_estimate = msgspec.structs.replace(shown.groups[0], from_utc_ms=0, to_utc_ms=0)
    server.show(database, msgspec.structs.replace(shown, groups=(no_estimate, *shown.groups[2:])), NOW)
    page = visitor.get(f"/{OFFICE}/now")
    assert "証明書 12人 わかりません" in text(page) and "引っ越し・戸籍 わかりません" in text(page)
    assert re.findall(r"<td[^>]*>[-–—]</td>", page.text) == []


def test_a_silent_office_that_was_shut_is_not_said_to_be_shut_now(visitor: Client, pages: Pages, database: str) -> None:
    server.show(database, msgspec.structs.replace(server.board(), date="", groups=(), tickets=()), NOW)
    assert "ただいま受け付けていません。" in text(visitor.get(f"/{OFFICE}/now"))
    pages.now += timedelta(hours=2)
    said = text(visitor.get(f"/{OFFICE}/now"))
    assert "ただいま受け付けていません。" not in said and "最後に連絡がとれたのは10:31です。" in said


async def test_how_full_it_usually_is_follows_from_samples(visitor: Client, pages: Pages, database: str) -> None:
    from central_server import database as central_database

    here = OfficeHere(server.office(), server.BOOKING_KEY)
    async with central_database.pool(database, 2) as pool, central_database.quick(pool) as connection:
        for minutes in (0, 1, 2, 6, 12):
            at = NOW + timedelta(minutes=minutes)
            server.show(database, server.board(at), at)
            # Two processes, each turn: the five minutes are counted once.
            await pages_upkeep.turn(connection, [here], at)
            await pages_upkeep.turn(connection, [here], at)
        rows = await (
            await connection.execute("SELECT letter, hour, waiting, samples FROM crowding ORDER BY letter, hour")
        ).fetchall()
        assert ("A", 10, 36, 3) in rows and ("H", 10, 21, 3) in rows
        # Long ago counts no more, and today is not yet usual.
        today = NOW.astimezone(catalogue.zone(here.office)).date()
        await pages_upkeep.turn(connection, [], NOW + timedelta(days=100))
        assert await (await connection.execute("SELECT count(*) FROM crowding")).fetchone() == (0,)
    with psycopg.connect(database) as connection_:
        for weeks in (1, 2, 13):
            connection_.execute(
                "INSERT INTO crowding VALUES (%s, 'A', %s, 10, %s, 4, 100), (%s, 'H', %s, 10, 8, 4, 100)",
                (OFFICE, today - timedelta(weeks=weeks), 40 * weeks, OFFICE, today - timedelta(weeks=weeks)),
            )
    said = text(visitor.get(f"/{OFFICE}/now"))
    # Of certificates 15 on average over two weeks, of moving 2.
    assert "10時 17人" in said
    assert "この曜日の記録はまだありません。" in visitor.get(f"/{OFFICE}/now?weekday=0").text
