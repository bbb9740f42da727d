"""Hostile requests: forms of others, guessed ids, injection, floods, leaks. Nothing happens, and one reads why."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from central_server.web.limits import Limit, PageLimits, subscriber
from tests.central_server.pages import server
from tests.central_server.pages.server import NOW, OFFICE, TICKET, Answer, Client, Pages
from tests.central_server.pages.test_booking import SLOTS, TARO, TUESDAY, booked, held, key_of, states
from tests.depth import examples

pytestmark = pytest.mark.slow
PLACES = (
    "/",
    f"/{OFFICE}/",
    f"/{OFFICE}/find?q=%E5%BC%95%E3%81%A3%E8%B6%8A%E3%81%97",
    f"/{OFFICE}/ask/start",
    f"/{OFFICE}/ask/support/0",
    f"/{OFFICE}/service/move-in",
    f"/{OFFICE}/book",
    SLOTS,
    f"/{OFFICE}/lost",
    f"/{OFFICE}/now",
    f"/{OFFICE}/ticket",
    f"/t/{TICKET}",
)
EVIL = (
    "' OR '1'='1",
    "'; DROP TABLE bookings; --",
    "x\r\nSet-Cookie: key=stolen\r\n\r\n<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "{{7*7}}{% raw %}",
    "\x00",
    "../../../../etc/passwd",
    "%s%n%p",
    "\u202e\ufeff\u200b",
    "a" * 5_000,
    "\N{BEL}\N{ESCAPE}[31m",
    "javascript:alert(1)",
)


def harmless(page: Answer) -> None:
    assert page.status < 500, page.text
    assert "<script" not in page.text
    assert not any(one.startswith("key=stolen") for one in page.cookies)
    if page.headers.get("content-type", "").startswith("text/html"):
        # Of our own; what is no address of ours is the server's to answer.
        assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_every_answer_keeps_itself_to_itself(visitor: Client, database: str) -> None:
    server.show(database, server.board(), NOW)
    for place in (*PLACES, "/nowhere/", f"/{OFFICE}/service/none", "/t/aaaaaaaaaaaaaaaa"):
        got = visitor.get(place)
        assert got.headers["cache-control"] == "no-store", place
        assert got.headers["x-content-type-options"] == "nosniff" and got.headers["x-frame-options"] == "DENY"
        assert got.headers["referrer-policy"] == "same-origin" and "Cookie" in got.headers["vary"]
        policy = got.headers["content-security-policy"]
        assert "unsafe" not in policy and "http" not in policy and "script-src" not in policy
        assert " style=" not in got.text and "<style" not in got.text and "<script" not in got.text
        assert re.findall(r'\son\w+="', got.text) == []


def test_nothing_is_fetched_from_elsewhere(visitor: Client, database: str) -> None:
    server.show(database, server.board(), NOW)
    pages = [visitor.get(place) for place in PLACES]
    outside = {one for page in pages for one in re.findall(r'(?:src|href|action)="(https?:[^"]*)"', page.text)}
    # The municipality's own application pages, which a visitor presses.
    assert outside == set()
    style = re.search(r'href="(/assets/[^"]+\.css)"', pages[1].text)
    assert style is not None
    css = visitor.get(style[1])
    assert css.status == 200 and "url(" not in css.text and "@import" not in css.text
    assert "immutable" in css.headers["cache-control"]
    for name in ("../site.py", "..%2Fsite.py", "pages.css/../../site.py", "nothing.css"):
        assert visitor.get(f"/assets/x/{name}").status == 404


@pytest.fixture
def secure(database: str, pages: Pages) -> Iterator[Pages]:
    with server.serving(database, https=True) as started:
        yield started


def test_by_https_no_cookie_ever_leaves_without(secure: Pages) -> None:
    visitor = secure.client()
    page = visitor.get(f"{TUESDAY}&lang=en")
    cookies = [*page.cookies, *visitor.send(SLOTS, page).cookies]
    assert {one.partition("=")[0] for one in cookies} == {"__Host-visitor", "__Host-language", "__Secure-key"}
    for one in cookies:
        parts = {part.strip().lower() for part in one.split(";")}
        assert {"secure", "httponly", "samesite=lax"} <= parts
        assert one.startswith("__Secure-key") == ("path=/" not in parts)
    assert page.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({"Origin": "https://evil.example"}, True),
        ({"Origin": "null"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({}, False),
    ],
)
def test_a_form_of_somebody_else_does_nothing(
    visitor: Client, pages: Pages, database: str, headers: dict[str, str], token: bool
) -> None:
    path = booked(visitor)
    page = visitor.get(f"{path}/cancel")
    found = re.search(r'name="token" value="(\w+)"', page.text)
    assert found is not None
    sent = {"token": found[1]} if token else {}
    got = visitor.post(f"{path}/cancel", sent, **headers)
    assert got.status == 403 and "入力を受け取れませんでした。" in got.text
    assert states(database) == ["booked"]


def test_a_token_of_another_visitor_or_of_none_is_no_token(visitor: Client, pages: Pages, database: str) -> None:
    path = booked(visitor)
    other = pages.client()
    its = re.search(r'name="token" value="(\w+)"', other.get(f"/{OFFICE}/lost").text)
    assert its is not None
    for token in (its[1], "", "0" * 64, "ä"):
        assert visitor.post(f"{path}/cancel", {"token": token}).status == 403
    # Somebody who keeps no cookies cannot send a form, and reads why.
    page = visitor.get(f"{path}/cancel")
    visitor.cookies.pop(("visitor", "/"))
    got = visitor.send(f"{path}/cancel", page)
    assert got.status == 403 and "Cookie" in got.text and states(database) == ["booked"]


def test_looking_changes_nothing(visitor: Client, database: str) -> None:
    """What filters of mail and previews of links do: every address of a booking is opened, and opened again."""
    path = booked(visitor)
    for end in ("", f"/{key_of(visitor, path)}", "/cancel", "/change", "/reservation.ics", "/confirm", "/release"):
        for _ in range(2):
            visitor.get(path + end)
    assert states(database) == ["booked"]


def test_injection_finds_no_way(visitor: Client, database: str) -> None:
    server.show(database, server.board(), NOW)
    path = held(visitor)
    form, lost = visitor.get(path), visitor.get(f"/{OFFICE}/lost")
    for evil in EVIL:
        for field in ("name", "mail", "phone"):
            harmless(visitor.send(f"{path}/confirm", form, **{"name": "x", "mail": "no", field: evil}))
        harmless(visitor.send(f"/{OFFICE}/lost", lost, code=evil, reach=evil))
        harmless(visitor.send(SLOTS, lost, day=evil, at=evil))
        put = quote(evil, safe="")
        if len(evil) < 1_000:
            for place in (
                f"/{OFFICE}/find?q={put}",
                f"{SLOTS}?day={put}&at={put}",
                f"/t/{put}",
                f"/{put}/",
                f"/b/{put}/x",
            ):
                harmless(visitor.get(place))
            harmless(visitor.get(f"/{OFFICE}/?lang={put}"))
            harmless(visitor.get(f"/{OFFICE}/", **{"Accept-Language": quote(evil)}))
    assert states(database) == ["held"]
    # A name that looks dangerous is a name.
    assert visitor.send(f"{path}/confirm", form, **{**TARO, "name": "Robert'); DROP TABLE"}).status == 303
    assert states(database) == ["booked"]


def test_requests_that_are_no_forms(visitor: Client, database: str) -> None:
    path = held(visitor)
    visitor.get(path)
    urlencoded = {"Content-Type": "application/x-www-form-urlencoded"}
    for body, headers, status in (
        (b"token=1&name=%ff%fe", urlencoded, 403),
        (b"&".join(b"f%d=x" % n for n in range(200)), urlencoded, 403),
        (b"name=" + b"a" * 20_000, urlencoded, 413),
        (b'{"token": 1}', {"Content-Type": "application/json"}, 403),
        (
            b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n1\r\n--x--',
            {"Content-Type": "multipart/form-data; boundary=x"},
            403,
        ),
        (b"", {}, 403),
        ("トークン".encode(), urlencoded, 403),
    ):
        got = visitor.raw("POST", f"{path}/confirm", body, headers)
        assert got.status == status, (body[:30], got.status)
        harmless(got)
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        assert visitor.raw(method, path, None, {}).status in (404, 405)
    assert states(database) == ["held"]


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["/{0}/", "/" + OFFICE + "/{0}", "/t/{0}", "/b/" + OFFICE + "/{0}", "/b/" + OFFICE + "/{0}/{0}"]),
    st.text(min_size=1, max_size=40),
    st.dictionaries(st.sampled_from(["q", "day", "at", "lang", "weekday", "event", "auto"]), st.text(max_size=30)),
)
@example("/t/{0}", "0/", {})
def test_any_address_is_answered(pages: Pages, shape: str, text: str, query: dict[str, str]) -> None:
    from urllib.parse import urlencode

    told = text.encode("utf-8", "surrogatepass")
    asked = urlencode({key: value.encode("utf-8", "surrogatepass") for key, value in query.items()})
    assert pages.client().get(f"{shape.format(quote(told, safe=''))}?{asked}").status in (200, 302, 303, 404, 429)


# --- floods ------------------------------------------------------------------------------------------------------


FEW = PageLimits(
    pages=Limit("pages", 40, 60),
    holds=Limit("holds", 3, 600),
    unknown=Limit("unknown", 5, 600),
)


@pytest.fixture
def strict(database: str, pages: Pages) -> Iterator[tuple[Pages, Pages]]:
    """Two processes of one server, as far as counting is concerned."""
    with server.serving(database, limits=FEW) as one, server.serving(database, limits=FEW) as other:
        yield one, other


def test_times_that_one_address_holds_are_limited_over_all_processes(
    strict: tuple[Pages, Pages], database: str
) -> None:
    told = []
    for n, place in enumerate((*strict, *strict)):
        visitor = place.client()
        page = visitor.get(f"{SLOTS}?day=2026-04-08&at={540 + 20 * n}")
        told.append(visitor.send(SLOTS, page).status)
    assert told == [303, 303, 303, 429] and states(database) == ["held"] * 3
    # Another ten minutes are another count.
    for place in strict:
        place.now = NOW + timedelta(minutes=11)
    again = strict[0].client()
    assert again.send(SLOTS, again.get(f"{SLOTS}?day=2026-04-08&at=700")).status == 303


def test_guessed_tickets_and_bookings_are_limited(strict: tuple[Pages, Pages]) -> None:
    told = [strict[n % 2].client().get(f"/t/{'a' * 15}{n}").status for n in range(7)]
    assert told == [404] * 5 + [429] * 2
    assert strict[0].client().get(f"/b/{OFFICE}/{'a' * 16}/{'k' * 43}").status == 429


def test_a_flood_of_pages_is_told_to_wait(strict: tuple[Pages, Pages]) -> None:
    visitor = strict[0].client()
    told = [visitor.get(f"/{OFFICE}/book") for _ in range(42)]
    assert [one.status for one in told[-3:]] == [200, 429, 429] or told[-1].status == 429
    assert told[-1].headers["retry-after"] == "60" and "しばらく待ってから" in told[-1].text


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9%eth0", "2001:db8:1:2::/64"),
        ("not an address", ""),
    ],
)
def test_whose_an_address_is(address: str, whose: str) -> None:
    assert subscriber(address) == whose


# --- leaks -------------------------------------------------------------------------------------------------------


def test_no_key_and_nobody_is_in_a_log(
    visitor: Client, pages: Pages, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = booked(visitor, phone="090-0000-0001")
    key = key_of(visitor, path)
    stranger = pages.client()
    stranger.get(f"{path}/{key}")
    stranger.get(path)
    stranger.get(f"{path}/{'k' * 43}")
    for secret in (key, "見本太郎", "taro@example.jp", "09000000001", "0000-0001"):
        assert secret not in caplog.text


def test_a_database_that_is_away_is_told_kindly_and_nothing_of_it(database: str, pages: Pages) -> None:
    with server.serving(database.replace("dbname=", "dbname=not_there_"), ready=False) as lost:
        got = lost.client().get(SLOTS)
        assert got.status == 503 and "予約は、確認のページが出るまで成立していません" in got.text
        assert "dbname" not in got.text and "not_there" not in got.text


def test_what_is_counted_of_an_address_does_not_name_it(visitor: Client, database: str) -> None:
    held(visitor)
    with psycopg.connect(database) as connection:
        rows = str(connection.execute("SELECT * FROM page_limits").fetchall())
    assert "holds" in rows and "127.0.0.1" not in rows
