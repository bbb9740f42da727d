"""From words to a procedure: the search, the plain questions behind 「わからない」, and the page of a procedure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from starlette.responses import Response

from central_server.web import finder
from central_server.web.office_pages import estimate, pulse
from central_server.web.site import Trouble, Visit
from central_server.web.ticket_view import group_now
from central_server.window import bookable, booking_of, fits
from kiosk_app.office import calendar, catalogue
from kiosk_app.office.catalogue import Answer, Service


class Found(NamedTuple):
    """A procedure in a list."""

    service: Service
    books: bool


async def find(visit: Visit) -> Response:
    """`q`: what somebody typed; `event`: a life event of the catalogue."""
    office = visit.here.office
    query = " ".join(visit.request.query_params.get("q", "").split())[: finder.QUERY_MAX]
    wanted = visit.request.query_params.get("event", "")
    event = next((one for one in office.events if one.id == wanted), None)
    found: Iterable[Service] = ()
    if query:
        found = visit.site.finder_of(visit.here).find(query, visit.today)
    elif event is not None:
        found = (catalogue.service(office, one) for one in event.services)
    return visit.render(
        "find.html",
        query=query,
        event=event,
        found=_listed(visit, found),
        asks=office.questions[0].id if office.questions else "",
    )


async def ask(visit: Visit) -> Response:
    office = visit.here.office
    wanted = visit.request.path_params["question"]
    question = next((one for one in office.questions if one.id == wanted), None)
    if question is None:
        raise Trouble("not_found")
    return visit.render(
        "ask.html",
        question=question,
        first=question is office.questions[0],
        answers=[(one, _leads_to(visit, wanted, n, one)) for n, one in enumerate(question.answers)],
    )


def _leads_to(visit: Visit, question: str, number: int, answer: Answer) -> str:
    office = visit.here.office.id
    if answer.question is not None:
        return f"/{office}/ask/{answer.question}"
    if len(answer.services) == 1:
        return f"/{office}/service/{answer.services[0]}"
    return f"/{office}/ask/{question}/{number}"


async def answered(visit: Visit) -> Response:
    """The procedures to which an answer leads, or where to ask a person."""
    office = visit.here.office
    wanted, number = visit.request.path_params["question"], int(visit.request.path_params["number"])
    question = next((one for one in office.questions if one.id == wanted), None)
    if question is None or number >= len(question.answers):
        raise Trouble("not_found")
    answer = question.answers[number]
    found: Iterable[Service] = (catalogue.service(office, one) for one in answer.services)
    if answer.group is not None:
        found = catalogue.services_of(office, answer.group, visit.today)
    return visit.render(
        "answered.html", answer=answer, found=_listed(visit, found), back=f"/{office.id}/ask/{question.id}"
    )


async def service(visit: Visit) -> Response:
    office, one = visit.here.office, visit.service()
    shown = await visit.shown()
    now = group_now(shown, one.group)
    opening = calendar.opening(office, one, visit.now)
    return visit.render(
        "service.html",
        service=one,
        group=catalogue.group(office, one.group),
        place=place(visit, one.group),
        bring=catalogue.bring_of(office, one, visit.today),
        books=bookable(office, one),
        too_long=booking_of(office, one.group) is not None and not fits(office, one),
        now=now,
        estimate=estimate(visit, now.from_utc_ms, now.to_utc_ms) if now else "",
        pulse=pulse(visit, shown),
        closed=""
        if isinstance(opening, calendar.Open)
        else calendar.sentence(office, opening, visit.now, visit.language),
    )


async def choose(visit: Visit) -> Response:
    """The tab 「予約」: what can be booked, and the way back to an own booking."""
    office = visit.here.office
    groups = []
    for group in office.groups:
        services = [one for one in catalogue.services_of(office, group.letter, visit.today) if bookable(office, one)]
        if services:
            groups.append((group, services))
    return visit.render("choose.html", groups=groups)


def place(visit: Visit, letter: str) -> str:
    """1階 3〜6番窓口."""
    office, say = visit.here.office, visit.say
    runs = [
        str(first) if first == last else say("place.range", first=first, last=last)
        for first, last in catalogue.counter_runs(office, letter)
    ]
    counters = say("place.separator").join(runs)
    floor = visit.text(catalogue.floor_of(office, letter).name)
    count = len(catalogue.counters_of(office, letter))
    return visit.site.say(visit.language, "place", count, floor=floor, counters=counters)


def _listed(visit: Visit, services: Iterable[Service]) -> list[Found]:
    office, today = visit.here.office, visit.today
    return [Found(one, bookable(office, one)) for one in services if catalogue.is_valid(one, today)]
