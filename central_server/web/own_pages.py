"""The pages of one booking, for whoever has its key: confirm, see, add to a calendar, change, cancel.

The key comes in the address of the visitor's own link, once; it is put into a cookie for these pages alone and the
address is left at once, so that neither a log nor a Referer of ours nor a shared screen shows it.
"""

from __future__ import annotations

import io

import segno
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from central_server import links, window
from central_server.bookings import No
from central_server.web import choosing, forms
from central_server.web.book_pages import REFUSED, arrive_by, page, wished
from central_server.web.calendar_file import entry
from central_server.web.find_pages import place
from central_server.web.own_booking import Own, drop_key, found, keep_key, own, path_of
from central_server.web.site import Visit, without_readings
from kiosk_app.office import booking_code, catalogue, dates
from kiosk_app.office.catalogue import Service

QR_SCALE = 5


async def own_link(visit: Visit) -> Response:
    """The link in a mail: /b/<office>/<booking>/<key>. Opening it changes nothing, because mail filters do it too."""
    one = await found(visit, visit.request.path_params["key"])
    response = RedirectResponse(one.path, 303)
    keep_key(visit, response, one.office, one.booked.booking, one.day, one.key)
    return response


async def show(visit: Visit) -> Response:
    return await _shown(visit, await own(visit))


async def _shown(
    visit: Visit, one: Own, typed: forms.Typed = forms.NOTHING, said: str = "", status: int = 200
) -> Response:
    if one.seen.replaced_by:
        return await _newer(visit, one)
    if one.is_held(visit.now):
        return _frame(visit, "held.html", one, status, typed=typed, said=said)
    if one.state in ("booked", "checked_in"):
        return _booked(visit, one, said, status)
    return _ended(visit, one, said, status)


async def _newer(visit: Visit, one: Own) -> Response:
    """It was changed: the page of the booking that took its place, under the same key."""
    seen = await visit.central.bookings.look(one.office, one.seen.replaced_by, one.key)
    day = one.day if isinstance(seen, No) else seen.booked.day
    response = visit.goes_to(path_of(one.office, one.seen.replaced_by))
    keep_key(visit, response, one.office, one.seen.replaced_by, max(day, one.day), one.key)
    return response


def _booked(visit: Visit, one: Own, said: str, status: int) -> Response:
    code, service = one.booked.code, _service(visit, one)
    return _frame(
        visit,
        "booked.html",
        one,
        status,
        said=said,
        code=booking_code.grouped(code).split(),
        qr=_qr(code),
        bring=catalogue.bring_of(visit.here.office, service, one.day),
        may_change=one.may_change(visit.now),
        own_link=links.booking_page(visit.central.public_url, one.office, one.booked.booking, one.key),
    )


def _ended(visit: Visit, one: Own, said: str = "", status: int = 200) -> Response:
    key = {"cancelled": "ended.cancelled", "no_show": "ended.no_show"}.get(one.state, "ended.late")
    if one.is_closed_out:
        key = "ended.closed"
    return _frame(visit, "ended.html", one, status, said=said, key=key, rebooks=one.is_closed_out)


def _frame(visit: Visit, template: str, one: Own, status: int = 200, /, **values: object) -> Response:
    until = one.seen.until
    return visit.render(
        template,
        status,
        own=one,
        service=_service(visit, one),
        place=place(visit, one.booked.letter),
        starts=choosing.clock(one.start.start_min),
        ends=choosing.clock(one.start.start_min + one.start.length_min),
        arrive_by=arrive_by(one.start),
        until="" if until is None else dates.clock_time(until.astimezone(visit.zone)),
        **values,
    )


def _qr(code: str) -> Markup:
    """Digits alone, as a reader at the ticket machine types them."""
    out = io.BytesIO()
    segno.make(code, error="m", micro=False).save(
        out, kind="svg", scale=QR_SCALE, border=4, xmldecl=False, omitsize=True, light="#ffffff"
    )
    return Markup(out.getvalue().decode())


# --- acts ----------------------------------------------------------------------------------------------------------


