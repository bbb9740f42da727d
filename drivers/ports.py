"""What the core asks of a device, without a brand: small protocols and closed status unions.

Expected trouble is a value. A method of a port never raises for something that a printer or a person can do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

PrinterStatus = Literal[
    "ready",
    "near_end",
    "paper_out",
    "cover_open",
    "cutter_error",
    "head_hot",
    "offline",
    "silent",
    "unknown",
    "other_model",
]
"""near_end still prints; every other one but ready stops issuing. silent: no answer within the deadline. other_model:
well, but not a model whose width is known here."""

PRINTS: frozenset[PrinterStatus] = frozenset({"ready", "near_end"})

Verdict = Literal["issued", "uncut", "maybe", "not_issued", "unknown"]


@dataclass(frozen=True)
class TicketLine:
    """One line of paper. `size` multiplies width and height (1 to 8); `reverse` is white on black."""

    text: str
    size: int = 1
    bold: bool = False
    reverse: bool = False
    language: str = ""
    """ISO code where it is known: Chinese is printed in Chinese shapes, not in those of a Japanese printer."""
    personal: bool = False
    """Nothing of it is kept once it is printed, not even in memory."""


@dataclass(frozen=True)
class Rule:
    """A thick horizontal line."""


@dataclass(frozen=True)
class QrCode:
    """A two-dimensional code, at least 4 dots a module."""

    payload: str


@dataclass(frozen=True)
class NumberMark:
    """Stands just before the ticket's number: the printer is asked to report when it has got here."""


@dataclass(frozen=True)
class Gap:
    """Blank paper."""

    height_dots: int


PaperPart = TicketLine | Rule | QrCode | NumberMark | Gap


@dataclass(frozen=True)
class TicketPaper:
    """What shall stand on one ticket, top to bottom, centred."""

    parts: tuple[PaperPart, ...]


@dataclass(frozen=True)
class DocumentPaper:
    """A PDF exactly as it was received. It is printed page by page, whole, and never altered.

    `sha256` is the digest that the issuer's answer was bound to; a printer refuses bytes that have another.
    """

    pdf: bytes
    sha256: str


Unfit = Literal["not_the_document", "unreadable", "encrypted", "too_long"]


@dataclass(frozen=True)
class Unprintable:
    """Why a document is not put on paper. Found before the first byte, so nothing has been printed."""

    reason: Unfit


@dataclass(frozen=True)
class PrintOutcome:
    """What the printer itself said of the paper, and why it stopped if it did."""

    verdict: Verdict
    cause: PrinterStatus | None = None
    first_byte_s: float = 0.0
    """From the call to the first byte handed over."""
    handed_over_s: float = 0.0
    finished_s: float = 0.0


@dataclass(frozen=True)
class PrinterIdentity:
    """What the printer says it is (GS I) and can do (the probe)."""

    model: str = ""
    process_ids: bool = False
    width_dots: int = 512
    notes: tuple[str, ...] = field(default_factory=tuple)
    clears: bool = False
    """Answers when it has emptied its buffer."""
    belongs: bool = True
    """Its width is known here."""


@dataclass(frozen=True)
class PrinterCounters:
    """For life; None where it does not say."""

    lines: int | None = None
    """Fed."""
    cuts: int | None = None
    hours: int | None = None
    """Of operation."""


@dataclass(frozen=True)
class Models:
    """Names by which a printer calls itself; empty where there is none."""

    known: str = ""
    """Of the printer that belongs here: adopted by a technician, else the one that stood here first."""
    present: str = ""
    """Of the one that answered last."""
    belongs: bool = True
    """The width of `present` is known here."""


DocumentStatus = Literal[PrinterStatus, "jam", "toner_out", "busy", "queue_unsafe", "queue_missing"]
"""Of a printer of documents, which may stand behind a queue. busy: other jobs have gone first all the time allowed.
queue_unsafe: the queue would print again by itself, or keep what is printed; `DocumentPrinterIdentity.notes` say how to
mend it."""


@dataclass(frozen=True)
class DocumentOutcome:
    """What became of one document. `job` and `sha256` are those that were asked for: an outcome names its document."""

    job: str
    sha256: str
    verdict: Verdict
    cause: DocumentStatus | None = None
    refusal: Unprintable | None = None
    """Then nothing was printed, and printing it again would end the same way."""
    first_byte_s: float = 0.0
    finished_s: float = 0.0


