"""The page of certificate kiosks' money, drawn: nothing cut off, nothing unnamed, nothing faint."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from kiosk_app.api import ClaimsFound, MoneySign, MoneyView, StaffView
from tests.ui.staff.conftest import Face
from tests.ui.staff.money_day import FULL, MONEY, QUIET, REFUSED, SETTLED, at_the_counter, bell, with_money
from tests.ui.staff.office_day import COUNTERS
from tests.ui.staff.test_screens import check


def opened(face: Face, shown: MoneyView = MONEY, view: StaffView | None = None) -> None:
    with_money(face.core, shown)
    view = view or at_the_counter()
    face.sign_in(view, view.role)
    face.console.press("tab:money")
    face.until(lambda: face.console.state.get("money", {}).get("part", "") != "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "shown", "presses"),
    [
        ("pay", MONEY, []),
        ("pay-quiet", QUIET, []),
        ("pay-full", FULL, []),
        ("day", MONEY, ["money_part:day"]),
        ("day-quiet", QUIET, ["money_part:day"]),
        ("day-full", FULL, ["money_part:day"]),
        ("kiosks", MONEY, ["money_part:kiosks"]),
        ("kiosks-full", FULL, ["money_part:kiosks"]),
        ("taken", MONEY, ["pay:p12"]),
        ("find", MONEY, ["money_find"]),
        ("claim", MONEY, ["claim:a1"]),
        ("claim-in-doubt", MONEY, ["claim:a2"]),
        ("claim-of-a-unit", MONEY, ["claim:a3"]),
        ("claim-typed", MONEY, ["claim:a2", "choose:3"]),
    ],
)
def test_the_page(face: Face, name: str, shown: MoneyView, presses: list[str]) -> None:
    opened(face, shown)
    for press in presses:
        face.console.press(press)
    check(face, f"money-{name}")


@pytest.mark.slow
def test_a_claim_that_was_settled(face: Face) -> None:
    opened(face)
    face.core.claims = lambda typed: ClaimsFound(rows=(SETTLED,))
    face.console.press("money_find")
    face.console.typeNumber("OLD1-CODE")
    face.console.press("submit")
    face.until(lambda: (face.console.state["dialog"] or {})["kind"] == "money_claim")
    check(face, "money-settled")


DOUBTS = (bell("certificate_doubt", "証明書が出たか分かりません", ""),) * 3
GONE = (bell("certificate_paper", "用紙がありません"), bell("certificate_claim", "代金をお返しする方がいます"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "role", "changes"),
    [
        ("leader", "leader", {"counter": replace(COUNTERS[0], groups=tuple("AHMRWY")), "reads_forms": True}),
        ("refused", "clerk", {"money": MoneySign(refused=(REFUSED,))}),
        ("refused-and-a-bell", "clerk", {"money": MoneySign(refused=(REFUSED,) * 2), "alerts": DOUBTS}),
        ("called", "clerk", {"alerts": GONE}),
        ("narrow", "leader", {"training": True, "alerts": DOUBTS}),
    ],
)
def test_the_page_beside_what_else_there_is(face: Face, name: str, role: Any, changes: dict[str, Any]) -> None:
    if name == "narrow":
        face.window.setHeight(720)
    opened(face, FULL, at_the_counter(role, **changes))
    check(face, f"money-{name}")
