"""The pages of one booking, for whoever has its key: confirm, see, add to a calendar, change, cancel.

The key comes in the address of the visitor's own link, once; it is put into a cookie for these pages alone and the
address is left at once, so that neither a log nor a Referer of ours nor a shared screen shows it.
"""

from __future__ import annotations

import io

import segno
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from central_server.bookings import No
from central_server.web import choosing, forms
from central_server.web.book_pages import (
    ARRIVE_BEFORE_MIN,
    REFUSED,
    day_of,
    keep_key,
    minute_of,
    page,
)
from central_server.web.calendar_file import entry
from central_server.web.find_pages import place
from central_server.web.own_booking import KEY, Own, code_of, look
from central_server.web.site import SHORT_ID, Trouble, Visit, without_readings
from kiosk_app.office import booking_code, catalogue, dates
from kiosk_app.office.catalogue import Service
from kiosk_app.office.slots import Start

QR_SCALE = 5


async def own_link(visit: Visit) -> Response:
    """The link in a mail: /b/<office>/<booking>/<key>. Opening it changes nothing, because mail filters do it too."""
    key = visit.request.path_params["key"]
    own = await _found(visit, key)
    response = RedirectResponse(own.path, 303)
    keep_key(visit, response, own, key)
    return response


async def show(visit: Visit) -> Response:
    own = await _own(visit)
    return await _shown(visit, own)


async def _shown(visit: Visit, own: Own, typed: forms.Typed = forms.NOTHING, said: str = "", status: int = 200) -> Response:
    match own.state:
        case "held" if own.is_held(visit.now):
            return _frame(visit, "held.html", own, status, typed=typed, said=said)
        case "booked" | "checked_in":
            return _booked(visit, own, said, status)
    return _frame(visit, "ended.html", own, status, said=said)


def _booked(visit: Visit, own: Own, said: str, status: int) -> Response:
    code = code_of(visit.here, own)
    office, service = visit.here.office, _service(visit, own)
    return _frame(
        visit,
        "booked.html",
        own,
        status,
        said=said,
        code=booking_code.grouped(code).split(),
        qr=_qr(code),
        bring=catalogue.bring_of(office, service, own.day),
        may_change=own.state == "booked" and _in_time(visit, own),
        own_link=f"{visit.central.public_url}{own.path}/{_key(visit)}",
    )


def _frame(visit: Visit, template: str, own: Own, status: int = 200, /, **values: object) -> Response:
    service = _service(visit, own)
    until = own.held_until
    return visit.render(
        template,
        status,
        own=own,
        service=service,
        place=place(visit, own.letter),
        starts=choosing.clock(own.start.start_min),
        ends=choosing.clock(own.start.start_min + own.start.length_min),
        arrive_by=choosing.clock(max(0, own.start.start_min - ARRIVE_BEFORE_MIN)),
        until="" if until is None else dates.clock_time(until.astimezone(visit.zone)),
        **values,
    )


def _qr(code: str) -> Markup:
    """Digits alone, as a reader at the ticket machine types them."""
    out = io.BytesIO()
    segno.make(code, error="m", micro=False).save(
        out, kind="svg", scale=QR_SCALE, border=4, xmldecl=False, svgns=True, omitsize=True, light="#ffffff"
    )
    return Markup(out.getvalue().decode())  # noqa: S704 (made of digits by a library)


# --- acts ----------------------------------------------------------------------------------------------------------


async def confirm(visit: Visit) -> Response:
    own = await _own(visit)
    typed = forms.contact(await visit.form())
    await visit.limit(visit.site.limits.confirms)
    if own.state != "held":
        # Sent twice: the same answer again.
        return visit.goes_to(own.path)
    if typed.contact is None:
        return await _shown(visit, own, typed, status=422)
    done = await visit.central.bookings.confirm(own.office, own.booking, _key(visit), typed.contact, visit.now)
    if isinstance(done, No):
        now = await _own(visit)
        if done.why == "too_many":
            return await _shown(visit, now, typed, "form.too_many", 409)
        return _frame(visit, "ended.html", now, 409, said="ended.late" if done.why == "gone" else "slots.closed")
    return visit.goes_to(own.path)


