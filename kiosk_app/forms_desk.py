"""The core's hands for the journey of forms: keeps what a visitor says, asks what is left, has it made and printed.

Everything of a person lies in one FormKeeper, in the typesetter's process and in the drawn sheets; all three end with
the visit. Neither facts nor the saved journey have any of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING

from drivers.card_ports import Attributes
from kiosk_app.book import DurableBook
from kiosk_app.form_keeper import FormKeeper
from kiosk_app.forms_paper import FormsPaper, Ordered, Sheaf
from kiosk_app.journeys import form_events as f
from kiosk_app.office import forms_ask, forms_fill, forms_typing
from kiosk_app.office.forms import ATTRIBUTES, Form, FormSet
from kiosk_app.office.forms_ask import Ask, key_of
from kiosk_app.office.forms_typing import Towns, Typing
from kiosk_app.tasks import Tasks

if TYPE_CHECKING:
    from kiosk_app.card_reader import CardDesk


LOOK_EVERY_S = 2.0
"""At a printer that has stopped while somebody waits."""


@dataclass
class _Visit:
    """One visitor's. `order`: keys that were answered by hand, latest last."""

    id: str
    forms: tuple[str, ...]
    people: int
    keeper: FormKeeper = field(default_factory=FormKeeper)
    order: list[str] = field(default_factory=list)
    typing: Typing | None = None
    by_card: set[int] = field(default_factory=set)
    checked: int = 0
    """Whose attributes are looked at now."""
    sheaf: Sheaf | None = None
    waits_for_paper: bool = False

    def __repr__(self) -> str:
        return "_Visit(…)"


