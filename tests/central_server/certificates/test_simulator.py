"""The issuer that ships: who is in it, and what stands on its documents, read back out of the PDF."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime
from io import BytesIO

import msgspec
import pypdfium2
import pytest
from PIL import Image

from central_server.certificates import received
from central_server.certificates.households import FIELD_LETTERS_MAX, NO_NUMBER, WRITTEN, registers
from central_server.certificates.issuer import Made, NotHere, Order, Subject
from central_server.certificates.people import TOWNS
from central_server.certificates.received import Fine
from central_server.certificates.register import Resident
from central_server.certificates.typeset import Typesetter
from central_server.certificates.verification import Signer, serial
from central_server.certificates.wareki import fiscal_year, wareki
from kiosk_app.office.certificates import KINDS, WIDTH_MM, Kind, Layout, Offer, Wanted
from tests.central_server.certificates import house as h

AT = datetime(2026, 4, 6, 1, 12, tzinfo=UTC)


def subject(card: int) -> Subject:
    return Subject("aa", f"{card:x}", f"r-{card}")


def offer(card: int, kind: Kind) -> Offer | None:
    found = h.simulator().offers(subject(card), AT)
    return next((one for one in found.offers if one.kind == kind), None)


def order(card: int, wanted: Wanted, layout: Layout = "roll-80") -> Order:
    return Order(subject(card), wanted, layout, "i1", serial(1, 7), 7, "kokura-kita", 1, AT)


def made(card: int, wanted: Wanted, layout: Layout = "roll-80") -> str:
    got = h.simulator().make(order(card, wanted, layout))
    assert isinstance(got, Made)
    assert isinstance(received.look(got.pdf, got.sha256, layout), Fine)
    return h.text_of(got.pdf)


def everything(kind: Kind, card: int) -> Wanted:
    found = offer(card, kind)
    assert found is not None
    return Wanted(kind=kind, scope="all" if "all" in found.scopes else "self", items=found.items)


# --- the people ------------------------------------------------------------------------------------------------------


def test_the_people_are_the_same_at_every_start_and_live_in_every_ward() -> None:
    one, two = (registers(lambda text: True, 2025).by_serial for _ in range(2))
    assert one == two and len(one) > 400
    assert {found.household.ward for found in one.values()} == set(TOWNS)
    assert {found.person.individual_number for found in one.values()} == {NO_NUMBER}


def test_the_number_on_samples_is_nobodys() -> None:
    """Its check digit is wrong (総務省令: weights 2 to 7 and 2 to 6, 11 minus the rest)."""
    weights = [*range(2, 8), *range(2, 7)]
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(NO_NUMBER[:11]), weights, strict=True)) % 11
    assert int(NO_NUMBER[11]) != (0 if rest <= 1 else 11 - rest)


def test_most_people_can_have_most_certificates() -> None:
    asked = [h.simulator().offers(subject(card), AT) for card in range(0x10000, 0x10000 + 400)]
    assert sum(len(one.offers) for one in asked) > len(asked) * 3
    assert {one.kind for each in asked for one in each.offers} == set(KINDS)


@pytest.mark.parametrize(
    ("card", "kinds"),
    [
        (h.TAKASAKI, set(KINDS)),
        (h.NGUYEN, {"resident-record", "seal-registration", "income-tax", "tax-payment"}),
        (h.FAR_DOMICILE, {"resident-record", "seal-registration", "income-tax", "tax-payment"}),
        (h.NOTHING_REGISTERED, {"resident-record", *(one for one in KINDS if one.startswith("family"))}),
        (h.BESIDE_PROTECTED, {"seal-registration", "income-tax", "tax-payment"}),
        (h.PROTECTED, set()),
        (h.LEAVING, set()),
        (h.CHILD, set()),
        (h.OUTSIDE_FONT, set()),
        (h.ARRIVED, set()),
        (h.TOO_LONG, set()),
        (h.UNKNOWN, set()),
    ],
)
def test_each_written_household_is_there_for_one_thing(card: int, kinds: set[Kind]) -> None:
    found = h.simulator().offers(subject(card), AT)
    assert {one.kind for one in found.offers} == kinds or card == h.BESIDE_PROTECTED
    assert "resident-record" in kinds or "resident-record" not in {one.kind for one in found.offers}
    far = {one.kind for one in found.closed if one.why == "elsewhere"}
    assert bool(far) == (card == h.FAR_DOMICILE)


def test_a_member_of_one_session_means_nothing_in_another() -> None:
    one, two = (h.simulator().offers(Subject("aa", f"{h.TAKASAKI:x}", ref), AT) for ref in ("r1", "r2"))
    refs = [{member.ref for o in found.offers for member in o.members} for found in (one, two)]
    assert all(refs) and not refs[0] & refs[1]


# --- the documents ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", WIDTH_MM)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_on_every_paper_says_whose_it_is_and_that_it_is_a_sample(kind: Kind, layout: Layout) -> None:
    text = made(h.TAKASAKI, everything(kind, h.TAKASAKI), layout)
    assert "髙﨑" in text and "美咲" in text
    assert "見本" in text and "実在しません" in text and "効力はありません" in text
    assert serial(1, 7) in text and "令和8年4月6日" in text


@pytest.mark.parametrize(
    ("card", "names"),
    [
        (h.TAKASAKI, ("髙﨑", "美咲", "タカサキ")),
        (h.YOSHINO, ("𠮷野", "一郎")),
        (h.AYA, ("辻", "彩")),
        (h.NGUYEN, ("ＮＧＵＹＥＮ", "山田安")),
    ],
)
def test_hard_names_are_written_as_they_are(card: int, names: tuple[str, ...]) -> None:
    text = made(card, Wanted(kind="resident-record", scope="self"))
    assert [name for name in names if name not in text] == []


def picture(card: int, wanted: Wanted) -> Image.Image:
    got = h.simulator().make(order(card, wanted))
    assert isinstance(got, Made)
    with contextlib.closing(pypdfium2.PdfDocument(got.pdf)) as document:
        return document[0].render(scale=203 / 72, grayscale=True).to_pil()


def test_a_variant_is_drawn_in_its_own_form() -> None:
    """The same page but for the selector is another picture: it was not dropped on the way to the ink."""
    from central_server.certificates.papers import Chosen, paper

    found = h.simulator()._registers.resident(h.AYA)
    assert isinstance(found, Resident)
    chosen = Chosen(Wanted(kind="resident-record"), (found.person.id,), AT.date(), "x", "roll-80")
    with_it = paper(found, chosen, "")
    assert "辻\U000e0102" in with_it.sections[1].rows[0][1]
    plain = msgspec.json.decode(msgspec.json.encode(with_it).replace("\U000e0102".encode(), b""), type=type(with_it))
    pages = []
    for one in (with_it, plain):
        with contextlib.closing(pypdfium2.PdfDocument(Typesetter().pdf(one))) as document:
            pages.append(document[0].render(scale=4, grayscale=True).to_pil().tobytes())
    assert pages[0] != pages[1]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("head-and-relation", "妻"),
        ("nationality", "ベトナム"),
        ("residence-status", "技術・人文知識・国際業務"),
        ("residence-card", "ＡＢ１２３４５６７８ＣＤ"),
        ("individual-number", NO_NUMBER),
        ("domicile", "黒崎五丁目１番地"),
    ],
)
def test_an_item_stands_there_where_it_was_chosen_and_only_there(item: str, said: str) -> None:
    wanted = Wanted(kind="resident-record", scope="all", items=(item,))  # type: ignore[arg-type]
    assert said in made(h.NGUYEN, wanted)
    without = made(h.NGUYEN, Wanted(kind="resident-record", scope="all"))
    assert said not in without and "記載を省略" in without


def test_only_those_who_were_chosen_stand_there() -> None:
    found = offer(h.TAKASAKI, "resident-record")
    assert found is not None
    refs = {one.name: one.ref for one in found.members}
    alone = made(h.TAKASAKI, Wanted(kind="resident-record", scope="self"))
    assert "健太" not in alone and "陽菜" not in alone
    wanted = Wanted(kind="resident-record", scope="part", members=(refs["髙﨑　健太"], refs["髙﨑　陽菜"]))
    part = made(h.TAKASAKI, wanted)
    assert "健太" in part and "陽菜" in part and "タカサキミサキ" not in part
    whole = made(h.TAKASAKI, Wanted(kind="resident-record", scope="all"))
    assert all(name in whole for name in ("美咲", "健太", "陽菜"))


@pytest.mark.parametrize(
    ("card", "wanted"),
    [
        (h.UNKNOWN, Wanted(kind="resident-record")),
        (h.PROTECTED, Wanted(kind="resident-record")),
        (h.CHILD, Wanted(kind="resident-record")),
        (h.FAR_DOMICILE, Wanted(kind="family-register", scope="all")),
        (h.YOSHINO, Wanted(kind="resident-record", scope="part", members=("x",))),
        (h.YOSHINO, Wanted(kind="resident-record", items=("residence-card",))),
        (h.TAKASAKI, Wanted(kind="income-tax", scope="all")),
    ],
)
def test_what_was_not_offered_is_not_made(card: int, wanted: Wanted) -> None:
    assert isinstance(h.simulator().make(order(card, wanted)), NotHere)


def test_text_is_never_read_as_markup() -> None:
    """A name that is typst's own language stands there letter for letter."""
    from central_server.certificates.papers import Paper, Section

    name = '#panic("x") $1$ *b* _i_ `c` <l> @r // c \\ "'
    paper = Paper(
        title="見本",
        width_mm=72.0,
        is_roll=True,
        sections=(Section("", (("氏名", name),)),),
        sentence="",
        date="",
        authority="",
        serial="",
    )
    assert "".join(name.split()) in h.text_of(Typesetter().pdf(paper))


