"""The way back to a booking whose link is lost: its code, and the mail address or the telephone number that it was made
with. Both must be right, how often one may try is limited, and every wrong one is answered alike."""

from __future__ import annotations

from starlette.responses import Response

from central_server.bookings import Booked, No
from central_server.contacts import Contact, phone_digits
from central_server.offices import code_of
from central_server.web import forms
from central_server.web.own_booking import keep_key, path_of
from central_server.web.site import Trouble, Visit

CODE_MAX = 40


async def lost(visit: Visit) -> Response:
    return _form(visit)


async def look(visit: Visit) -> Response:
    office = visit.here.office.id
    sent = await visit.form()
    code, reach = sent.get("code", "")[:CODE_MAX], sent.get("reach", "")[: forms.SHOWN_MAX]
    await visit.limit(visit.site.limits.lookups_of_office, f"lost {office}")
    digits = phone_digits(reach)
    contact = Contact(phone=digits) if digits else Contact(mail=reach.strip()[: forms.MAIL_MAX])
    done = await visit.central.bookings.find(code, contact, visit.address, visit.now)
    if isinstance(done, No):
        if done.why == "too_many_tries":
            raise Trouble("too_many")
        return _form(visit, code, reach, "lost.unknown", 404)
    of = _office_of(visit, done.booked)
    response = visit.goes_to(path_of(of, done.booked.booking))
    keep_key(visit, response, of, done.booked.booking, done.booked.day, done.key)
    return response


def _office_of(visit: Visit, booked: Booked) -> str:
    """Codes of all offices of the city are found from the page of any of them."""
    for here in visit.central.offices.values():
        if code_of(here, booked.letter, booked.day, booked.start) == booked.code:
            return here.office.id
    raise Trouble("no_booking")


def _form(visit: Visit, code: str = "", reach: str = "", said: str = "", status: int = 200) -> Response:
    _ = visit.here
    return visit.render("lost.html", status, code=code, reach=reach, said=said)