class FormsDesk:
    """`FormsPort`. Belongs to the loop."""

    def __init__(
        self,
        book: DurableBook,
        form_set: FormSet,
        paper: FormsPaper,
        card: CardDesk | None,
        towns: Towns,
        office: str,
        zone: tzinfo,
        heard: Callable[[f.FormEvent], None],
        bug: Callable[[BaseException], None],
    ) -> None:
        self._book = book
        self._form_set = form_set
        self._paper = paper
        self._card = card
        self._towns = towns
        self._office = office
        self._zone = zone
        self._heard = heard
        self._tasks = Tasks(bug)
        self._visit: _Visit | None = None

    # --- what the journey may know -------------------------------------------------------------------------------

    def now(self) -> f.FormsNow:
        visit = self._visit
        if visit is None:
            return f.FormsNow(form_set=self._form_set, stopped=self._paper.stopped)
        answers = visit.keeper.read_all()
        asked = forms_ask.asked(self._form_set, visit.forms, answers, visit.people, self._today())
        left = [ask for ask in asked if ask.key not in answers]
        typed = [ask for ask in asked if ask.key in visit.order]
        ask = left[0] if left else None
        sheaf = visit.sheaf
        return f.FormsNow(
            form_set=self._form_set,
            stopped=self._paper.stopped,
            ask=ask,
            typing=self._typing_of(visit, ask),
            number=len(typed) + 1,
            of=len(typed) + len(left),
            can_go_back=bool(visit.order) or (visit.typing is not None and ask is not None),
            attributes=self._attributes(visit, answers),
            answers=tuple(f.Attribute(one.key, self._shown(one, answers)) for one in asked),
            under_age=forms_ask.is_under_age(answers, self._today()),
            preview=sheaf.preview if sheaf is not None else "",
            preview_width_px=sheaf.preview_width_px if sheaf is not None else 0,
            preview_height_px=sheaf.preview_height_px if sheaf is not None else 0,
            sheets=sheaf.sheets if sheaf is not None else 0,
            no_code=sheaf is not None and sheaf.lacks_code,
        )

    def _typing_of(self, visit: _Visit, ask: Ask | None) -> Typing | None:
        if ask is None:
            return None
        return visit.typing or forms_typing.start(ask.question)

    def _attributes(self, visit: _Visit, answers: dict[str, str]) -> tuple[f.Attribute, ...]:
        if not visit.checked:
            return ()
        found = []
        for name in ATTRIBUTES:
            question = self._form_set.question(name)
            assert question is not None
            key = key_of(name, visit.checked)
            found.append(f.Attribute(key, forms_fill.text_of(question, answers.get(key, ""))))
        return tuple(found)

    def _shown(self, ask: Ask, answers: dict[str, str]) -> str:
        return forms_fill.text_of(ask.question, answers.get(ask.key, ""))

    def _today(self) -> date:
        return datetime.fromtimestamp(self._book.clock.now_utc_ms() / 1000, UTC).astimezone(self._zone).date()

    # --- what it asks --------------------------------------------------------------------------------------------

    def start(self, command: f.FormCommand) -> None:
        match command:
            case f.BeginForms():
                self._begin(command)
            case f.OpenAttributes() if self._card is not None:
                self._card.open_attributes(command)
            case f.ReadAttributes() if self._card is not None:
                person = command.person
                self._card.read_attributes(command, lambda found: self._keep(person, found))
            case f.EndForms():
                self._end()
        visit = self._visit
        if visit is None or getattr(command, "visit", visit.id) != visit.id:
            return
        match command:
            case f.TypeForm(key=key):
                self._type(visit, key)
            case f.BackInForm():
                self._back(visit)
            case f.ForgetPerson(person=person):
                self._forget(visit, person)
            case f.PrepareForms():
                self._tasks.start(self._prepare(visit))
            case f.PrintForms():
                self._tasks.start(self._print(visit))

    async def stop(self) -> None:
        self._end()
        await self._tasks.stop()
        await self._paper.stop()

    def _begin(self, command: f.BeginForms) -> None:
        self._end()
        visit = self._visit = _Visit(command.visit, command.forms, command.people)
        for question, option in command.known:
            visit.keeper.put(question, option)
        self._paper.begin(command.visit, tuple(form.template for form in self._form_set.chosen(command.forms)))

    def _end(self) -> None:
        visit, self._visit = self._visit, None
        if visit is None:
            return
        visit.keeper.overwrite()
        visit.typing = visit.sheaf = None
        self._paper.end()

    def _keep(self, person: int, found: Attributes) -> None:
        """What a card gave. A sex or a day that it does not name stays empty, for the counter to write."""
        visit = self._visit
        if visit is None or not 1 <= person <= visit.people:
            return
        sex = found.sex if found.sex != "unknown" else ""
        values = {"name": found.name, "address": found.address, "birth": found.birth_date, "sex": sex}
        for name, value in values.items():
            visit.keeper.put(key_of(name, person), value)
        visit.by_card.add(person)
        visit.checked = person

    def _forget(self, visit: _Visit, person: int) -> None:
        for key in forms_ask.attributes_of(person):
            visit.keeper.drop(key)
        visit.by_card.discard(person)
        visit.checked = 0

    def _type(self, visit: _Visit, key: str) -> None:
        now = self.now()
        if now.ask is None or now.typing is None:
            return
        question = now.ask.question
        typed = forms_typing.press(question, now.typing, key, self._today(), self._towns)
        if isinstance(typed, Typing):
            visit.typing = typed
        elif visit.keeper.put(now.ask.key, typed):
            visit.order.append(now.ask.key)
            visit.typing = None
            self._foresee(visit, now.ask.key)
        self._heard(f.FormAnswered(visit=visit.id))

    def _back(self, visit: _Visit) -> None:
        visit.sheaf = None
        now = self.now()
        before = forms_typing.back(now.ask.question, now.typing) if now.ask is not None and now.typing else None
        visit.typing = before
        if before is None and visit.order:
            visit.keeper.drop(visit.order.pop())
        self._heard(f.FormAnswered(visit=visit.id))

    async def _prepare(self, visit: _Visit) -> None:
        filled = [self._filled(visit, form) for form in self._form_set.chosen(visit.forms)]
        made = await self._paper.make(visit.id, filled, self._order())
        if visit is not self._visit:
            return
        if isinstance(made, str):
            self._heard(f.FormsFailed(visit=visit.id, why=made))
            return
        visit.sheaf = made
        self._heard(f.FormsReady(visit=visit.id, sheets=made.sheets))

    def _filled(self, visit: _Visit, form: Form) -> forms_fill.Filled:
        answers = visit.keeper.read_all()
        return forms_fill.fill(self._form_set, form, answers, visit.people, self._today(), self._office)

    def _order(self) -> Ordered:
        days = {form.id: form.code_days for form in self._form_set.forms}
        return Ordered(days, self._book.clock.now_utc_ms() // 60_000, self._today())

    def _foresee(self, visit: _Visit, key: str) -> None:
        """Of this answer: the forms that want it and nothing more."""
        answers = visit.keeper.read_all()
        for form in self._form_set.chosen(visit.forms):
            asked = forms_ask.asked(self._form_set, (form.id,), answers, visit.people, self._today())
            keys = {ask.key for ask in asked}
            if key in keys and keys <= answers.keys():
                self._paper.foresee(visit.id, self._filled(visit, form), self._order())

    async def _print(self, visit: _Visit) -> None:
        sheaf, visit.waits_for_paper = visit.sheaf, False
        if sheaf is None:
            return
        found = await self._paper.deliver(visit.id, sheaf, visit.people, len(visit.by_card))
        if visit is not self._visit:
            return
        told = f.FormsPrinted(
            visit=visit.id, printed=found.printed, sheets=sheaf.sheets, cause=found.cause, unsure=found.unsure
        )
        self._heard(told)
        if found.printed < sheaf.sheets:
            visit.waits_for_paper = True
            await self._watch(visit)

    async def _watch(self, visit: _Visit) -> None:
        """Until somebody has mended the printer, or the visitor has gone or tries it anew."""
        while visit is self._visit and visit.waits_for_paper:
            await asyncio.sleep(LOOK_EVERY_S)
            if visit is self._visit and visit.waits_for_paper and await self._paper.is_well():
                visit.waits_for_paper = False
                self._heard(f.FormsMended(visit=visit.id))
