"""What a mail or an SMS says, in the visitor's language, from the one catalogue of words. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from central_server import window
from central_server.booking_rows import Booked
from central_server.messages import Kind
from central_server.offices import OfficeHere
from kiosk_app.office import booking_code, catalogue, dates
from kiosk_app.words import Words


class Told(NamedTuple):
    subject: str
    body: str
    short: str
    """For an SMS."""


def told(words: Words, here: OfficeHere, kind: Kind, booked: Booked, page: str, now: datetime) -> Told:
    """`page`: the visitor's own, with its key."""
    office, language = here.office, booked.language
    name = catalogue.text(office.name, language)
    day = dates.screen_date(booked.day, language)
    time = dates.clock_time(_local(here, booked, booked.start.start_min))

    def say(key: str, **values: object) -> str:
        return words.say(language, f"message.{key}", **values)

    lines = [
        say(f"{kind}.lead", office=name),
        "",
        say("when", day=day, time=time),
        say("what", service=_what(here, booked)),
    ]
    lines.append(say("where", place=_where(here, booked)))
    if kind in ("confirmed", "changed", "reminder"):
        lines += [say("code", code=booking_code.grouped(booked.code)), "", say("at_the_office")]
        lines += _bring(here, booked, say("bring"))
        if now < (until := window.change_until(office, booked.letter, booked.day, booked.start.start_min)):
            local = until.astimezone(catalogue.zone(office))
            by = dates.when(local, now.astimezone(catalogue.zone(office)).date(), language)
            lines += ["", say("change", until=by), page]
    if kind == "closed":
        lines += ["", say("rebook"), page]
    lines += ["", say("foot", office=name)]
    return Told(
        subject=say(f"{kind}.subject", office=name),
        body="\n".join(lines) + "\n",
        short=say(f"{kind}.short", office=name, day=day, time=time, code=booking_code.grouped(booked.code), page=page),
    )


def _local(here: OfficeHere, booked: Booked, minute: int) -> datetime:
    return datetime(booked.day.year, booked.day.month, booked.day.day) + timedelta(minutes=minute)


def _what(here: OfficeHere, booked: Booked) -> str:
    """A neutral name, where the real one would tell bystanders too much: mail is read over shoulders."""
    found = next((one for one in here.office.services if one.id == booked.service), None)
    group = catalogue.group(here.office, booked.letter)
    return catalogue.text(catalogue.public_name(found) if found else group.name, booked.language)


def _where(here: OfficeHere, booked: Booked) -> str:
    floor = catalogue.floor_of(here.office, booked.letter)
    return f"{catalogue.text(here.office.name, booked.language)} {catalogue.text(floor.name, booked.language)}"


def _bring(here: OfficeHere, booked: Booked, title: str) -> list[str]:
    found = next((one for one in here.office.services if one.id == booked.service), None)
    items = (
        catalogue.bring_of(here.office, found, booked.day) if found is not None and found.public_name is None else ()
    )
    return ["", title, *(f"・{catalogue.text(item.name, booked.language)}" for item in items)] if items else []