async def confirm(visit: Visit) -> Response:
    one = await own(visit)
    typed = forms.contact(await visit.form())
    await visit.limit(visit.site.limits.confirms)
    if one.state != "held":
        # Sent twice: the same answer again.
        return visit.goes_to(one.path)
    if typed.contact is None:
        return await _shown(visit, one, typed, status=422)
    done = await visit.central.bookings.confirm(one.office, one.booked.booking, one.key, typed.contact, visit.now)
    if not isinstance(done, No):
        return visit.goes_to(one.path)
    match done.why:
        case "too_many":
            return await _shown(visit, one, typed, "form.too_many", 409)
        case "bad_contact":
            return await _shown(visit, one, forms.refused(typed), status=422)
        case "closed":
            return _ended(visit, one, "slots.closed", 409)
    return _ended(visit, one, "ended.late", 409)


async def release(visit: Visit) -> Response:
    """Another time is wanted: what was held is given back at once."""
    one = await own(visit)
    await visit.form()
    if one.state != "held":
        return visit.goes_to(one.path)
    await visit.central.bookings.release(one.office, one.booked.booking, one.key)
    response = visit.goes_to(f"/{one.office}/book/{_service(visit, one).id}?day={one.day.isoformat()}")
    drop_key(visit, response, one)
    return response


async def cancel_asked(visit: Visit) -> Response:
    one = await own(visit)
    if one.state != "booked" or not one.may_change(visit.now):
        return await _shown(visit, one)
    return _frame(visit, "cancel.html", one)


async def cancel(visit: Visit) -> Response:
    one = await own(visit)
    await visit.form()
    done = await visit.central.bookings.cancel(one.office, one.booked.booking, one.key, visit.now)
    if isinstance(done, No) and done.why == "too_late":
        return await _shown(visit, one, said="booked.too_late", status=409)
    return visit.goes_to(one.path)


async def change_asked(visit: Visit) -> Response:
    one = await own(visit)
    if one.seen.replaced_by or not one.may_change(visit.now):
        return await _shown(visit, one)
    return await page(visit, _service(visit, one), f"{one.path}/change", moves=one)


async def change(visit: Visit) -> Response:
    one = await own(visit)
    service = _service(visit, one)
    wish = await wished(visit, service)
    path = f"{one.path}/change"
    if wish is None:
        return await page(visit, service, path, "slots.choose_first", 422, moves=one)
    wish = wish._replace(language=one.booked.language)
    done = await visit.central.bookings.change(one.office, one.booked.booking, one.key, wish, visit.now)
    if isinstance(done, No):
        if done.why == "gone" or not one.may_change(visit.now):
            return await _shown(visit, one, said="booked.too_late", status=409)
        return await page(visit, service, path, REFUSED.get(done.why, "slots.taken"), 409, wish.day, one)
    response = visit.goes_to(path_of(one.office, done.booking))
    keep_key(visit, response, one.office, done.booking, done.day, one.key)
    return response


async def calendar_file(visit: Visit) -> Response:
    one = await own(visit)
    if one.state not in ("booked", "checked_in"):
        return await _shown(visit, one)
    office, service = visit.here.office, _service(visit, one)
    # Calendars are shared and shown to others: the name that may stand in public.
    name, at = visit.plain_text(catalogue.public_name(service)), visit.plain_text(office.name)
    start = window.moment(office, one.day, one.start.start_min)
    data = entry(
        f"{one.booked.booking}@{office.id}.hitofuda",
        f"{at} {name}",
        f"{at} {without_readings(place(visit, one.booked.letter))}",
        visit.plain("calendar.notes", code=booking_code.grouped(one.booked.code), time=arrive_by(one.start)),
        start,
        window.moment(office, one.day, one.start.start_min + one.start.length_min),
        visit.now,
    )
    headers = {"Content-Disposition": 'attachment; filename="reservation.ics"'}
    return Response(data, media_type="text/calendar; charset=utf-8", headers=headers)


def _service(visit: Visit, one: Own) -> Service:
    """As it is called now; one that the catalogue has dropped is called as the first of its group."""
    office = visit.here.office
    kept = (service for service in office.services if service.id == one.booked.service)
    return next(kept, catalogue.services_of(office, one.booked.letter, one.day)[0])
