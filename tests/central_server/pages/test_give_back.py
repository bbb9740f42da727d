"""Who leaves gives the number back on the page of their ticket: asked once, passed on, and said as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from central_server.web.limits import Limit, PageLimits
from kiosk_app.office import facts as f
from offline_store.envelope import decode
from tests.central_server.pages import server
from tests.central_server.pages.server import NOW, OFFICE, TICKET, Answer, Client, Pages
from tests.central_server.pages.test_booking import title
from tests.central_server.pages.test_office import text

pytestmark = pytest.mark.slow
MINE = f"/t/{TICKET}"
CANCEL = f"{MINE}/cancel"


def asked(database: str) -> list[tuple[str, f.Fact]]:
    """By whom, and what, as it goes down to the office."""
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT data FROM facts WHERE office = %s ORDER BY seq", (OFFICE,)).fetchall()
    envelopes = [decode(row[0]) for row in rows]
    return [(one.actor, f.decode(one.kind, one.body)) for one in envelopes]


def refuse(database: str) -> None:
    """As taking.py does with the office's word."""
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE give_backs SET refused_at = now() WHERE refused_at IS NULL")


def give_back(visitor: Client) -> Answer:
    return visitor.send(CANCEL, visitor.get(CANCEL))


def test_who_leaves_is_asked_whether_they_are_sure_and_the_office_is_told_once(
    visitor: Client, pages: Pages, database: str
) -> None:
    server.show(database, server.board(), NOW)
    assert f'href="{CANCEL}"' in visitor.get(MINE).text
    sure = visitor.get(CANCEL)
    assert "順番待ちをやめますか。" in title(sure) and "A-105" in sure.text
    assert "この番号ではお呼びしません" in text(sure) and "やめない" in sure.text and asked(database) == []
    done = visitor.send(CANCEL, sure)
    assert (done.status, done.headers["location"]) == (303, MINE)
    said = text(visitor.get(MINE))
    assert "取り消しを区役所に伝えています。" in said and "区役所が受け取ると、この番号は取り消されます。" in said
    assert "前にお待ちの方 4人" in said, "until the office has decided it is as it was"
    assert CANCEL not in visitor.get(MINE).text
    ((actor, fact),) = asked(database)
    assert actor == "visitor" and isinstance(fact, f.GiveBackAsked) and fact.ticket == TICKET
    again = visitor.send(CANCEL, sure)
    assert again.status == 303 and len(asked(database)) == 1, "sent twice is asked once"
    at = NOW + timedelta(seconds=5)
    server.show(database, server.board(at, state="cancelled"), at)
    pages.now = at
    said = text(visitor.get(MINE))
    assert "この番号は取り消されました。" in said and "伝えています" not in said


def test_a_refusal_is_said_and_may_be_asked_again(visitor: Client, pages: Pages, database: str) -> None:
    server.show(database, server.board(), NOW)
    give_back(visitor)
    refuse(database)
    said = text(visitor.get(MINE))
    assert "取り消せませんでした。" in said and "窓口の職員へお声がけください。" in said
    assert give_back(visitor).status == 303
    assert len({fact.intent for _, fact in asked(database) if isinstance(fact, f.GiveBackAsked)}) == 2
    assert "取り消せませんでした。" not in text(visitor.get(MINE))


def test_of_an_office_that_is_cut_off_it_is_said_that_it_has_not_heard(
    visitor: Client, pages: Pages, database: str
) -> None:
    server.show(database, server.board(), NOW)
    pages.now += timedelta(minutes=4)
    sure = text(visitor.get(CANCEL))
    assert "区役所と通信できていません。" in sure
    assert "取り消しは、つながってから区役所に伝わります。それまでは順番が残ります。" in sure
    assert give_back(visitor).status == 303
    said = text(visitor.get(MINE))
    assert "区役所とつながってから伝わります。それまでは順番が残ります。" in said
    assert "この番号は取り消されました" not in said and len(asked(database)) == 1


@pytest.mark.parametrize("state", ["called", "second_stage", "done", "cancelled"])
def test_who_is_called_or_through_is_not_offered_it(visitor: Client, pages: Pages, database: str, state: str) -> None:
    server.show(database, server.board(), NOW)
    sure = visitor.get(CANCEL)
    at = NOW + timedelta(seconds=5)
    server.show(database, server.board(at, state=state), at)
    pages.now = at
    assert CANCEL not in visitor.get(MINE).text
    assert visitor.get(CANCEL).headers["location"] == MINE
    assert visitor.send(CANCEL, sure).headers["location"] == MINE
    assert asked(database) == [], "a form that was got before comes too late"


@pytest.fixture
def strict(database: str, pages: Pages) -> Iterator[Pages]:
    with server.serving(database, limits=PageLimits(give_backs=Limit("give backs", 2, 3_600))) as one:
        yield one


def test_it_is_limited_like_every_form(strict: Pages, database: str) -> None:
    server.show(database, server.board(), NOW)
    assert [give_back(strict.client()).status for _ in range(3)] == [303, 303, 429]
    assert len(asked(database)) == 1
