"""What must be true after a day at a certificate kiosk: judged from its exported log, the papers, the hands that put
money in and took it out, central's own tables, and what central's page says to whoever scans a code.

As morning_truth.py it knows nothing of the product's folds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from tests.stories.kiosk_paper import folded, likeness
from tests.stories.kiosk_people import RESIDENTS, born

Stored = dict[str, Any]
NAME_READ_AT_LEAST, BIRTH_READ_AT_LEAST, REST_READ_AT_LEAST = 0.6, 0.85, 0.85
"""As a reader of print reads them: of three characters it may not know one. The rest: reading or address."""
DRAWN_AT_LEAST = 0.7
"""Of a drawn name against the dots: the sample's mark and lines go through some of them."""
ISSUED = ("issued", "uncut")
GENUINE, FALSE = "genuine", "not ours"
Page = Literal["genuine", "not ours", "void", "unknown", ""]
"""What central's page said; empty: nobody asked."""


class Asked(NamedTuple):
    """What central's page said of a code, and what serial number it named; and of the same code with one letter
    changed."""

    said: Page
    serial: str
    changed: Page


@dataclass(frozen=True)
class Sheet:
    """A whole piece of the kiosk's paper. `text`: as it was read, folded; empty where nobody can read here. `names`:
    how well each resident's drawn name fits on it, `common`: and each name in more common characters."""

    name: str
    text: str = ""
    names: Mapping[str, float] = field(default_factory=dict)
    common: Mapping[str, float] = field(default_factory=dict)
    code: Asked | None = None


@dataclass
class Visit:
    """Somebody who came with a card. `put_in_yen`: by their hand; `back_yen`: what lay in the tray or came back."""

    who: str
    wanted: str = ""
    copies: int = 1
    put_in_yen: int = 0
    back_yen: int = 0
    paid_to_clerk_yen: int = 0
    sheets: list[Sheet] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    """What was printed for the visitor beside the certificate, as text."""
    refused: str = ""
    """What the screen said, whole."""


class Row(NamedTuple):
    """Of central's table."""

    number: int
    issuance: str
    kind: str
    state: str
    fee_yen: int | None
    settled: str
    claim: str
    contradicted: bool


@dataclass(frozen=True)
class KioskEvidence:
    """`kept_yen`: what the unit holds more than before. `cannot_read`: why no paper was read as text; empty: all were.
    Without `reader_was_promised` that is no fault."""

    log: Sequence[Stored]
    visits: Sequence[Visit]
    rows: Sequence[Row]
    kept_yen: int = 0
    has_unit: bool = True
    cannot_read: str = ""
    reader_was_promised: bool = True
    neutral: Sequence[str] = ()
    """Who was to get the register's one sentence."""
    persons: Sequence[str] = ()
    written: Mapping[str, str] = field(default_factory=dict)
    """What nobody's name, address or PIN may stand in, by its name."""

    def of(self, *kinds: str) -> Iterator[Stored]:
        return (fact["body"] for fact in self.log if fact["kind"] in kinds)


# --- whose paper -----------------------------------------------------------------------------------------------------


def each_sheet_is_of_the_card(evidence: KioskEvidence) -> Iterator[str]:
    """By the dots: the name of the card's person stands there, in just its characters, and nobody else's does."""
    for visit in evidence.visits:
        own = {visit.who, *_at_home(visit)}
        for document in documents(evidence, visit):
            found = {who: max(sheet.names.get(who, 0.0) for sheet in document) for who in document[0].names}
            if found.get(visit.who, 0.0) < DRAWN_AT_LEAST:
                yield f"{_named(document)}: {visit.who}'s name is not on it ({found.get(visit.who, 0.0):.2f})"
            for who, score in found.items():
                if who not in own and score >= max(DRAWN_AT_LEAST, found.get(visit.who, 0.0)):
                    yield f"{_named(document)}: {who}'s name is on it ({score:.2f}), and {visit.who}'s card lay there"
            common = max(sheet.common.get(visit.who, 0.0) for sheet in document)
            if common >= found.get(visit.who, 0.0) > 0:
                yield f"{_named(document)}: {visit.who} is written in other characters ({common:.2f})"


