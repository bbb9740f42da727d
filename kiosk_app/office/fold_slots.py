"""Folds of time slots: plans, what central took of them, and who was promised what, by date and letter.

They outlive the day on which they were written, until the day that they are for is over.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk_app.office import facts as f
from kiosk_app.office import slot_days
from kiosk_app.office.fold_base import Origin, is_of_an_earlier_day, remember
from kiosk_app.office.slot_days import SlotDay
from kiosk_app.office.state import AnsweredIntent, OfficeState

SlotDays = dict[str, dict[str, SlotDay]]
Slots = f.SlotsPlanned | f.PlanTaken | f.OnlineClosed | f.BookingMade | f.BookingCancelled | f.BookingMissed


def _day_of(state: OfficeState, fact: Slots) -> SlotDay | None:
    """None: that day is over, and what still arrives of it goes with it."""
    if fact.date < state.day.date:
        return None
    return state.slots.setdefault(fact.date, {}).setdefault(fact.letter, SlotDay())


def planned(state: OfficeState, origin: Origin, fact: f.SlotsPlanned) -> None:
    if (day := _day_of(state, fact)) is not None:
        slot_days.planned(day, fact, origin.at_utc_ms)
    _remember(state, origin, fact, f"{fact.letter} {fact.reason}".strip())


def plan_taken(state: OfficeState, origin: Origin, fact: f.PlanTaken) -> None:
    if (day := _day_of(state, fact)) is not None:
        slot_days.taken(day, fact)


def online_closed(state: OfficeState, origin: Origin, fact: f.OnlineClosed) -> None:
    if (day := _day_of(state, fact)) is not None:
        slot_days.closed(day, fact)


def booking_made(state: OfficeState, origin: Origin, fact: f.BookingMade) -> None:
    if (day := _day_of(state, fact)) is not None:
        slot_days.made(day, fact)
    _remember(state, origin, fact, said(fact.letter, fact.date, fact.start_min))
    if fact.intent and fact.intent in state.day.intents:
        # Whoever asks again is told which one it is.
        state.day.intents[fact.intent] = AnsweredIntent(ticket=fact.booking, kind="BookingMade")


def booking_cancelled(state: OfficeState, origin: Origin, fact: f.BookingCancelled) -> None:
    if (day := _day_of(state, fact)) is not None:
        slot_days.cancelled(day, fact)
    _remember(state, origin, fact, f"{fact.letter} {_date(fact.date)} {fact.reason}".strip())


def booking_missed(state: OfficeState, origin: Origin, fact: f.BookingMissed) -> None:
    if (day := _day_of(state, fact)) is not None:
        slot_days.missed(day, fact)
    _remember(state, origin, fact, f"{fact.letter} {_date(fact.date)}")


def said(letter: str, date: str, start_min: int) -> str:
    """H 4月6日 13:10, as 操作履歴 has it."""
    return f"{letter} {_date(date)} {start_min // 60}:{start_min % 60:02}"


def _date(date: str) -> str:
    return f"{int(date[5:7])}月{int(date[8:10])}日" if len(date) == 10 and date[5:7].isdigit() else date


def _remember(state: OfficeState, origin: Origin, fact: Slots, reason: str) -> None:
    """What a person here did; not what the catalogue says, nor what visitors do at central."""
    if getattr(fact, "intent", "") and not is_of_an_earlier_day(state, origin):
        remember(state.day, origin, fact, reason=reason)


# --- days that are over, and checkpoints ---------------------------------------------------------------------------


def forget_gone(state: OfficeState) -> None:
    """To be called wherever another day has become the day of now."""
    for date in [date for date in state.slots if date < state.day.date]:
        del state.slots[date]


def to_come(state: OfficeState, date: str) -> SlotDays:
    """For the checkpoint of the day `date`."""
    return {
        of: {letter: slot_days.copied(day) for letter, day in days.items()}
        for of, days in state.slots.items()
        if of >= date
    }


def join(state: OfficeState, known: Mapping[str, Mapping[str, SlotDay]]) -> None:
    """What a checkpoint knows is what its writer had heard: nothing of it is unsaid by what came since."""
    for date, days in known.items():
        for letter, day in days.items():
            slot_days.join(state.slots.setdefault(date, {}).setdefault(letter, SlotDay()), day)
    forget_gone(state)
