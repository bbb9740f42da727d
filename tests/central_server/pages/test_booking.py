"""Booking over HTTP as a browser without scripts does it: choose, hold, confirm, see, change, cancel, find again."""

from __future__ import annotations

import re
from datetime import timedelta

import psycopg
import pytest

from central_server import chain
from kiosk_app.office import booking_code
from tests.central_server.pages import server
from tests.central_server.pages.server import NOW, OFFICE, Answer, Client, Pages

pytestmark = pytest.mark.slow
SLOTS = f"/{OFFICE}/book/move-in"
TUESDAY = f"{SLOTS}?day=2026-04-07&at=620"
TARO = {"name": "見本太郎", "mail": "taro@example.jp", "phone": ""}
KEY = re.compile(r"[A-Za-z0-9_-]{43}")


def held(visitor: Client, at: str = TUESDAY) -> str:
    """The path of the booking that is held now."""
    got = visitor.send(SLOTS, visitor.get(at))
    assert got.status == 303, got.text
    return got.headers["location"]


def booked(visitor: Client, at: str = TUESDAY, **contact: str) -> str:
    path = held(visitor, at)
    got = visitor.send(f"{path}/confirm", visitor.get(path), **{**TARO, **contact})
    assert got.status == 303, got.text
    return got.headers["location"]


def key_of(visitor: Client, path: str) -> str:
    return visitor.cookies["key", path]


def title(page: Answer) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.S)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def code_of(page: Answer) -> str:
    found = re.search(r'class="code num" aria-label="([\d ]+)"', page.text)
    assert found is not None
    return found[1]


def states(database: str) -> list[str]:
    with psycopg.connect(database) as connection:
        return [str(row[0]) for row in connection.execute("SELECT state FROM bookings ORDER BY made_at").fetchall()]


def test_the_way_of_a_booking(visitor: Client, database: str) -> None:
    first = visitor.get(SLOTS)
    assert first.status == 200 and "4月6日（月）午前" in first.text and 'id="go"' not in first.text
    chosen = visitor.get(TUESDAY)
    assert "10:20〜10:40" in chosen.text and "10:15までにお越しください" in chosen.text
    path = held(visitor)
    form = visitor.get(path)
    assert "10:41まで、この時間をお取りしています。" in form.text
    got = visitor.send(f"{path}/confirm", form, **TARO)
    assert (got.status, got.headers["location"]) == (303, path)
    page = visitor.get(path)
    assert title(page) == "予約しました" and "<svg" in page.text
    code = code_of(page)
    claim = booking_code.read(code, NOW.date())
    assert claim is not None and booking_code.proves(server.BOOKING_KEY, code, claim)
    assert (claim.day.isoformat(), claim.start_min, claim.letter) == ("2026-04-07", 620, "H")
    assert states(database) == ["booked"]
    # What is taken is shown as taken.
    assert re.search(r"<span>10:20</span>\s*<small>満", pages_text(visitor))


def pages_text(visitor: Client) -> str:
    return visitor.get(f"{SLOTS}?day=2026-04-07").text


def test_the_first_free_day_comes_first_and_full_days_say_so(visitor: Client, database: str, pages: Pages) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE slot_days SET closed = true WHERE day <= '2026-04-08'")
    page = visitor.get(SLOTS)
    assert "4月9日（木）午前" in page.text and page.text.count("満") == 3
    full = visitor.get(f"{SLOTS}?day=2026-04-06")
    assert "4月6日（月）は、空きがありません。" in full.text and "次に空いているのは4月9日（木）です" in full.text


def test_a_form_with_mistakes_keeps_everything_and_says_one_sentence_at_each_field(visitor: Client) -> None:
    path = held(visitor)
    form = visitor.get(path)
    got = visitor.send(f"{path}/confirm", form, name="", mail='"><b>taro@@', phone="12")
    assert got.status == 422 and "エラー" in got.text
    assert 'value="&#34;&gt;&lt;b&gt;taro@@"' in got.text and 'value="12"' in got.text and "<b>taro" not in got.text
    for sentence in ("お名前を入力してください。", "メールアドレスの形が正しくありません。", "電話番号は0から始まる"):
        # Once in the list on top, once at its field.
        assert got.text.count(sentence) == 2
    assert got.text.count('aria-invalid="true"') == 3
    none = visitor.send(f"{path}/confirm", got, name="見本太郎", mail="", phone="")
    assert none.status == 422 and "メールアドレスか電話番号を入力してください。" in none.text
    assert 'value="見本太郎"' in none.text
    assert visitor.send(f"{path}/confirm", none, name="見本太郎", phone="０９０－００００－０００１").status == 303


def test_what_is_held_too_long_is_told_and_free_again(visitor: Client, pages: Pages) -> None:
    path = held(visitor)
    form = visitor.get(path)
    pages.now += timedelta(minutes=10)
    assert title(visitor.get(path)) == "お取りしていた時間が過ぎました。"
    late = visitor.send(f"{path}/confirm", form, **TARO)
    assert late.status == 409 and "まだ予約されていません。" in late.text
    assert held(pages.client()).startswith("/b/")


