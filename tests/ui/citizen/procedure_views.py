"""Every screen of who looks for the right procedures, as the real journey comes to it with what ships."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

from msgspec.structs import replace

from kiosk_app import procedure_files, words
from kiosk_app.api import CitizenView, Language
from kiosk_app.journeys import form_events as f
from kiosk_app.journeys import ticket
from kiosk_app.journeys.messages import Context, ListPrinted, PrintList, Ways
from kiosk_app.office.procedures import ANSWERS
from tests.kiosk_app.journeys import forms_house as h
from tests.kiosk_app.journeys.conftest import Desk
from tests.kiosk_app.office.forms_house import form_set
from tests.ui.citizen.office_views import a_desk

FOLDER = Path(procedure_files.__file__).parents[1] / "config" / "procedures"


@lru_cache
def _context(now_utc_ms: int) -> Context:
    said = words.load(domains=words.domains_of(False, True))
    context = a_desk(now_ms=now_utc_ms).context
    return replace(context, procedures=procedure_files.load(FOLDER), words=said)


def answer(desk: Desk, life: str, coded: str) -> None:
    desk.press("find", f"life:{life}")
    desk.press(*(f"reply:{next(one for one in ANSWERS if one[0] == letter)}" for letter in coded))


def _family(desk: Desk) -> None:
    """A family moves in: everything that can be, and a school besides."""
    answer(desk, "move-in", "nynyyyyy")


def _visit(desk: Desk) -> None:
    _family(desk)
    desk.press("go_on", "go_on")


def _take(desk: Desk) -> None:
    _visit(desk)
    desk.press("take_route")
    desk.issued("H-201")
    desk.printed()


def _paper(is_printed: bool) -> Callable[[Desk], None]:
    def visit(desk: Desk) -> None:
        answer(desk, "job-leave", "nyy")
        (listed,) = desk.press("list_only")
        assert isinstance(listed, PrintList)
        desk.step(ListPrinted(job=listed.job, is_printed=is_printed))

    return visit


def _closed(desk: Desk) -> None:
    """Late in the afternoon: the notice of moving in is not taken any more."""
    desk.change(now_utc_ms=desk.context.now_utc_ms + 6 * 3_600_000 + 25 * 60_000)
    answer(desk, "move-in", "nynnnnn")


def _nothing(desk: Desk) -> None:
    answer(desk, "job-start", "nn")


def _all_doors(desk: Desk) -> None:
    desk.change(ways=Ways(code_reader="below", reads_codes=True), card_reader="below", card_seen="empty")


def _makes_forms(desk: Desk) -> None:
    said = words.load(domains=words.domains_of(False, True, True))
    desk.change(words=said, forms=f.FormsNow(form_set=form_set()))


def _offer(desk: Desk) -> None:
    _makes_forms(desk)
    answer(desk, "move-in", "nynyynny")
    desk.press("go_on", "go_on")


def _made(desk: Desk) -> None:
    """By keys, to the paper."""
    _offer(desk)
    desk.press(desk.view().actions[0].id, "next", "people:1", "way:type")
    desk.step(f.FormsReady(visit=h.visit(desk), sheets=5))
    desk.press("print")
    desk.step(f.FormsPrinted(visit=h.visit(desk), printed=5, sheets=5))


def _take_with_forms(desk: Desk) -> None:
    _made(desk)
    desk.press("end", "take_route")
    desk.issued("H-201")
    desk.printed()


PROCEDURE_SCREENS: dict[str, Callable[[Desk], object]] = {
    "idle": lambda desk: None,
    "idle-all": _all_doors,
    "events": lambda desk: desk.press("find"),
    "question": lambda desk: answer(desk, "move-in", "n"),
    "question-long": lambda desk: answer(desk, "move-in", "ny"),
    "question-last": lambda desk: answer(desk, "bereavement", "nyn"),
    "list": _family,
    "list-short": lambda desk: answer(desk, "job-leave", "nyy"),
    "list-closed": _closed,
    "list-nothing": _nothing,
    "bring": lambda desk: (_family(desk), desk.press("go_on")),
    "visit": _visit,
    "offer": _offer,
    "offer-chosen": lambda desk: (_offer(desk), desk.press(desk.view().actions[0].id)),
    "offer-made": _made,
    "take-forms": _take_with_forms,
    "take-way": _take,
    "paper": _paper(True),
    "paper-failed": _paper(False),
}


@cache
def procedure_view(name: str, language: Language = "ja", *modes: str) -> CitizenView:
    plain = a_desk(language, frozenset(modes))
    desk = Desk(context=_context(plain.context.now_utc_ms), state=plain.state)
    PROCEDURE_SCREENS[name](desk)
    return ticket.view(desk.state, desk.context)
