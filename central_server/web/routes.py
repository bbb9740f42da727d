"""Every address of the phone pages. Ids of offices stand first in most, so this part is the last one of the server."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from central_server.central import Central
from central_server.web import (
    book_pages,
    find_pages,
    guard,
    lost_pages,
    office_pages,
    own_pages,
    procedure_pages,
    ticket_pages,
    verify_pages,
)
from central_server.web.limits import PageLimits
from central_server.web.site import Site

KINDS = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}
ASSET_S = 31_536_000


def routes(central: Central, limits: PageLimits | None = None) -> list[BaseRoute]:
    return of_site(Site(central, limits))


def of_site(site: Site) -> list[BaseRoute]:
    page = site.page

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in site.assets:
            return Response("not found", 404, media_type="text/plain")
        # The version in the address changes with the files.
        headers = {**guard.HEADERS, "Cache-Control": f"public, max-age={ASSET_S}, immutable"}
        return Response(site.assets[name], media_type=KINDS[name.rpartition(".")[2]], headers=headers)

    return [
        Route("/assets/{version}/{name}", asset),
        Route("/", page(office_pages.city)),
        *verify_pages.routes(site),
        Route("/t/{ticket}", page(ticket_pages.ticket)),
        Route("/t/{ticket}/answer", page(ticket_pages.answer), methods=["POST"]),
        Route("/t/{ticket}/cancel", page(ticket_pages.give_back_asked)),
        Route("/t/{ticket}/cancel", page(ticket_pages.give_back), methods=["POST"]),
        Route("/b/{office}/{booking}", page(own_pages.show)),
        Route("/b/{office}/{booking}/confirm", page(own_pages.confirm), methods=["POST"]),
        Route("/b/{office}/{booking}/release", page(own_pages.release), methods=["POST"]),
        Route("/b/{office}/{booking}/cancel", page(own_pages.cancel_asked)),
        Route("/b/{office}/{booking}/cancel", page(own_pages.cancel), methods=["POST"]),
        Route("/b/{office}/{booking}/change", page(own_pages.change_asked)),
        Route("/b/{office}/{booking}/change", page(own_pages.change), methods=["POST"]),
        Route("/b/{office}/{booking}/reservation.ics", page(own_pages.calendar_file)),
        Route("/b/{office}/{booking}/{key}", page(own_pages.own_link)),
        Route("/{office}/", page(office_pages.home)),
        Route("/{office}/now", page(office_pages.now)),
        Route("/{office}/find", page(find_pages.find)),
        Route("/{office}/ask/{question}", page(find_pages.ask)),
        Route("/{office}/ask/{question}/{number:int}", page(find_pages.answered)),
        Route("/{office}/procedures", page(procedure_pages.events)),
        Route("/{office}/procedures/{event}", page(procedure_pages.ask)),
        Route("/{office}/service/{service}", page(find_pages.service)),
        Route("/{office}/book", page(find_pages.choose)),
        Route("/{office}/book/{service}", page(book_pages.slots)),
        Route("/{office}/book/{service}", page(book_pages.hold), methods=["POST"]),
        Route("/{office}/lost", page(lost_pages.lost)),
        Route("/{office}/lost", page(lost_pages.look), methods=["POST"]),
        Route("/{office}/ticket", page(ticket_pages.tab)),
    ]
