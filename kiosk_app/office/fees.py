"""What a certificate costs: rules by kind, place, exemption and the day from which they hold, as data beside the
catalogue.

A table says itself how long it may go unchecked; one that is older sells nothing and says so. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kiosk_app.office import fees_check, toml_config
from kiosk_app.office.certificates import COPIES_MAX, Kind
from kiosk_app.office.fees_parts import FEE_MAX_YEN, Fee, FeeTable

__all__ = ["FEE_MAX_YEN", "Fee", "FeeTable", "FeesError", "NoPrice", "Price", "good_until", "parse", "price", "still"]


class FeesError(toml_config.ConfigError):
    """One message: the file, the key, and what was expected."""


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown, confirmed and then frozen: whatever the table says later, this sale is at this price."""

    table: str
    valid_from: str
    """ISO, of the rule: with the id of the table it says which rule it was."""
    kind: Kind
    site: str
    exemption: str = ""
    each_yen: Annotated[int, Meta(ge=0, le=FEE_MAX_YEN)]
    copies: Annotated[int, Meta(ge=1, le=COPIES_MAX)]

    @property
    def total_yen(self) -> int:
        return self.each_yen * self.copies

    @property
    def rule(self) -> str:
        """As facts carry it."""
        return f"{self.table} {self.valid_from}"


Why = Literal["stale", "unchecked_yet", "unknown_kind", "unknown_site", "not_exempt", "not_yet", "copies"]


class NoPrice(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing is sold. stale: nobody has looked at the table for longer than it allows. unchecked_yet: it was checked
    on a later day than today, so today is wrong. not_exempt: this exemption does not make this kind cheaper. not_yet:
    its first price holds from a later day."""

    why: Why
    detail_ja: str
    """For staff and technicians; visitors read one sentence for all of them."""


def parse(toml_text: str, file_name: str) -> FeeTable:
    """Raises FeesError; its text is one message for a person who edits the file."""
    table = toml_config.read(toml_text, file_name, FeeTable, FeesError)
    faults = list(fees_check.faults(table))
    if faults:
        raise FeesError(toml_config.first_of(file_name, faults))
    return table


def good_until(table: FeeTable) -> date:
    """The last day on which it sells."""
    return table.checked + timedelta(days=table.check_within_days)


def closed(table: FeeTable, day: date) -> NoPrice | None:
    """Why the whole table sells nothing on that day: also for staff, before a visitor comes."""
    if day > good_until(table):
        detail = f"料金表が{table.checked:%Y-%m-%d}から確かめられていません（期限 {good_until(table):%Y-%m-%d}）"
        return NoPrice(why="stale", detail_ja=detail)
    if day < table.checked:
        return NoPrice(why="unchecked_yet", detail_ja=f"料金表を確かめた日{table.checked:%Y-%m-%d}が今日より後です")
    return None


def price(table: FeeTable, kind: Kind, site: str, day: date, copies: int = 1, exemption: str = "") -> Price | NoPrice:
    """Of the rules that hold on that day the one for this place, else the one for every place; of those the latest."""
    if (why := closed(table, day)) is not None:
        return why
    if not 1 <= copies <= COPIES_MAX:
        return NoPrice(why="copies", detail_ja=f"{copies}通は扱えません（1〜{COPIES_MAX}通）")
    if site not in {one.id for one in table.sites}:
        return NoPrice(why="unknown_site", detail_ja=f"料金表に場所「{site}」がありません")
    rules = [fee for fee in table.fees if fee.kind == kind and fee.site in (None, site)]
    if not rules:
        return NoPrice(why="unknown_kind", detail_ja=f"料金表に証明書「{kind}」がありません")
    rules = [fee for fee in rules if (fee.exemption or "") == exemption]
    if not rules:
        return NoPrice(why="not_exempt", detail_ja=f"証明書「{kind}」に減免「{exemption}」はありません")
    holding = [fee for fee in rules if fee.valid_from <= day]
    if not holding:
        return NoPrice(why="not_yet", detail_ja=f"証明書「{kind}」の料金は{min(_days(rules)):%Y-%m-%d}からです")
    rule = max(holding, key=lambda fee: (fee.site is not None, fee.valid_from))
    return Price(
        table=table.id,
        valid_from=rule.valid_from.isoformat(),
        kind=kind,
        site=site,
        exemption=exemption,
        each_yen=rule.yen,
        copies=copies,
    )


def still(table: FeeTable, shown: Price, day: date) -> bool:
    """Whether what was shown may be confirmed: at midnight, or with a table that was read anew, it may be another.
    Asked once, at the confirmation; from then on the price is that of the fact."""
    return price(table, shown.kind, shown.site, day, shown.copies, shown.exemption) == shown


def _days(rules: list[Fee]) -> Iterator[date]:
    return (fee.valid_from for fee in rules)