async def release(visit: Visit) -> Response:
    """Another time is wanted: what was held is given back at once."""
    own = await _own(visit)
    await visit.form()
    await visit.central.bookings.release(own.office, own.booking, _key(visit))
    if own.state != "held":
        return visit.goes_to(own.path)
    response = visit.goes_to(f"/{own.office}/book/{own.service}?day={own.day.isoformat()}")
    visit.site.cookies.drop(response, visit.site.cookies.key, own.path)
    return response


async def cancel_asked(visit: Visit) -> Response:
    own = await _own(visit)
    if own.state != "booked" or not _in_time(visit, own):
        return await _shown(visit, own)
    return _frame(visit, "cancel.html", own)


async def cancel(visit: Visit) -> Response:
    own = await _own(visit)
    await visit.form()
    if own.state == "booked" and not _in_time(visit, own):
        return await _shown(visit, own, said="booked.too_late", status=409)
    done = await visit.central.bookings.cancel(own.office, own.booking, _key(visit), visit.now)
    if isinstance(done, No):
        return await _shown(visit, await _own(visit), said="booked.too_late", status=409)
    return visit.goes_to(own.path)


async def change_asked(visit: Visit) -> Response:
    own = await _own(visit)
    if own.state != "booked" or not _in_time(visit, own):
        return await _shown(visit, own)
    return await page(visit, _service(visit, own), f"{own.path}/change", moves=own)


async def calendar_file(visit: Visit) -> Response:
    own = await _own(visit)
    if own.state not in ("booked", "checked_in"):
        return await _shown(visit, own)
    office, service = visit.here.office, _service(visit, own)
    code = booking_code.grouped(code_of(visit.here, own))
    start = choosing.moment(own.day, own.start.start_min, visit.local)
    until = choosing.moment(own.day, own.start.start_min + own.start.length_min, visit.local)
    # Calendars are shared and shown to others: the name that may stand in public.
    name = visit.plain_text(catalogue.public_name(service))
    data = entry(
        f"{own.booking}@{office.id}.hitofuda",
        f"{visit.plain_text(office.name)} {name}",
        f"{visit.plain_text(office.name)} {without_readings(place(visit, own.letter))}",
        visit.plain("calendar.notes", code=code, time=choosing.clock(own.start.start_min - ARRIVE_BEFORE_MIN)),
        start,
        until,
        visit.now,
    )
    headers = {"Content-Disposition": 'attachment; filename="reservation.ics"'}
    return Response(data, media_type="text/calendar; charset=utf-8", headers=headers)


# --- whose it is -----------------------------------------------------------------------------------------------------


def _key(visit: Visit) -> str:
    key = visit.request.cookies.get(visit.site.cookies.key, "")
    return key if KEY.fullmatch(key) else ""


async def _own(visit: Visit) -> Own:
    """Of the cookie. Raises Trouble."""
    key = _key(visit)
    if not key:
        _ = visit.here
        raise Trouble("no_booking")
    return await _found(visit, key)


async def _found(visit: Visit, key: str) -> Own:
    office, booking = visit.here.office.id, visit.request.path_params["booking"]
    if SHORT_ID.fullmatch(booking) and KEY.fullmatch(key):
        async with visit.central.pool.connection() as connection:
            own = await look(connection, office, booking, key)
        if own is not None:
            return own
    await visit.limit(visit.site.limits.unknown)
    raise Trouble("no_booking")


def _service(visit: Visit, own: Own) -> Service:
    """As it is called now; one that the catalogue has dropped is called as its group."""
    office = visit.here.office
    return next(
        (one for one in office.services if one.id == own.service),
        catalogue.services_of(office, own.letter, own.day)[0],
    )


def _in_time(visit: Visit, own: Own) -> bool:
    """Whether the visitor may still change and cancel here."""
    rules = catalogue.group(visit.here.office, own.letter).booking
    margin = 0 if rules is None else rules.cancel_until_minutes
    starts = choosing.moment(own.day, own.start.start_min, visit.local)
    return (starts - visit.local).total_seconds() >= margin * 60