def each_sheet_reads_as_the_card(evidence: KioskEvidence) -> Iterator[str]:
    if evidence.cannot_read:
        if evidence.reader_was_promised:
            yield evidence.cannot_read
        return
    for visit in evidence.visits:
        one = RESIDENTS[visit.who]
        for document in documents(evidence, visit):
            text = "".join(sheet.text for sheet in document)
            name, birth = likeness(text, one.name), likeness(text, born(one))
            rest = max(likeness(text, one.kana), likeness(text, one.address))
            if name < NAME_READ_AT_LEAST or birth < BIRTH_READ_AT_LEAST or rest < REST_READ_AT_LEAST:
                read = f"{name:.0%} of the name, {birth:.0%} of the birth date, {rest:.0%} of reading or address"
                yield f"{_named(document)}: of {visit.who} can be read {read}"
            others = [who for who in RESIDENTS if who not in {visit.who, *_at_home(visit)} and _reads(text, who)]
            if others:
                yield f"{_named(document)} reads as of {', '.join(others)}, and {visit.who}'s card lay there"


def _reads(text: str, who: str) -> bool:
    return folded(RESIDENTS[who].name) in text and folded(born(RESIDENTS[who])) in text


def _at_home(visit: Visit) -> set[str]:
    """Whose name may stand there as well."""
    own = RESIDENTS[visit.who]
    return {who for who, one in RESIDENTS.items() if one.address == own.address}


def documents(evidence: KioskEvidence, visit: Visit) -> list[list[Sheet]]:
    """The sheets of a visit, a document each, as many as the facts say that each has."""
    counts = [count for job, count in _pages(evidence).items() if job in _jobs_of(evidence, visit)]
    found, sheets = [], list(visit.sheets)
    for count in counts:
        part, sheets = sheets[:count], sheets[count:]
        if part:
            found.append(part)
    return found + ([sheets] if sheets else [])


def _pages(evidence: KioskEvidence) -> dict[str, int]:
    return {body["job"]: body["sheets"] for body in evidence.of("SheetStarted")}


def _jobs_of(evidence: KioskEvidence, visit: Visit) -> list[str]:
    """Of the sale of this visit: sales come in the order of those who bought."""
    buyers = [one for one in evidence.visits if not one.refused]
    payments = list(dict.fromkeys(body["payment"] for body in evidence.of("CertificateIntended")))
    if visit not in buyers or buyers.index(visit) >= len(payments):
        return []
    payment = payments[buyers.index(visit)]
    return [body["job"] for body in evidence.of("CertificateIntended") if body["payment"] == payment]


def _named(document: Sequence[Sheet]) -> str:
    return " and ".join(sheet.name for sheet in document)


def none_comes_twice(evidence: KioskEvidence) -> Iterator[str]:
    started = Counter((body["job"], body["sheet"]) for body in evidence.of("SheetEnded") if body["verdict"] in ISSUED)
    yield from (f"sheet {sheet} of {job} came {count} times" for (job, sheet), count in started.items() if count > 1)
    on_paper = sum(len(visit.sheets) for visit in evidence.visits)
    if on_paper != len(started):
        yield f"{on_paper} sheets are on paper, and {len(started)} came by the facts"
    serials = Counter(sheet.code.serial for visit in evidence.visits for sheet in visit.sheets if sheet.code)
    yield from (f"{serial} is on {count} papers" for serial, count in serials.items() if count > 1)


# --- money -----------------------------------------------------------------------------------------------------------


def none_is_unpaid(evidence: KioskEvidence) -> Iterator[str]:
    """In the order of the log: the sum was there before the first byte of the first sheet."""
    asked: dict[str, int] = {}
    taken: Counter[str] = Counter()
    for fact in evidence.log:
        body = fact["body"]
        match fact["kind"]:
            case "PaymentAsked":
                asked[body["payment"]] = body["yen"]
            case "MoneyTaken":
                taken[body["payment"]] += body["yen"]
            case "SheetStarted" if taken[body["payment"]] < asked.get(body["payment"], 1):
                yield f"a sheet of {body['payment']} began at {taken[body['payment']]} yen"
    for visit in evidence.visits:
        put_in = visit.put_in_yen + visit.paid_to_clerk_yen
        if visit.sheets and put_in - visit.back_yen < _price(evidence, visit):
            yield f"{visit.who} has {len(visit.sheets)} sheets for {put_in - visit.back_yen} yen"


