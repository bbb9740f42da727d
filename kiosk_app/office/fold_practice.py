"""The fold of practice and of visits: where each machine is now, how many gave up where, which forms were made."""

from __future__ import annotations

from kiosk_app.office import facts as f
from kiosk_app.office.across_days import Practising, StepFigures
from kiosk_app.office.fold_base import Origin, is_of_an_earlier_day
from kiosk_app.office.state import Day, OfficeState

PRACTICE = "practice"
BETWEEN = "/"
KEPT_MAX = 5_000
"""Different steps, languages and modes of a day; a machine that invents more is not counted."""
VISITS_MAX = 20_000


def stepped(state: OfficeState, origin: Origin, fact: f.PracticeStepped | f.VisitStepped) -> None:
    if is_of_an_earlier_day(state, origin):
        return
    of = fact.of if isinstance(fact, f.VisitStepped) else PRACTICE
    _count(state.day.steps, BETWEEN.join((of, fact.language, "+".join(fact.modes), fact.step, fact.ended)))
    if fact.ended:
        state.day.practising.pop(fact.machine_code, None)
    else:
        now = Practising(step=fact.step, language=fact.language, since_utc_ms=origin.at_utc_ms, of=of)
        state.day.practising[fact.machine_code] = now


def forms_started(state: OfficeState, origin: Origin, fact: f.FormsStarted) -> None:
    """Once a visit: what is printed when there is paper again are the same forms."""
    day = state.day
    if is_of_an_earlier_day(state, origin) or fact.visit in day.form_visits or len(day.form_visits) >= VISITS_MAX:
        return
    day.form_visits.add(fact.visit)
    for form in fact.forms:
        _count(day.forms, form.partition(BETWEEN)[0])


def _count(counts: dict[str, int], key: str) -> None:
    if key in counts or len(counts) < KEPT_MAX:
        counts[key] = counts.get(key, 0) + 1


def step_figures(day: Day) -> tuple[StepFigures, ...]:
    """One for each step in each language and mode, in the order of their names."""
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for key, count in sorted(day.steps.items()):
        *where, ended = key.split(BETWEEN)
        found.setdefault(tuple(where), {})[ended or "reached"] = count
    return tuple(
        StepFigures(of, language, modes, step, *(ends.get(end, 0) for end in ("reached", "left", "time", "finished")))
        for (of, language, modes, step), ends in found.items()
    )


def form_figures(day: Day) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(day.forms.items()))
