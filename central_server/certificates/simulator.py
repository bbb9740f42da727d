"""The issuer that ships: synthetic residents, documents by typst, 見本 across every page, and a code that can be
verified.

It is to be tried, shown and taught with. Another adapter (external.py) speaks to a city's own issuer.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from central_server.certificates import coverage, papers, verification
from central_server.certificates.entitlement import EVERYTHING, Answer, Policy, answer
from central_server.certificates.households import Registers, registers
from central_server.certificates.issuer import Away, Made, NotHere, Offers, Order, Subject, Unusable
from central_server.certificates.register import Resident
from central_server.certificates.typeset import FONT, Typesetter, code_picture
from central_server.certificates.verification import Claims, Signer
from kiosk_app.office.certificates import WIDTH_MM, Layout, misfit

REF_LETTERS = 16


class Simulator:
    """`secret`: of central, for the marks of birth dates (verification.birth_mark). `verify_url`: what stands before a
    code in its address. `tax_year`: the latest one that is taxed."""

    layouts: frozenset[Layout] = frozenset(WIDTH_MM)

    def __init__(
        self,
        signer: Signer,
        secret: bytes,
        verify_url: str,
        tax_year: int,
        policy: Policy = EVERYTHING,
        font: Path = FONT,
    ) -> None:
        """Raises coverage.NoFont."""
        self._signer, self._secret, self._verify_url, self._policy = signer, secret, verify_url, policy
        self._registers: Registers = registers(coverage.of(font).draws, tax_year)
        self._typesetter = Typesetter(font)

    def offers(self, subject: Subject, at: datetime) -> Offers | Away:
        return Offers(subject.resident, *self._answer(subject, at))

    def make(self, order: Order) -> Made | NotHere | Away | Unusable:
        found = self._found(order.subject)
        offer = next(
            (one for one in self._answer(order.subject, order.at).offers if one.kind == order.wanted.kind), None
        )
        if found is None or offer is None or misfit(order.wanted, offer):
            return NotHere()
        pdf = self._typesetter.pdf(self._paper(found, order))
        return Made(order.subject.resident, order.issuance, pdf, hashlib.sha256(pdf).hexdigest())

    def close(self) -> None:
        return None

    def _paper(self, found: Resident, order: Order) -> papers.Paper:
        everybody = [one.id for one in found.household.members]
        everybody += [one.person for one in found.family.entries] if found.family else []
        id_of = {_ref(order.subject.resident, one): one for one in everybody}
        day = order.at.date()
        mark = verification.birth_mark(self._secret, order.office_number, order.number, found.person.birth)
        code = self._signer.code(Claims(order.office_number, order.wanted.kind, day, order.number, mark))
        named = papers.named(found, order.wanted, id_of)
        chosen = papers.Chosen(order.wanted, named, day, order.serial, order.layout)
        return papers.paper(found, chosen, code_picture(self._verify_url + code))

    def _answer(self, subject: Subject, at: datetime) -> Answer:
        return answer(self._found(subject), at.date(), lambda one: _ref(subject.resident, one), self._policy)

    def _found(self, subject: Subject) -> Resident | None:
        return self._registers.resident(int(subject.serial, 16))


def _ref(resident: str, person: str) -> str:
    """Of one session alone."""
    return hashlib.sha256(f"{resident}\0{person}".encode()).hexdigest()[:REF_LETTERS]
