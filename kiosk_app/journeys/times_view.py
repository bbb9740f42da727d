"""The page of times that a walk-in may choose from, an hour a row, and what the chosen one means."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import Any

from kiosk_app.api import ChosenTime, Control, Hour
from kiosk_app.journeys import times
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.messages import TimeOffered
from kiosk_app.journeys.slot_times import clock, return_by, span
from kiosk_app.journeys.ticket_state import TicketJourney
from kiosk_app.journeys.ticket_waits import where
from kiosk_app.office import catalogue

PLACES = 6


def offer(state: TicketJourney, desk: Desk) -> Control | None:
    """The second way on the screen that confirms a service; none while no time can be sold."""
    first = next((one for one in times.offered(state, desk.context) if one.free), None)
    if first is None:
        return None
    earliest = desk.say("times.earliest", time=clock(first.start_min))
    note = f"{earliest}\n{desk.say('times.choose_note')}"
    return Control(id="times", label=desk.say("times.choose"), note=note, icon="clock", state="open")


def screen(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    found = times.offered(state, desk.context)
    chosen = times.chosen(state, desk.context)
    group = catalogue.group(desk.office, times.letter_of(state, desk.context))
    place = {key: value for key, value in where(desk, group).items() if key != "wait"}
    lengths = {one.length_min for one in found}
    steps = {after.start_min - before.start_min for before, after in pairwise(found)}
    every = min(steps, default=min(lengths, default=0))
    gone = state.times_fault == "gone" or (state.start_min and chosen is None)
    take = Control(id="take_time", label=desk.say("times.take"), icon="ticket", state="go" if chosen else "off")
    return {
        **place,
        "title": desk.say("times.title"),
        "subtitle": desk.say("times.subtitle", date=desk.date(), count=every) if every else "",
        "hours": tuple(_hours(found, chosen, desk, every)),
        "chosen": _chosen(chosen, desk) if chosen is not None else None,
        "notice": desk.say("times.gone") if gone else "" if found else desk.say("times.none"),
        "actions": (take,),
    }


def _hours(found: tuple[TimeOffered, ...], chosen: TimeOffered | None, desk: Desk, every: int) -> list[Hour]:
    """Times that come at even steps stand under each other; others only follow each other."""
    even = every > 0 and 60 % every == 0 and all(one.start_min % every == found[0].start_min % every for one in found)
    places = min(PLACES, 60 // every) if even else PLACES
    rows = []
    for hour, ones in groupby(found, key=lambda one: one.start_min // 60):
        of_hour = tuple(ones)
        if not any(one.free for one in of_hour):
            continue
        cells = tuple(_cell(one, chosen, desk) for one in of_hour)
        skip = of_hour[0].start_min % 60 // every if even else 0
        rows.append(Hour(label=f"{hour}", unit=desk.say("times.hour"), starts=cells, skip=skip, places=places))
    return rows


def _cell(one: TimeOffered, chosen: TimeOffered | None, desk: Desk) -> Control:
    control, label = f"start:{one.start_min}", clock(one.start_min)
    if not one.free:
        return Control(id=control, label=label, tag=desk.say("times.full"), state="off")
    if chosen is not None and one.start_min == chosen.start_min:
        return Control(id=control, label=label, tag=desk.say("times.chosen"), state="selected")
    return Control(id=control, label=label)


def _chosen(one: TimeOffered, desk: Desk) -> ChosenTime:
    return ChosenTime(
        range=span(desk, one.start_min, one.length_min),
        after=desk.say("times.after"),
        return_by=desk.say("times.return_by", time=return_by(one.start_min)),
        note=desk.say("times.choose_note"),
    )