def test_a_code_on_paper_can_be_scanned_at_the_roll_printers_own_dots() -> None:
    import shutil
    import subprocess

    if shutil.which("zbarimg") is None:
        pytest.fail("zbarimg is missing: see scripts/system-packages.txt")
    out = BytesIO()
    dots = picture(h.TAKASAKI, Wanted(kind="resident-record")).point([0] * 160 + [255] * 96)
    dots.save(out, "PNG")
    read = subprocess.run(["zbarimg", "--raw", "-q", "-"], input=out.getvalue(), capture_output=True, check=True)
    address = read.stdout.decode().strip()
    assert re.fullmatch(re.escape(f"{h.PUBLIC_URL}/c/") + r"[A-Za-z0-9_-]{114}", address)
    from central_server.certificates.verification import read as claims

    signer = Signer(h.SIGNING_KEY)
    found = claims(address.rpartition("/")[2], {signer.key_id: signer.public})
    assert found is not None and (found.office, found.number, found.kind) == (1, 7, "resident-record")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-04-06", "令和8年4月6日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-04-30", "平成31年4月30日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1926-12-24", "大正15年12月24日"),
        ("1912-07-29", "明治45年7月29日"),
    ],
)
def test_days_are_written_in_their_era(day: str, said: str) -> None:
    assert wareki(datetime.fromisoformat(day).date()) == said
    assert fiscal_year(2025) == "令和7年度"


def test_written_households_need_no_more_letters_than_the_form_has_but_for_the_one_that_does() -> None:
    longer = [home for home in WRITTEN if len(f"福岡県北九州市{home.ward}{home.place}") > FIELD_LETTERS_MAX]
    assert len(longer) == 1
