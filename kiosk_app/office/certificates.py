"""What certificates there are: kinds with stable ids, whom each may name, what may be left out, and on which paper.

Pure, and the same for the kiosk's journey, its fees and central. Whether this person may have one is the register's
answer (`Offer` or `Closed`), never decided here. Sources: the kinds, scopes and items of コンビニ交付 in public
pages of municipalities.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple, get_args

import msgspec
from msgspec import Meta

Kind = Literal[
    "resident-record",
    "seal-registration",
    "family-register",
    "family-register-person",
    "family-register-addresses",
    "income-tax",
    "tax-payment",
]
"""住民票の写し, 印鑑登録証明書, 戸籍全部事項証明書, 戸籍個人事項証明書, 戸籍の附票の写し, 所得・課税証明書,
納税証明書. An id is never given to another certificate."""
Scope = Literal["self", "all", "part"]
"""本人のみ; 世帯全員 (of a family register: 全員); 世帯の一部: the members that are named."""
Item = Literal[
    "head-and-relation",
    "domicile",
    "nationality",
    "residence-status",
    "residence-card",
    "individual-number",
]
"""世帯主・続柄, 本籍・筆頭者, 国籍・地域, 在留資格等, 在留カード等の番号, 個人番号: each is written (記載する) or
left out."""
Layout = Literal["a4", "roll-112", "roll-80"]
"""How wide the paper is for which the issuer lays the document out: A4 sheets, or one long page for a roll."""
WIDTH_MM: Mapping[Layout, float] = {"a4": 210.0, "roll-112": 104.0, "roll-80": 72.0}
"""Of the page: on rolls what the head reaches (832 and 576 dots at 203 dpi)."""

ITEMS: tuple[Item, ...] = get_args(Item)
COPIES_MAX = 5
MEMBERS_MAX = 30
DOCUMENT_BYTES_MAX = 4_000_000
PAGES_MAX = 20

Ref = Annotated[str, Meta(min_length=1, max_length=64)]
Copies = Annotated[int, Meta(ge=1, le=COPIES_MAX)]


class KindRules(NamedTuple):
    """`name` as it stands on the certificate. `domicile`: made by the municipality of the 本籍, not of the address."""

    name: str
    scopes: tuple[Scope, ...]
    items: tuple[Item, ...] = ()
    domicile: bool = False


RULES: Mapping[Kind, KindRules] = {
    "resident-record": KindRules(
        "住民票の写し",
        ("self", "all", "part"),
        (
            "head-and-relation",
            "domicile",
            "nationality",
            "residence-status",
            "residence-card",
            "individual-number",
        ),
    ),
    "seal-registration": KindRules("印鑑登録証明書", ("self",)),
    "family-register": KindRules("戸籍全部事項証明書", ("all",), domicile=True),
    "family-register-person": KindRules("戸籍個人事項証明書", ("self", "part"), domicile=True),
    "family-register-addresses": KindRules("戸籍の附票の写し", ("all", "self"), ("domicile",), domicile=True),
    "income-tax": KindRules("所得・課税証明書", ("self",)),
    "tax-payment": KindRules("納税証明書", ("self",)),
}
KINDS: tuple[Kind, ...] = tuple(RULES)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate as it was chosen. `members`: of the offer, for the scope "part" alone. Each copy is a document of
    its own, with its own serial number."""

    kind: Kind
    scope: Scope = "self"
    members: Annotated[tuple[Ref, ...], Meta(max_length=MEMBERS_MAX)] = ()
    items: Annotated[tuple[Item, ...], Meta(max_length=len(ITEMS))] = ()
    copies: Copies = 1


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the household or register. The name is shown while one chooses: in memory only, never in a fact,
    a log or a saved journey. `ref` says nothing outside its session."""

    ref: Ref
    name: Annotated[str, Meta(max_length=200)]

    def __repr__(self) -> str:
        return f"Member({self.ref})"


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """This kind may be had, in these scopes and with these items; `members` are those to choose from."""

    kind: Kind
    scopes: tuple[Scope, ...]
    items: tuple[Item, ...] = ()
    members: Annotated[tuple[Member, ...], Meta(max_length=MEMBERS_MAX)] = ()


Why = Literal["not_here", "elsewhere"]
"""not_here: the one neutral sentence, whatever the register's cause is. elsewhere: the 本籍 is another
municipality's, so 利用登録 there comes first; it has no other cause beside it, or it would be not_here."""


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """This kind cannot be had at a kiosk: 「この証明書は、この機械では発行できません。窓口へお越しください。」."""

    kind: Kind
    why: Why = "not_here"


Misfit = Literal["", "scope", "members", "items", "copies"]


def misfit(wanted: Wanted, offer: Offer) -> Misfit:
    """What of it is not in the offer; empty: it fits."""
    if wanted.kind != offer.kind or wanted.scope not in offer.scopes or wanted.scope not in RULES[wanted.kind].scopes:
        return "scope"
    known = {one.ref for one in offer.members}
    named = set(wanted.members)
    if len(named) != len(wanted.members) or bool(named) != (wanted.scope == "part") or not named <= known:
        return "members"
    if len(set(wanted.items)) != len(wanted.items) or not set(wanted.items) <= set(offer.items):
        return "items"
    return "" if 1 <= wanted.copies <= COPIES_MAX else "copies"