def _price(evidence: KioskEvidence, visit: Visit) -> int:
    jobs = set(_jobs_of(evidence, visit))
    return sum(body["yen"] for body in evidence.of("CertificateIntended") if body["job"] in jobs)


def none_is_paid_and_lost(evidence: KioskEvidence) -> Iterator[str]:
    """Every yen of every visitor is a certificate on paper, in the tray, or on a slip in their hand."""
    claims = {body["claim"]: body for body in evidence.of("ClaimOpened")}
    slips = {claim: any(_shown(claim) in text for v in evidence.visits for text in v.receipts) for claim in claims}
    yield from (f"the claim {claim} has no slip on paper" for claim, printed in slips.items() if not printed)
    owed: Counter[str] = Counter()
    for body in claims.values():
        owed[body["payment"]] += body["owed_yen"] + body["doubt_yen"]
    for visit in evidence.visits:
        jobs = _jobs_of(evidence, visit)
        payments = {body["payment"] for body in evidence.of("CertificateIntended") if body["job"] in jobs}
        came = [body for body in _ended(evidence) if body["job"] in jobs and body["verdict"] in ISSUED]
        sheets = sum(_pages(evidence)[body["job"]] for body in came)
        if sheets > len(visit.sheets):
            yield f"{visit.who} holds {len(visit.sheets)} sheets of {sheets}"
        left_yen = visit.put_in_yen + visit.paid_to_clerk_yen - visit.back_yen
        left_yen -= sum(body["yen"] for body in came) + sum(owed[one] for one in payments)
        if left_yen:
            yield f"{visit.who}: of {visit.put_in_yen} yen {left_yen} are neither paper, nor back, nor claimed"


def _shown(claim: str) -> str:
    """As it stands on the slip: its first eight signs in two groups."""
    plain = "".join(sign for sign in claim.upper() if sign.isalnum())
    return f"{plain[:4]}-{plain[4:8]}"


def _ended(evidence: KioskEvidence) -> list[Stored]:
    return list(evidence.of("CertificateEnded"))


def the_unit_holds_what_was_sold(evidence: KioskEvidence) -> Iterator[str]:
    if not evidence.has_unit:
        return
    sold = sum(body["yen"] for body in _ended(evidence) if body["verdict"] in ISSUED)
    claimed = sum(body["owed_yen"] + body["doubt_yen"] for body in evidence.of("ClaimOpened"))
    if evidence.kept_yen != sold + claimed:
        yield f"the unit holds {evidence.kept_yen} yen, and {sold} were sold and {claimed} are claimed"


# --- central ---------------------------------------------------------------------------------------------------------


def central_and_the_kiosk_agree(evidence: KioskEvidence) -> Iterator[str]:
    """On each document, whether it was issued, and its fee to the yen."""
    rows = {row.issuance: row for row in evidence.rows}
    ended = {body["job"]: body["verdict"] for body in _ended(evidence)}
    for body in evidence.of("CertificateIntended"):
        row = rows.get(body["issuance"])
        verdict = ended.get(body["job"], "void")
        if row is None:
            yield f"{body['serial']}: central knows nothing of it"
            continue
        wanted = "issued" if verdict in ISSUED else "not_issued"
        if (row.state, row.fee_yen, row.kind) != (wanted, body["yen"], body["kind"]) or row.contradicted:
            yield f"{body['serial']} is {verdict} for {body['yen']} yen here, and {row} at central"
    known = {body["issuance"] for body in evidence.of("CertificateIntended")}
    counted = [row for row in evidence.rows if row.state not in ("void", "making", "prepared")]
    yield from (
        f"{row} counts at central, and the kiosk has not sold it" for row in counted if row.issuance not in known
    )
    here = sum(body["yen"] for body in _ended(evidence) if body["verdict"] in ISSUED)
    there = sum(row.fee_yen or 0 for row in evidence.rows if row.state == "issued")
    if here != there:
        yield f"the kiosk has sold for {here} yen, central has issued for {there}"


def no_number_is_missing(evidence: KioskEvidence) -> Iterator[str]:
    numbers = sorted(row.number for row in evidence.rows)
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"central has the numbers {numbers}"


