"""What goes into the journey of forms and what comes out, and what it may know of the core at this moment.

The journey is saved at each step, so it never has a name, a day or an address: it names forms, questions and sheets,
and the core, which keeps the words in memory only (form_keeper.py), answers by what `FormsNow` says.

    BeginForms      no answer: the typesetter is made ready
    OpenAttributes  -> CardOpened (tries, locked, trouble)        the card's PIN for reading it (券面事項入力補助用)
    ReadAttributes  -> CardAnswered (wrong, locked, gone ...), AttributesRead: the card has no power any more
    TypeForm        -> FormAnswered, once a question has its answer
    BackInForm      -> FormAnswered
    PrepareForms    -> FormsReady, FormsFailed
    PrintForms      -> FormsPrinted; after one that stopped, FormsMended once the printer is well again
    EndForms        no answer: whoever stood here is gone; everything of theirs is overwritten
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kiosk_app.journeys.message_base import Command, Event
from kiosk_app.office.forms import FormSet
from kiosk_app.office.forms_ask import Ask
from kiosk_app.office.forms_typing import Typing

FormsStopped = Literal["", "printer", "busy"]
FormsFault = Literal["", "typeset", "paper", "away"]
"""typeset: the forms cannot be made. paper: the printer said no, or nobody knows. away: there is no printer now."""


class Attribute(msgspec.Struct, frozen=True):
    """One of the four, as it will stand on paper. Personal."""

    name: str
    text: str

    def __repr__(self) -> str:
        return f"Attribute({self.name!r})"


class FormsNow(msgspec.Struct, frozen=True, kw_only=True):
    """Read for every view and step. What is personal is in the core's memory only and never in a representation."""

    form_set: FormSet
    stopped: FormsStopped = ""
    ask: Ask | None = None
    """The question that comes next; None: nothing is left to be asked."""
    typing: Typing | None = None
    number: int = 0
    """Of the question, and of how many there are as far as is known."""
    of: int = 0
    can_go_back: bool = False
    attributes: tuple[Attribute, ...] = ()
    """Of the person whose card was just read."""
    answers: tuple[Attribute, ...] = ()
    """Everything, before it is printed."""
    under_age: bool = False
    preview: str = ""
    """The first sheet, small: a data:image/png address."""
    preview_width_px: int = 0
    preview_height_px: int = 0
    sheets: int = 0
    no_code: bool = False
    """Of some form what stands on it is too long for a code."""

    def __repr__(self) -> str:
        return f"FormsNow(stopped={self.stopped!r})"


# --- events --------------------------------------------------------------------------------------------------


class AttributesRead(Event, frozen=True, kw_only=True):
    """The four attributes are in the core's memory. The card may be taken; the PIN is overwritten."""

    session: str


class FormAnswered(Event, frozen=True, kw_only=True):
    """What is asked now, or that nothing is, stands in the context."""

    visit: str


class FormsReady(Event, frozen=True, kw_only=True):
    visit: str
    sheets: int


class FormsFailed(Event, frozen=True, kw_only=True):
    visit: str
    why: FormsFault


class FormsPrinted(Event, frozen=True, kw_only=True):
    """`printed` of `sheets` are certainly there; `cause` is the printer's word for why it stopped."""

    visit: str
    printed: int
    sheets: int
    cause: str = ""
    unsure: bool = False
    """The last sheet may be there: only eyes can tell, so nothing goes on by itself."""


class FormsMended(Event, frozen=True, kw_only=True):
    """Somebody has loaded paper, closed the cover: what is missing can be printed."""

    visit: str


# --- commands ------------------------------------------------------------------------------------------------


class BeginForms(Command, frozen=True, kw_only=True):
    visit: str
    forms: tuple[str, ...]
    people: int
    known: tuple[tuple[str, str], ...] = ()
    """Questions of the forms that the way to them has answered, with the id of the option."""


class OpenAttributes(Command, frozen=True, kw_only=True):
    session: str


class ReadAttributes(Command, frozen=True, kw_only=True):
    """Send what was typed, once, and read the four attributes of `person`."""

    session: str
    person: int
    spend_last_try: bool = False


class TypeForm(Command, frozen=True, kw_only=True):
    """A key of the question that stands there: `pick:...`, `key:...`, `era:...`, `pad:...`, `skip`, `by_hand`."""

    visit: str
    key: str

    def __repr__(self) -> str:
        return f"TypeForm({self.visit!r})"


class BackInForm(Command, frozen=True, kw_only=True):
    """Asks again what was answered last."""

    visit: str


class ForgetPerson(Command, frozen=True, kw_only=True):
    """What a card gave of this person was not right."""

    visit: str
    person: int


class PrepareForms(Command, frozen=True, kw_only=True):
    visit: str


class PrintForms(Command, frozen=True, kw_only=True):
    """What is not certainly on paper yet."""

    visit: str


class EndForms(Command, frozen=True, kw_only=True):
    """Overwrite everything of this visit."""


FormEvent = AttributesRead | FormAnswered | FormsReady | FormsFailed | FormsPrinted | FormsMended
FormCommand = (
    BeginForms | OpenAttributes | ReadAttributes | TypeForm | BackInForm | ForgetPerson | PrepareForms | PrintForms
    | EndForms
)  # fmt: skip
