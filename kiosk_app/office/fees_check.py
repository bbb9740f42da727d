"""Refuses a table of fees that is well formed but makes no sense: two prices at once, a kind without one, unknown ids.

Each fault is one sentence that begins with the key's path, as in catalogue_check.py.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterator

from kiosk_app.office.catalogue_parts import LANGUAGES
from kiosk_app.office.catalogue_texts import part_faults
from kiosk_app.office.fees_parts import Fee, FeeTable

STEP_YEN = 10


def faults(table: FeeTable) -> Iterator[str]:
    """In the order in which a person should mend them."""
    for key in ("kinds", "sites", "fees"):
        if not getattr(table, key):
            yield f"{key}: expected at least one"
    for language in table.unreviewed_languages:
        if language not in LANGUAGES:
            yield f"unreviewed_languages: expected languages among {', '.join(LANGUAGES)}, got {language!r}"
    for key in ("kinds", "sites", "exemptions"):
        for name, times in Counter(one.id for one in getattr(table, key)).items():
            if times > 1:
                yield f"{key}[{name}]: expected each only once, {name!r} stands there {times} times"
    yield from _references(table)
    yield from _rows(table)
    yield from _gaps(table)
    yield from _exempt(table)
    yield from part_faults(table)


def _path(table: FeeTable, fee: Fee) -> str:
    return f"fees[#{table.fees.index(fee) + 1}]"


def _references(table: FeeTable) -> Iterator[str]:
    kinds, sites = [one.id for one in table.kinds], [one.id for one in table.sites]
    exemptions = [one.id for one in table.exemptions]
    for fee in table.fees:
        path = _path(table, fee)
        yield from _known(f"{path}.kind", fee.kind, kinds, "the id of a kind of this file")
        if fee.site is not None:
            yield from _known(f"{path}.site", fee.site, sites, "the id of a site")
        if fee.exemption is not None:
            yield from _known(f"{path}.exemption", fee.exemption, exemptions, "the id of an exemption")
        if fee.yen % STEP_YEN:
            yield f"{path}.yen: expected a multiple of {STEP_YEN}, machines take no smaller coins; got {fee.yen}"
        if not fee.source.strip():
            yield f"{path}.source: expected where the fee was read, got an empty text"


def _known(path: str, name: str, known: Collection[str], what: str) -> Iterator[str]:
    if name not in known:
        alike = difflib.get_close_matches(name, sorted(known), 1)
        yield f"{path}: expected {what}, {name!r} is unknown" + (f" ({alike[0]}?)" if alike else "")


def _rows(table: FeeTable) -> Iterator[str]:
    seen: dict[tuple[object, ...], str] = {}
    for number, fee in enumerate(table.fees, 1):
        place = (fee.kind, fee.site, fee.exemption, fee.valid_from)
        first = seen.setdefault(place, f"fees[#{number}]")
        if first != f"fees[#{number}]":
            yield f"fees[#{number}].valid_from: expected one price from {fee.valid_from} on, {first} is another"


def _gaps(table: FeeTable) -> Iterator[str]:
    for kind in table.kinds:
        rows = [fee for fee in table.fees if fee.kind == kind.id and fee.exemption is None]
        missing = [site.id for site in table.sites if not any(fee.site in (None, site.id) for fee in rows)]
        if missing:
            yield f"kinds[{kind.id}]: expected a row of fees without exemption for {', '.join(missing)}, there is none"


def _exempt(table: FeeTable) -> Iterator[str]:
    """On each day on which either begins, whoever is exempt pays no more than everybody."""
    for fee in table.fees:
        if fee.exemption is None:
            continue
        path = _path(table, fee)
        for site in [fee.site] if fee.site is not None else [one.id for one in table.sites]:
            normal = [row for row in table.fees if (row.kind, row.exemption) == (fee.kind, None)]
            normal = [row for row in normal if row.site in (None, site) and row.valid_from <= fee.valid_from]
            if not normal:
                yield f"{path}.valid_from: expected a day on which the full fee holds, it begins later at {site}"
                continue
            full = max(normal, key=lambda row: (row.site is not None, row.valid_from))
            if fee.yen > full.yen:
                yield f"{path}.yen: expected at most the full fee of {full.yen} yen at {site}, got {fee.yen}"