def test_two_who_want_one_time(visitor: Client, pages: Pages) -> None:
    other = pages.client()
    mine, its = visitor.get(TUESDAY), other.get(TUESDAY)
    assert visitor.send(SLOTS, mine).status == 303
    late = other.send(SLOTS, its)
    assert late.status == 409 and "先にほかの方が予約されました" in late.text and "4月7日（火）午前" in late.text


def test_another_time_gives_the_first_back_at_once(visitor: Client, pages: Pages, database: str) -> None:
    path = held(visitor)
    got = visitor.send(f"{path}/release", visitor.get(path))
    assert (got.status, got.headers["location"]) == (303, f"{SLOTS}?day=2026-04-07")
    assert states(database) == [] and ("key", path) not in visitor.cookies
    assert held(pages.client()).startswith("/b/")


def test_a_form_that_is_sent_twice_books_once(visitor: Client, database: str) -> None:
    path = held(visitor)
    form = visitor.get(path)
    first, again = (visitor.send(f"{path}/confirm", form, **TARO) for _ in range(2))
    assert (first.status, again.status) == (303, 303) and states(database) == ["booked"]


def test_a_booking_is_changed_and_keeps_its_key(visitor: Client, database: str) -> None:
    path = booked(visitor)
    key, code = key_of(visitor, path), code_of(visitor.get(path))
    page = visitor.get(f"{path}/change?day=2026-04-08&at=540")
    assert "いまのご予約：4月7日（火） 10:20" in page.text
    got = visitor.send(f"{path}/change", page)
    assert got.status == 303
    new = got.headers["location"]
    shown = visitor.get(new)
    assert new != path and key_of(visitor, new) == key and code_of(shown) != code
    assert "4月8日（水）" in shown.text and "9:00〜9:20" in shown.text
    # The old link leads to the new page.
    assert visitor.get(path).headers["location"] == new
    assert sorted(states(database)) == ["booked", "cancelled"]
    assert states_of_facts(database) == ["BookingMade", "BookingCancelled", "BookingMade"]


def states_of_facts(database: str) -> list[str]:
    from offline_store.envelope import decode_link

    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT data FROM facts WHERE machine = %s ORDER BY seq", (chain.MACHINE,))
        return [decode_link(row[0])[0].kind for row in rows.fetchall()]


def test_a_booking_is_cancelled_after_a_question(visitor: Client, pages: Pages, database: str) -> None:
    path = booked(visitor)
    asked = visitor.get(f"{path}/cancel")
    assert title(asked) == "予約を取り消しますか。" and states(database) == ["booked"]
    assert visitor.send(f"{path}/cancel", asked).headers["location"] == path
    assert title(visitor.get(path)) == "予約は取り消されました。"
    assert visitor.send(f"{path}/cancel", asked).status == 303
    assert held(pages.client()).startswith("/b/")


def test_too_late_is_said_and_changes_nothing(visitor: Client, pages: Pages, database: str) -> None:
    path = booked(visitor)
    asked = visitor.get(f"{path}/cancel")
    pages.now = NOW.replace(day=7, hour=1, minute=0)
    assert f"{path}/cancel" not in visitor.get(path).text
    late = visitor.send(f"{path}/cancel", asked)
    assert late.status == 409 and "お電話でご連絡ください" in late.text and states(database) == ["booked"]


def test_whom_a_closure_hit_chooses_another_time(visitor: Client, database: str) -> None:
    path = booked(visitor)
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE bookings SET state = 'cancelled', cancelled_by = 'closure'")
    page = visitor.get(path)
    assert title(page) == "窓口が休みになり、予約は取り消されました。" and f'href="{path}/change"' in page.text
    got = visitor.send(f"{path}/change", visitor.get(f"{path}/change?day=2026-04-09&at=540"))
    assert got.status == 303 and title(visitor.get(got.headers["location"])) == "予約しました"


def test_the_own_link_opens_the_page_and_leaves_no_key_in_the_address(visitor: Client, pages: Pages) -> None:
    path = booked(visitor)
    key, stranger = key_of(visitor, path), pages.client()
    got = stranger.get(f"{path}/{key}")
    assert (got.status, got.headers["location"]) == (303, path)
    assert got.headers["referrer-policy"] == "no-referrer" and got.headers["cache-control"] == "no-store"
    page = stranger.get(path)
    assert title(page) == "予約しました"
    hrefs = [one for one in re.findall(r'(?:href|action|src)="([^"]*)"', page.text) if KEY.search(one)]
    assert hrefs == [f"{pages.url}{path}/{key}"]


