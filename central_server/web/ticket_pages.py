"""The page behind a slip's QR code: how the queue stands for this number, as far as the office has told; to give the
number back; and afterwards one question."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from central_server import give_backs
from central_server.database import quick
from central_server.web import survey, ticket_view
from central_server.web.find_pages import place
from central_server.web.office_pages import moment_text
from central_server.web.site import SHORT_ID, Trouble, Visit
from kiosk_app.office import catalogue, dates
from kiosk_app.office.board import TicketNow

KEPT_S = 12 * 3_600
"""How long the browser remembers the number for the tab 「番号札」."""


async def ticket(visit: Visit) -> Response:
    one, view = await _found(visit)
    office = visit.here.office
    async with quick(visit.central.pool) as connection:
        answered = view.say in ticket_view.OVER and await survey.answered(connection, one.ticket)
        given_back = "" if view.say in ticket_view.OVER else await give_backs.look(connection, office.id, one.ticket)
    paused = visit.request.query_params.get("auto") == "off"
    say = visit.say
    estimate = (
        say("estimate.range", first=dates.clock_time(view.first), last=dates.clock_time(view.last))
        if view.first and view.last
        else ""
    )
    response = visit.render(
        "ticket.html",
        view=view,
        group=catalogue.group(office, view.letter),
        place=place(visit, view.letter),
        estimate=estimate,
        return_by="" if view.return_by is None else dates.clock_time(view.return_by),
        as_of=moment_text(visit, view.as_of),
        paused=paused,
        path=visit.request.url.path,
        answers=survey.ANSWERS if view.say == "done" and not answered else (),
        thanks=answered,
        given_back=given_back,
        gives_back=view.say in ticket_view.GIVES_BACK and given_back != "asked",
    )
    if view.refresh_s and not paused:
        # A header and not a script; who is disturbed by it turns it off on the page.
        response.headers["Refresh"] = str(view.refresh_s)
    visit.site.cookies.set(response, visit.site.cookies.ticket, one.ticket, KEPT_S)
    return response


async def answer(visit: Visit) -> Response:
    one, view = await _found(visit)
    sent = await visit.form()
    given = sent.get("answer", "")
    if given not in survey.ANSWERS or view.say != "done":
        raise Trouble("form_old")
    await visit.limit(visit.site.limits.answers)
    async with quick(visit.central.pool) as connection:
        await survey.give(connection, visit.here.office.id, one.letter, visit.today, one.ticket, given)
    return visit.goes_to(f"/t/{one.ticket}")


async def give_back_asked(visit: Visit) -> Response:
    """Whether they are sure. Opening it changes nothing."""
    one, view = await _found(visit)
    if view.say not in ticket_view.GIVES_BACK:
        return visit.goes_to(f"/t/{one.ticket}")
    return visit.render("give_back.html", view=view, path=f"/t/{one.ticket}")


async def give_back(visit: Visit) -> Response:
    """Passed on to the office, which decides; the page of the ticket says how it stands."""
    one, view = await _found(visit)
    await visit.form()
    await visit.limit(visit.site.limits.give_backs)
    if view.say in ticket_view.GIVES_BACK:
        async with quick(visit.central.pool) as connection:
            await give_backs.ask(connection, visit.here.office.id, one.ticket, visit.now)
    return visit.goes_to(f"/t/{one.ticket}")


async def tab(visit: Visit) -> Response:
    """The last number that was looked at here, or how to look at one."""
    known = visit.request.cookies.get(visit.site.cookies.ticket, "")
    if SHORT_ID.fullmatch(known) and ticket_view.find(await visit.pictures(), known) is not None:
        return RedirectResponse(f"/t/{known}", 302)
    _ = visit.here
    return visit.render("ticket_tab.html")


async def _found(visit: Visit) -> tuple[TicketNow, ticket_view.TicketView]:
    """Raises Trouble: of another day, or of nobody."""
    wanted = visit.request.path_params["ticket"]
    boards = await visit.pictures()
    found = ticket_view.find(boards, wanted) if SHORT_ID.fullmatch(wanted) else None
    if found is None or found[0] not in visit.central.offices:
        await visit.limit(visit.site.limits.unknown)
        raise Trouble("no_ticket")
    office, one = found
    visit.stand_in(office)
    return one, ticket_view.view(one, boards[office], visit.now, visit.zone)
