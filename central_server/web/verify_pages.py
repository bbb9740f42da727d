"""Whether a certificate was issued here: the address in the two-dimensional code on its paper.

It tells kind, day and number, to be compared with the paper, and never whose it is. Whoever has the paper may type the
birth date on it, and hears whether it was made for somebody born on that day: a genuine code that was copied onto
another paper shows by that.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from central_server.certificates import rows, verification, verification_keys
from central_server.certificates.derived import birth_secret
from central_server.certificates.verification import Claims
from central_server.database import quick
from central_server.web.limits import Limit
from central_server.web.site import Site, Visit
from kiosk_app.certificate_messages import State
from kiosk_app.office.catalogue import Office

Said = Literal["issued", "unknown", "void", "false"]
"""Keys of sentences: `verify.<said>` and `verify.<said>_next`."""
OF_STATE: Mapping[State, Said] = {
    "making": "void",
    "prepared": "void",
    "issuing": "unknown",
    "issued": "issued",
    "not_issued": "void",
    "unknown": "unknown",
    "void": "void",
}
BIRTH_MAX = 20
BIRTHS = Limit("birth dates of a certificate", 10, 86_400)
"""Of one code and day: there are some 36,000 birth dates of the living, and none is to be found by trying."""
CODES = Limit("codes of certificates", 60, 600)
"""Of one address: codes that are none of ours."""
_BIRTH = re.compile(r"([12]\d{3})-?(\d{1,2})-?(\d{1,2})|([12]\d{3})(\d{2})(\d{2})")


class Known(NamedTuple):
    """`office` and `state` as they are now."""

    claims: Claims
    office: Office
    state: State

    @property
    def serial(self) -> str:
        return verification.serial(self.claims.office, self.claims.number)


def routes(site: Site) -> list[BaseRoute]:
    """None where this city gives no certificates at kiosks."""
    if site.central.certificates is None:
        return []
    return [Route("/c/{code}", site.page(show)), Route("/c/{code}", site.page(compare), methods=["POST"])]


async def show(visit: Visit) -> Response:
    return _page(visit, await _known(visit))


async def compare(visit: Visit) -> Response:
    sent = await visit.form()
    known = await _known(visit)
    if known is None:
        return _page(visit, None)
    await visit.limit(BIRTHS, f"certificate {visit.request.path_params['code']}")
    typed = sent.get("birth", "")[:BIRTH_MAX]
    born = birth_of(typed)
    if born is None:
        return _page(visit, known, typed=typed, answer="verify.birth_wrong")
    claims = known.claims
    mark = verification.birth_mark(birth_secret(visit.central.box), claims.office, claims.number, born)
    right = hmac.compare_digest(mark, claims.mark)
    return _page(visit, known, typed=typed, answer="verify.match" if right else "verify.no_match", right=right)


def birth_of(typed: str) -> date | None:
    """1985-11-03, 1985-1-3 or 19851103."""
    found = _BIRTH.fullmatch(typed.strip())
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups() if part))
    except ValueError:
        return None


async def _known(visit: Visit) -> Known | None:
    """None for what is no code of ours."""
    async with quick(visit.central.pool) as connection:
        keys = await verification_keys.all_of(connection)
        claims = verification.read(str(visit.request.path_params["code"]), keys)
        office = None if claims is None else _office(visit, claims.office)
        state = None
        if claims is not None and office is not None:
            state = await rows.state_of(connection, office.id, claims.number, claims.kind)
    if claims is None or office is None or state is None:
        await visit.limit(CODES)
        return None
    return Known(claims, office, state)


def _office(visit: Visit, number: int) -> Office | None:
    return next((one.office for one in visit.central.offices.values() if one.office.number == number), None)


def _page(visit: Visit, known: Known | None, typed: str = "", answer: str = "", right: bool = False) -> Response:
    said: Said = "false" if known is None else OF_STATE[known.state]
    kind = "" if known is None else f"verify.kind_{known.claims.kind.replace('-', '_')}"
    return visit.render(
        "verify.html",
        404 if known is None else 200,
        known=known,
        said=f"verify.{said}",
        tone={"issued": "ok", "unknown": "care"}.get(said, "err"),
        kind=kind,
        typed=typed,
        answer=answer,
        right=right,
    )