@dataclass(frozen=True)
class DocumentPrinterIdentity:
    """What the printer or its queue says it is, and what a technician has to know or mend, a sentence each."""

    model: str = ""
    notes: tuple[str, ...] = ()
    proves_paper: bool = False
    """Only then can a verdict be `issued`."""


class DocumentPrinter(Protocol):
    """Prints certificates and the like. Blocking, every wait with a deadline of the driver's own."""

    def preflight(self) -> DocumentStatus:
        """Ask now. Never optimistic: no answer is `silent`."""
        ...

    def print_document(self, paper: DocumentPaper, job: str) -> DocumentOutcome:
        """Print once, the bytes whose digest is bound to the job and no others. Never sends again; in doubt takes
        back what is not printed yet, and says what is known then."""
        ...

    def recover(self) -> DocumentStatus:
        """After a person has loaded paper, cleared a jam or changed toner: believe it until the next document shows it.
        Nothing is printed by that."""
        ...

    def identity(self) -> DocumentPrinterIdentity:
        """As last asked; asks first if that has not happened yet."""
        ...

    def close(self) -> None: ...


class TicketPrinter(Protocol):
    """Blocking; the core runs it in one worker thread. Every wait has a deadline of the driver's own."""

    def preflight(self) -> PrinterStatus:
        """Ask the printer now. Never optimistic: no answer is `silent`."""
        ...

    def print_ticket(self, paper: TicketPaper, job: str) -> PrintOutcome:
        """Print once. Never resends; when the outcome is in doubt clears the printer's buffer and says so."""
        ...

    def recover(self) -> PrinterStatus:
        """After a person has cleared a jam: work again, with nothing left to print. What then can be done is said."""
        ...

    def print_ruler(self) -> bool:
        """A page by which a person sees how wide and how fine the printer that stands here prints, whether or not its
        model is known. Whether all of it was taken."""
        ...

    def accept(self) -> PrinterStatus:
        """A person has seen that the model which answered last prints at the width of the settings: it belongs here.
        What then can be done is said."""
        ...

    def watch(self, changed: Callable[[PrinterStatus], None]) -> None:
        """Call `changed`, from any thread, when the status changes (ASB) and after each preflight, in their order."""
        ...

    def identity(self) -> PrinterIdentity:
        """What the capability probe found; probes first if it has not yet."""
        ...

    def counters(self) -> PrinterCounters:
        """Asks now, for whoever looks after it."""
        ...

    def models(self) -> Models:
        """As last known; asks nothing and never waits, so it may be called from any thread."""
        ...

    def close(self) -> None:
        """Drain, then close."""
        ...


CodeReaderStatus = Literal["unknown", "ready", "away", "nonsense"]
"""away: no such device. nonsense: what it sends is no code, again and again: another device, or wrong settings. A
reader to which nobody shows a code says nothing, so a mute one cannot be told from a ready one."""


@dataclass(frozen=True)
class CodeRead:
    """Somebody has shown a code. `text` is what stands in it, without blanks around it."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class CodeNotRead:
    """Something came that is no whole code. half: its end never came. crowd: more codes at once than anybody shows."""

    reason: Literal["half", "too_long", "not_text", "crowd"]


CodeEvent = CodeRead | CodeNotRead


class CodeReader(Protocol):
    """Reads two-dimensional codes that visitors show. Blocking; the core runs it in one thread of its own."""

    def wait(self, timeout_s: float) -> tuple[CodeEvent, ...]:
        """What was shown, as soon as anything was; empty after `timeout_s`. Opens a device again that was away.

        A code that stays in sight is told once. What was shown while nobody listened is never told.
        """
        ...

    @property
    def status(self) -> CodeReaderStatus:
        """As last seen; never waits, so it may be asked from any thread."""
        ...

    def forget(self) -> None:
        """The code that lies there now counts as a new one. From any thread."""
        ...

    def close(self) -> None:
        """Ends a `wait` that is under way, or else the next one; that lets go of the device. From any thread."""
        ...
