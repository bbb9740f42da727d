"""What a visitor has typed: read within limits, told apart into what can be used and which field needs another look.

Nothing that was typed is thrown away over a mistake: the form comes back as it was, with one sentence at the field.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Mapping
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from central_server.contacts import Contact, phone_digits

BODY_MAX = 16 * 1024
BODY_S = 10.0
FIELDS_MAX = 40
NAME_MAX, MAIL_MAX, PHONE_MAX = 80, 254, 20
SHOWN_MAX = 300
"""Letters of a field that come back to the visitor."""

_MAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+([A-Za-z]{2,63}|[Xx][Nn]--[A-Za-z0-9-]{1,59})"
)
Field = Literal["name", "mail", "phone"]
Fault = Literal["name_missing", "name_long", "mail_wrong", "phone_wrong", "reach_missing"]
"""Keys of sentences: `form.<fault>`."""


class TooLarge(Exception):
    """More than a form of ours can be."""


class NotAForm(Exception):
    """Of another kind, or it did not come to its end."""


class Typed(NamedTuple):
    """As it was typed, and what was found in it. `contact` is None while there is a fault."""

    name: str
    mail: str
    phone: str
    faults: Mapping[Field, Fault]
    contact: Contact | None


NOTHING = Typed("", "", "", {}, None)


async def read(request: Request) -> dict[str, str]:
    """The first value of each field. Raises TooLarge and NotAForm."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise NotAForm
    try:
        async with asyncio.timeout(BODY_S):
            body = b""
            async for piece in request.stream():
                body += piece
                if len(body) > BODY_MAX:
                    raise TooLarge
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict")
    except (TimeoutError, ClientDisconnect, ValueError) as error:
        # ValueError: too many fields, or bytes that are no UTF-8.
        raise NotAForm from error
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def contact(form: Mapping[str, str]) -> Typed:
    """Of the fields `name`, `mail` and `phone`: a name, and a mail address or a telephone number or both."""
    name, mail, phone = (form.get(key, "")[:SHOWN_MAX] for key in ("name", "mail", "phone"))
    told, mail_told = _one_line(name), unicodedata.normalize("NFKC", _one_line(mail))
    digits = phone_digits(phone) if len(phone) <= 2 * PHONE_MAX else ""
    faults: dict[Field, Fault] = {}
    if not told:
        faults["name"] = "name_missing"
    elif len(told) > NAME_MAX:
        faults["name"] = "name_long"
    if mail.strip() and not is_mail(mail_told):
        faults["mail"] = "mail_wrong"
    if phone.strip() and not digits:
        faults["phone"] = "phone_wrong"
    if not mail.strip() and not phone.strip():
        faults["mail"] = "reach_missing"
    made = None if faults else Contact(name=told, mail=mail_told, phone=digits)
    return Typed(name, mail, phone, faults, made)


def refused(typed: Typed) -> Typed:
    """Whoever keeps contacts is stricter than we are: the address is the one field that leaves room for that."""
    field: Field = "mail" if typed.mail.strip() else "phone"
    fault: Fault = "mail_wrong" if field == "mail" else "phone_wrong"
    return typed._replace(faults={field: fault}, contact=None)


def is_mail(text: str) -> bool:
    """An address that every server takes; nothing that could end a header or begin another address."""
    return len(text) <= MAIL_MAX and _MAIL.fullmatch(text) is not None


def _one_line(text: str) -> str:
    """Without control and format characters: a name must not turn a line around or end it."""
    kept = "".join(" " if letter.isspace() else letter for letter in text)
    kept = "".join(letter for letter in kept if unicodedata.category(letter) not in ("Cc", "Cf", "Cs"))
    return " ".join(kept.split())
