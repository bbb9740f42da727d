"""Reads the city's table of fees, and says what `hitofuda fees check` has to say of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kiosk_app.office import fees, fees_check, toml_config
from kiosk_app.office.fees import FeesError, FeeTable
from kiosk_app.settings import read_text


def load(path: Path) -> FeeTable:
    """Raises FeesError."""
    return fees.parse(read_text(path, FeesError), path.name)


def check(path: Path, today: date) -> list[str]:
    """Remarks, then one line that sums it up. A table that is usable and sells nothing today says so first.

    Raises FeesError for one that is not usable; its text then holds every fault, one a line.
    """
    table = toml_config.read_all(read_text(path, FeesError), FeeTable)
    if isinstance(table, list):
        faults = [*table, "when this is mended, check again: sense and texts come after it"]
    else:
        faults = list(fees_check.faults(table))
    if isinstance(table, list) or faults:
        raise FeesError("\n".join(f"{path.name}: {fault}" for fault in faults))
    return [f"{path.name}: {remark}" for remark in _remarks(table, today)]


def _remarks(table: FeeTable, today: date) -> list[str]:
    remarks = []
    until = fees.good_until(table)
    if today > until:
        remarks.append(f"SELLS NOTHING: checked on {table.checked}, good until {until}; look again, then set checked")
    elif today < table.checked:
        remarks.append(f"SELLS NOTHING: checked is {table.checked}, a later day than today")
    for number, fee in enumerate(table.fees, 1):
        if fee.sample:
            remarks.append(f"fees[#{number}]: {fee.kind} {fee.yen} yen is a sample, to be checked")
        if fee.valid_from > today:
            remarks.append(f"fees[#{number}]: {fee.kind} {fee.yen} yen from {fee.valid_from} on")
    if table.unreviewed_languages:
        remarks.append(f"not yet read by a native: {', '.join(table.unreviewed_languages)}")
    return [
        *remarks,
        f"usable: {len(table.fees)} fees of {len(table.kinds)} kinds at {len(table.sites)} places, good until {until}",
    ]
