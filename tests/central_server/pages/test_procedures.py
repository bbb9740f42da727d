"""The questions of life events on a telephone: the same as at the ticket machine, without script, cookie or form."""

from __future__ import annotations

import re

import pytest

from kiosk_app.api import LANGUAGES
from kiosk_app.office import procedures
from tests.central_server.pages.server import OFFICE, Client, Pages
from tests.central_server.pages.test_office import text

pytestmark = pytest.mark.slow
HERE = f"/{OFFICE}/procedures"


def links(page: str, life: str) -> list[str]:
    return [one.replace("&amp;", "&") for one in re.findall(rf'href="({HERE}/{life}\?a=[ynu]+)"', page)]


def test_the_first_pages_lead_there(visitor: Client) -> None:
    assert f'href="{HERE}"' in visitor.get(f"/{OFFICE}/").text
    assert f'href="{HERE}"' in visitor.get(f"/{OFFICE}/find").text
    page = visitor.get(HERE)
    assert len(re.findall(rf'href="{HERE}/[a-z-]+"', page.text)) == 10
    assert "このページでは番号札は出ません。" in page.text


def test_a_family_that_moves_in_reads_the_way_and_what_to_bring(visitor: Client) -> None:
    page = visitor.get(f"{HERE}/move-in")
    assert "海外から引っ越してきましたか。" in page.text
    for n in range(8):
        address = f"{HERE}/move-in?a={'nynyynny'[: n + 1]}"
        assert address in links(page.text, "move-in")
        page = visitor.get(address)
        assert page.status == 200 and not page.cookies
    said = text(page)
    assert "窓口の順番" in said and "転出証明書" in said and "学校を変わる手続き" in said
    ways = re.findall(r"(引っ越し・戸籍|マイナンバーカード|健康保険・年金|子ども・子育て|証明書)</b> <span", page.text)
    assert ways == ["引っ越し・戸籍", "マイナンバーカード", "健康保険・年金", "子ども・子育て", "証明書"]
    assert 'href="https://kokurakita.example.lg.jp/online/child-allowance"' in page.text
    back = re.search(rf'href="({HERE}/move-in\?a=nynyynn)"', page.text)
    assert back is not None and "住民票" in visitor.get(back[1]).text


def test_every_link_of_every_life_event_leads_on_to_something_to_do(visitor: Client, pages: Pages) -> None:
    """Each question of each event once, by the shortest way to it; what nobody can read is no page."""
    assert pages.site is not None
    known = pages.site.central.procedures
    assert known is not None
    for life in known.events:
        asked: set[str] = set()
        todo = [""]
        while todo:
            coded = todo.pop(0)
            page = visitor.get(f"{HERE}/{life.id}?a={coded}")
            assert page.status == 200
            step = procedures.walk(life, procedures.decoded(coded)).step
            onward = [one for one in links(page.text, life.id) if len(one.rpartition("=")[2]) > len(coded)]
            if step is None:
                assert "手続きの一覧" in page.text and not onward
                continue
            assert len(onward) == len(procedures.offered(step))
            for address in onward:
                further = address.rpartition("=")[2]
                following = procedures.walk(life, procedures.decoded(further)).step
                name = following.question if following is not None else "end"
                if name not in asked:
                    asked.add(name)
                    todo.append(further)
        assert "end" in asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_list(visitor: Client, language: str) -> None:
    page = visitor.get(f"{HERE}/birth?a=nnyyu&lang={language}")
    assert page.status == 200 and "{" not in text(page)


@pytest.mark.parametrize("path", [f"{HERE}/nothing", "/elsewhere/procedures", "/elsewhere/procedures/move-in"])
def test_what_is_not_there_is_said(visitor: Client, path: str) -> None:
    assert visitor.get(path).status == 404


@pytest.mark.parametrize("coded", ["zzz", "n%00", "nynyynnyyyyyyyyyyyyyyyyy", "<b>", "n" * 5000])
def test_whatever_stands_in_the_address_is_read_as_far_as_it_goes(visitor: Client, coded: str) -> None:
    page = visitor.get(f"{HERE}/move-in?a={coded}")
    assert page.status == 200 and "<b>&" not in page.text