def test_without_the_key_nothing_of_a_booking_is_shown(visitor: Client, pages: Pages, database: str) -> None:
    path = booked(visitor)
    stranger = pages.client()
    for end in ("", "/cancel", "/change", "/reservation.ics", f"/{'A' * 43}", "/short"):
        got = stranger.get(path + end)
        assert got.status == 404 and "予約番号でおさがしください" in got.text and "10:20" not in got.text
    stranger.cookies["key", path] = "A" * 43
    stranger.get(f"/{OFFICE}/lost")
    token = re.search(r'name="token" value="(\w+)"', stranger.get(f"/{OFFICE}/lost").text)
    assert token is not None
    for end in ("confirm", "release", "cancel", "change"):
        sent = {"token": token[1], "day": "2026-04-08", "at": "540", **TARO}
        assert stranger.post(f"{path}/{end}", sent).status == 404
    assert states(database) == ["booked"]


def test_the_entry_for_a_calendar_has_no_key_and_no_name(visitor: Client) -> None:
    path = booked(visitor)
    got = visitor.get(f"{path}/reservation.ics")
    assert got.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "DTSTART:20260407T012000Z\r\n" in got.text and "DTEND:20260407T014000Z\r\n" in got.text
    assert key_of(visitor, path) not in got.text and "見本" not in got.text and "example.jp" not in got.text
    assert all(len(line.encode()) <= 75 for line in got.text.split("\r\n"))


def test_a_lost_link_is_found_by_code_and_contact(visitor: Client, pages: Pages) -> None:
    path = booked(visitor, phone="090-0000-0001")
    code = code_of(visitor.get(path))
    for reach in ("taro@example.jp", "０９０ー００００ー０００１"):
        stranger = pages.client()
        got = stranger.send(f"/{OFFICE}/lost", stranger.get(f"/{OFFICE}/lost"), code=code, reach=reach)
        assert (got.status, got.headers["location"]) == (303, path)
        assert title(stranger.get(path)) == "予約しました"


def test_guessed_codes_and_contacts_are_answered_alike_and_limited(visitor: Client, pages: Pages) -> None:
    code = code_of(visitor.get(booked(visitor)))
    wrong_code = f"{code[:-1]}{(int(code[-1]) + 1) % 10}"
    stranger = pages.client()
    form = stranger.get(f"/{OFFICE}/lost")
    said = [
        stranger.send(f"/{OFFICE}/lost", form, code=one, reach=reach)
        for one, reach in ((wrong_code, "taro@example.jp"), (code, "hanako@example.jp"), ("x", "y"))
    ]
    assert {one.status for one in said} == {404}
    texts = {re.sub(r'value="[^"]*"', "", one.text) for one in said}
    assert len(texts) == 1
    tried = [stranger.send(f"/{OFFICE}/lost", form, code=code, reach=f"{n}@example.jp").status for n in range(30)]
    assert tried[-1] == 429 and tried.count(404) < 20
    # Neither who guesses nor anybody else opens this one before the hour is over.
    other = pages.client()
    got = other.send(f"/{OFFICE}/lost", other.get(f"/{OFFICE}/lost"), code=code, reach="taro@example.jp")
    assert got.status == 429 and got.headers["retry-after"] == "60"


def test_a_family_has_a_limit_that_is_said(visitor: Client) -> None:
    for at in (540, 560, 580, 600):
        booked(visitor, f"{SLOTS}?day=2026-04-10&at={at}")
    path = held(visitor, f"{SLOTS}?day=2026-04-10&at=620")
    got = visitor.send(f"{path}/confirm", visitor.get(path), **TARO)
    assert got.status == 409 and "この連絡先のご予約が多くなっています" in got.text and 'value="見本太郎"' in got.text


def test_the_past_and_the_far_future_cannot_be_booked(visitor: Client, pages: Pages, database: str) -> None:
    form = visitor.get(TUESDAY)
    for day, at in (("2026-04-02", "600"), ("2027-04-07", "600"), ("2026-04-04", "600"), ("2026-04-07", "601")):
        assert visitor.send(SLOTS, form, day=day, at=at).status == 409
    for day, at in (("", ""), ("2026-04-07", "x"), ("2026-13-01", "600"), ("0000-00-00", "9999")):
        assert visitor.send(SLOTS, form, day=day, at=at).status == 422
    pages.now = NOW.replace(day=7, hour=0, minute=55)
    today = visitor.get(f"{SLOTS}?day=2026-04-07").text
    assert ">10:20<" not in today and ">10:40<" in today
    assert states(database) == []


def test_what_cannot_be_booked_has_no_such_page(visitor: Client) -> None:
    assert visitor.get(f"/{OFFICE}/book/resident-record-copy").status == 404
    assert visitor.get(f"/{OFFICE}/book/nothing").status == 404
    assert f"/{OFFICE}/book/" not in visitor.get(f"/{OFFICE}/service/resident-record-copy").text


def test_a_silent_office_is_said_where_one_books(visitor: Client, database: str) -> None:
    server.show(database, server.board(), NOW - timedelta(minutes=20))
    page = visitor.get(SLOTS)
    assert "区役所と通信できていません。" in page.text and "最後に連絡がとれたのは10:11です" in page.text
    assert held(visitor).startswith("/b/")
