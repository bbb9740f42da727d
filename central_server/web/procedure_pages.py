"""From a life event and a few questions to what has to be done: the data and rules of the ticket machine, to try
without a ticket. The answers stand in the address, so that no script, cookie or form is needed and nothing is kept.
"""

from __future__ import annotations

from typing import NamedTuple

from starlette.responses import Response

from central_server.web.find_pages import place
from central_server.web.site import Trouble, Visit
from kiosk_app.office import catalogue, procedures
from kiosk_app.office.catalogue import Group
from kiosk_app.office.procedures import Answer, Done, LifeEvent, Procedures


class StageLine(NamedTuple):
    """A counter on the way."""

    group: Group
    place: str
    done: tuple[Done, ...]


async def events(visit: Visit) -> Response:
    here = f"/{visit.here.office.id}/procedures"
    return visit.render("procedure_events.html", lives=_known(visit).events, here=here)


async def ask(visit: Visit) -> Response:
    """`a`: the answers so far, ynu. The next question, or what has to be done when there is none."""
    office, have = visit.here.office.id, _known(visit)
    life = procedures.event(have, visit.request.path_params["event"])
    if life is None:
        raise Trouble("not_found")
    answers = procedures.decoded(visit.request.query_params.get("a", ""))
    walked = procedures.walk(life, answers)
    answers = answers[: walked.asked]
    if walked.step is None:
        return _told(visit, have, life, answers)
    left = procedures.longest(life, walked.step) - 1
    return visit.render(
        "procedure_question.html",
        life=life,
        question=procedures.question(have, walked.step),
        replies=[(one, address(office, life, (*answers, one))) for one in procedures.offered(walked.step)],
        back=_back(office, life, answers),
        left=left,
    )


def _known(visit: Visit) -> Procedures:
    """Raises Trouble where this server has none."""
    if visit.central.procedures is None:
        raise Trouble("not_found")
    return visit.central.procedures


def _told(visit: Visit, have: Procedures, life: LifeEvent, answers: tuple[Answer, ...]) -> Response:
    office, today = visit.here.office, visit.today
    plan = procedures.plan(have, office, life, answers, today)
    elsewhere = [one for one in plan.done if one.service is None]
    stages = [
        StageLine(catalogue.group(office, one.letter), place(visit, one.letter), one.done)
        for one in procedures.stages(plan)
    ]
    return visit.render(
        "procedure_list.html",
        life=life,
        stages=stages,
        online=[one for one in plan.done if one.is_online],
        bring=procedures.bring(have, office, plan, today, {one.procedure.id for one in elsewhere}),
        elsewhere=elsewhere,
        back=_back(visit.here.office.id, life, answers),
    )


def address(office: str, life: LifeEvent, answers: tuple[Answer, ...]) -> str:
    """Of the page after these answers."""
    coded = procedures.coded(answers)
    return f"/{office}/procedures/{life.id}" + (f"?a={coded}" if coded else "")


def _back(office: str, life: LifeEvent, answers: tuple[Answer, ...]) -> str:
    return address(office, life, answers[:-1]) if answers else f"/{office}/procedures"