def each_code_is_genuine_and_a_changed_one_is_not(evidence: KioskEvidence) -> Iterator[str]:
    serials = {body["serial"] for body in evidence.of("CertificateIntended")}
    for visit in evidence.visits:
        for document in documents(evidence, visit):
            codes = [sheet.code for sheet in document if sheet.code is not None]
            if len(codes) != 1:
                yield f"{_named(document)}: {len(codes)} codes could be read"
            for code in codes:
                if code.said != GENUINE or code.serial not in serials:
                    yield f"{_named(document)}: central's page says {code.said!r} of {code.serial}"
                if code.changed != FALSE:
                    yield f"{_named(document)}: with a changed letter central's page says {code.changed!r}"


# --- refusals --------------------------------------------------------------------------------------------------------


def the_registers_refusals_look_the_same(evidence: KioskEvidence) -> Iterator[str]:
    told: dict[str, list[str]] = defaultdict(list)
    for visit in evidence.visits:
        if visit.who in evidence.neutral:
            told[visit.refused].append(visit.who)
    if len(told) > 1:
        yield f"they differ: {dict(told)}"
    if sum(map(len, told.values())) < len(evidence.neutral):
        yield f"{', '.join(evidence.neutral)} were to be refused, and {sum(map(len, told.values()))} were"


def who_is_refused_pays_nothing(evidence: KioskEvidence) -> Iterator[str]:
    for visit in evidence.visits:
        if visit.refused and (visit.sheets or visit.put_in_yen or visit.receipts):
            yield f"{visit.who} was refused, with {len(visit.sheets)} sheets for {visit.put_in_yen} yen"


def nobody_is_written_down(evidence: KioskEvidence) -> Iterator[str]:
    """Neither as text nor as a database shows bytes."""
    for name, text in evidence.written.items():
        for person in evidence.persons:
            if person in text or person.encode().hex() in text:
                yield f"{person} stands in {name}"


class KioskRule(NamedTuple):
    what: str
    seen_by: str
    cases: Callable[[KioskEvidence], Iterator[str]]


PAPER, LOG = "the pictures of the papers", "the kiosk's exported log"
RULES = (
    KioskRule(
        "each sheet has the name of the card that lay in the kiosk, in its own characters",
        f"{PAPER}: each name as it is drawn from the font, held against the dots",
        each_sheet_is_of_the_card,
    ),
    KioskRule(
        "each sheet reads as of the card that lay in the kiosk", f"{PAPER}, by tesseract", each_sheet_reads_as_the_card
    ),
    KioskRule("no sheet comes twice", f"{PAPER} and {LOG}", none_comes_twice),
    KioskRule("nothing is printed that is not paid", f"{LOG}, and the hands at the unit", none_is_unpaid),
    KioskRule(
        "nothing is paid and lost without a claim slip", f"{PAPER}, the hands at the unit, {LOG}", none_is_paid_and_lost
    ),
    KioskRule("the unit holds what was sold", f"its own coins, and {LOG}", the_unit_holds_what_was_sold),
    KioskRule("central and the kiosk agree to the yen", f"central's table and {LOG}", central_and_the_kiosk_agree),
    KioskRule("no number is missing", "central's table", no_number_is_missing),
    KioskRule(
        "each code opens the page that says genuine, and with a changed letter the one that says not",
        f"{PAPER}, by zbar, and central's pages",
        each_code_is_genuine_and_a_changed_one_is_not,
    ),
    KioskRule(
        "what the register refuses looks the same, whatever its cause",
        "the screens",
        the_registers_refusals_look_the_same,
    ),
    KioskRule("who is refused pays nothing and gets nothing", f"{PAPER} and the hands", who_is_refused_pays_nothing),
    KioskRule(
        "nobody's name, address or PIN is written down",
        "the kiosk's files, what the programs said, and central's whole database",
        nobody_is_written_down,
    ),
)


def judged(evidence: KioskEvidence) -> list[dict[str, object]]:
    rows = [(rule, list(rule.cases(evidence))) for rule in RULES]
    return [{"what": rule.what, "seen by": rule.seen_by, "holds": not cases, "cases": cases} for rule, cases in rows]
