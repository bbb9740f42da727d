"""What a day at a certificate kiosk left, read from outside: its papers, the pages behind their codes, its files,
central's tables; and the report that is made of it."""

from __future__ import annotations

import html
import http.client
import json
import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from kiosk_app.log_commands import export
from scripts.central import Trial
from tests.stories import kiosk_paper
from tests.stories.house import CARD_PIN
from tests.stories.kiosk_house import CODE, OFFICE, KioskHouse
from tests.stories.kiosk_people import RESIDENTS, Resident
from tests.stories.kiosk_truth import Asked, KioskEvidence, Page, Row, Sheet, Visit, judged
from tests.stories.morning_report import summary

GENUINE_WORDS, FALSE_STATUS = "この番号の証明書を、発行しています。", 404
SERIAL = re.compile(r"\d{2}-\d{8}-\d")
ANSWER_S = 30


# --- papers ----------------------------------------------------------------------------------------------------------


def scanned(house: KioskHouse, visits: Sequence[Visit]) -> None:
    """Each paper as whoever gets it looks at it: read, its name compared, its code scanned and opened."""
    folder = house.out / "paper"
    codes = codes_of(house, visits)
    came = [visit.who for visit in visits if visit.sheets]
    for visit in visits:
        visit.sheets = [_scanned(house, folder / sheet.name, visit, came, codes) for sheet in visit.sheets]


def codes_of(house: KioskHouse, visits: Sequence[Visit]) -> dict[str, str]:
    """The address on each paper that has one, by the name of its picture."""
    pictures = [house.out / "paper" / sheet.name for visit in visits for sheet in visit.sheets]
    return kiosk_paper.codes_of(pictures)


def _scanned(house: KioskHouse, picture: Path, visit: Visit, came: Sequence[str], codes: dict[str, str]) -> Sheet:
    letters = kiosk_paper.Lettering(picture)
    own = RESIDENTS[visit.who]
    has_common = bool(own.common) and not kiosk_paper.is_drawn_alike(own.name, own.common)
    code = codes.get(picture.stem)
    return Sheet(
        picture.name,
        "" if kiosk_paper.cannot_read() else kiosk_paper.text_of(picture),
        {who: round(letters.holds(RESIDENTS[who].name), 3) for who in came},
        {visit.who: round(letters.holds(own.common), 3)} if has_common else {},
        None if code is None else _opened(house.central, code),
    )


def _opened(central: Trial, address: str) -> Asked:
    said, serial = _page(central, address)
    return Asked(said, serial, _page(central, with_another_letter(address))[0])


def with_another_letter(address: str) -> str:
    """In the middle of its code."""
    before, code = address.rsplit("/", 1)
    at = len(code) // 2
    return f"{before}/{code[:at]}{'A' if code[at] != 'A' else 'B'}{code[at + 1 :]}"


def _page(central: Trial, address: str) -> tuple[Page, str]:
    """What central's page behind that address says, and the number on it."""
    url = urlsplit(address)
    if url.netloc != urlsplit(central.url).netloc:
        return "", ""
    with closing(http.client.HTTPSConnection(url.netloc, timeout=ANSWER_S, context=central.trust())) as line:
        line.request("GET", url.path, headers={"Accept-Language": "ja"})
        answer = line.getresponse()
        text = html.unescape(re.sub(r"<[^>]*>", " ", answer.read().decode()))
    serial = SERIAL.search(text)
    if answer.status == FALSE_STATUS:
        return "not ours", ""
    return ("genuine" if GENUINE_WORDS in text else "void"), serial[0] if serial else ""


# --- what is kept ----------------------------------------------------------------------------------------------------


def rows_of(central: Trial) -> list[Row]:
    with psycopg.connect(central.dsn) as connection:
        found = connection.execute(
            "SELECT number, issuance, kind, state, fee_yen, settled, claim, contradicted FROM issuances "
            "WHERE office = %s AND kiosk = %s ORDER BY number",
            (OFFICE, CODE),
        ).fetchall()
    return [Row(*row) for row in found]


def evidence_of(
    house: KioskHouse, visits: Sequence[Visit], neutral: Sequence[str], began_with_yen: int
) -> KioskEvidence:
    """Of a core that has ended, and a central that still answers."""
    export(house.work / "data" / "facts.db", house.out / "facts.jsonl")
    log = (house.out / "facts.jsonl").read_text()
    cash = house.unit.unit.cash if house.unit is not None else None
    return KioskEvidence(
        log=[json.loads(line) for line in log.splitlines()],
        visits=visits,
        rows=rows_of(house.central),
        kept_yen=cash.kept_yen - began_with_yen if cash is not None else 0,
        has_unit=cash is not None,
        cannot_read=kiosk_paper.cannot_read(),
        reader_was_promised=kiosk_paper.was_promised(),
        neutral=neutral,
        persons=[*_of_persons(RESIDENTS.values()), f'"{CARD_PIN}"', f"pin:{CARD_PIN[0]}"],
        written={
            "the log": log,
            "log.txt": (house.out / "log.txt").read_text(),
            "central's log": (house.central.folder / "central.txt").read_text(errors="replace"),
            "central's database": _database(house.central),
            "the kiosk's files": _files(house.work / "data") + _files(house.work / "run"),
        },
    )


def _database(central: Trial) -> str:
    """Every row of every table, as text."""
    with psycopg.connect(central.dsn) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = [connection.execute(f'SELECT t::text FROM "{name}" t'.encode()).fetchall() for (name,) in tables]
    return "\n".join(text for table in rows for (text,) in table)


def _of_persons(everybody: Iterable[Resident]) -> list[str]:
    return list(dict.fromkeys(text for one in everybody for text in (one.name, one.kana, one.address)))


def _files(folder: Path) -> str:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return "\n".join(path.read_bytes().decode(errors="replace") for path in files)


def report(
    name: str, out: Path, evidence: KioskEvidence, timings: dict[str, list[float]], pictures: int
) -> dict[str, Any]:
    """As report.json has it, without how long it took."""
    ended = [body for body in evidence.of("CertificateEnded") if body["verdict"] in ("issued", "uncut")]
    return {
        "story": name,
        "residents": len({visit.who for visit in evidence.visits if visit.sheets}),
        "refused": sum(bool(visit.refused) for visit in evidence.visits),
        "certificates": len(ended),
        "sheets": sum(len(visit.sheets) for visit in evidence.visits),
        "torn": len(list((out / "paper").glob("*-torn.png"))),
        "sold-yen": sum(body["yen"] for body in ended),
        "claims": len(list(evidence.of("ClaimOpened"))),
        "receipts": sum(len(visit.receipts) for visit in evidence.visits),
        "screens": pictures,
        "facts": len(evidence.log),
        "read-as-text": evidence.cannot_read or "by tesseract",
        "timings": {name: summary(times) for name, times in timings.items() if times},
        "papers": [
            {"sheet": sheet.name, "of": visit.who, "names": sheet.names, "common": sheet.common, "code": sheet.code}
            for visit in evidence.visits
            for sheet in visit.sheets
        ],
        "invariants": judged(evidence),
    }
