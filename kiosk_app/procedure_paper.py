"""The list of procedures as paper: counters in their order, what to bring, what can wait or is done elsewhere, and the
same list on the telephone. Japanese first, then the visitor's language. It says that it is no ticket. Pure.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from drivers.ports import Gap, NumberMark, PaperPart, QrCode, Rule, TicketLine, TicketPaper
from kiosk_app.api import Language
from kiosk_app.journeys.desk import Desk, place_text
from kiosk_app.journeys.messages import Context, PrintList
from kiosk_app.journeys.procedures_view import joined
from kiosk_app.office import catalogue, dates, procedures
from kiosk_app.office.procedures import Brought, Done, Plan, Stage
from kiosk_app.ticket_layout import COLUMNS, GAP_DOTS, large_lines, small_lines, width_columns


def paper(context: Context, wish: PrintList) -> TicketPaper:
    """80 mm paper, as a ticket's."""
    have = context.procedures
    life = procedures.event(have, wish.event) if have is not None else None
    assert have is not None and life is not None
    desk = Desk(context, "ja")
    plan = procedures.plan(have, context.office, life, wish.answers, desk.at.date())
    done_elsewhere = {one.procedure.id for one in plan.done if one.service is None}
    brought = procedures.bring(
        have,
        context.office,
        plan,
        desk.at.date(),
        {*wish.without, *done_elsewhere} if _today(plan, wish) else done_elsewhere,
    )
    parts: list[PaperPart] = [
        TicketLine(f" {desk.say('procedures.slip_no_ticket')} ", reverse=True),
        *large_lines(desk.say("procedures.slip")),
        NumberMark(),
        TicketLine(desk.text(context.office.name)),
        TicketLine(f"{dates.ticket_date(desk.at.date())}{dates.clock_time(desk.at)}  {context.machine_name}".rstrip()),
        *large_lines(desk.text(life.name)),
        *_told(desk, plan, brought, wish),
    ]
    address = procedures.page_address(have, context.office, life, wish.answers)
    if address:
        parts += [Gap(GAP_DOTS), QrCode(address), TicketLine(desk.say("procedures.slip_qr"))]
    if wish.language != "ja":
        own = Desk(context, wish.language)
        block = [
            *large_lines(own.say("procedures.slip")),
            *small_lines(own.say("procedures.slip_no_ticket")),
            *large_lines(own.text(life.name)),
            *_told(own, plan, brought, wish),
        ]
        parts += [Rule(), *_in(wish.language, block)]
    return TicketPaper(parts=tuple(parts))


def _today(plan: Plan, wish: PrintList) -> bool:
    """Whether anything of it is done today; else the list is for whoever comes back, with everything to bring."""
    return bool(procedures.route(plan, wish.without))


def _told(desk: Desk, plan: Plan, brought: Sequence[Brought], wish: PrintList) -> Iterator[PaperPart]:
    yield from _way(desk, procedures.stages(plan, wish.without))
    if brought:
        yield from _head(desk.say("confirm.bring"))
        for thing in brought:
            yield from _item(desk, desk.text(thing.name), desk.text(thing.note))
    here = [one for one in plan.done if one.service is not None]
    later = [one for one in here if one.procedure.id in wish.without]
    if later:
        yield from _head(desk.say("procedures.slip_another_day"))
        for one in later:
            yield from _item(desk, name_of(desk, one), joined(desk.language, _place(desk, one), _until(desk, one)))
    online = [one for one in here if one.is_online]
    if online:
        yield from _head(desk.say("procedures.slip_online"))
        for one in online:
            yield from _item(desk, name_of(desk, one))
    outside = [one for one in plan.done if one.service is None]
    if outside:
        yield from _head(desk.say("procedures.elsewhere"))
        for one in outside:
            where_to = desk.text(one.procedure.elsewhere) if one.procedure.elsewhere else ""
            yield from _item(desk, name_of(desk, one), joined(desk.language, where_to, _until(desk, one)))


def _way(desk: Desk, stages: Sequence[Stage]) -> Iterator[PaperPart]:
    if not stages:
        return
    yield from _head(desk.say("procedures.slip_way"))
    for n, stage in enumerate(stages, 1):
        group = catalogue.group(desk.office, stage.letter)
        place = place_text(desk.context.words, desk.language, desk.office, stage.letter)
        heading = _named(desk, f"{n} {desk.text(group.name)}", place, "  ")
        yield from (dataclasses.replace(line, bold=True) for line in heading)
        for one in stage.done:
            yield from _item(desk, name_of(desk, one), _until(desk, one))


def name_of(desk: Desk, one: Done) -> str:
    """As it may stand on paper: where the service has a neutral name, that one."""
    service = one.service
    if service is not None and service.public_name is not None:
        return desk.text(service.public_name)
    return desk.text(one.procedure.name)


def _place(desk: Desk, one: Done) -> str:
    return place_text(desk.context.words, desk.language, desk.office, one.service.group) if one.service else ""


def _until(desk: Desk, one: Done) -> str:
    return desk.text(one.procedure.another_day) if one.procedure.another_day else ""


def _head(text: str) -> Iterator[PaperPart]:
    yield Rule()
    yield from large_lines(text)


def _item(desk: Desk, name: str, told: str = "") -> Iterator[TicketLine]:
    """With a box to tick."""
    return _named(desk, f"□ {name}", told, "   ")


def _named(desk: Desk, name: str, told: str, under: str) -> Iterator[TicketLine]:
    """In one line where that will do; else what is told stands below the name."""
    whole = joined(desk.language, name, told)
    if width_columns(whole) <= COLUMNS:
        yield _left(whole)
        return
    named = [line.text for line in small_lines(name, COLUMNS - len(under))]
    yield from (_left(under + line if n else line) for n, line in enumerate(named))
    yield from (_left(under + line.text) for line in small_lines(told, COLUMNS - len(under)))


def _left(line: str) -> TicketLine:
    """Paper is centred, so what begins at the left edge is filled up."""
    return TicketLine(line + " " * (COLUMNS - width_columns(line)))


def _in(language: Language, parts: Sequence[PaperPart]) -> Iterator[PaperPart]:
    for part in parts:
        yield dataclasses.replace(part, language=language) if isinstance(part, TicketLine) else part
