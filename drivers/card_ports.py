"""What the core asks of a card and its reader, without a brand: small protocols and closed unions of results.

Expected trouble is a value. No method raises for something that a card, a reader or a person can do. Every method
blocks, with a deadline of its own, so the core runs each reader in one worker thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from drivers.pin_buffer import PinBuffer

OtherKind = Literal["old_juki", "phone", "driving_licence", "residence_card", "payment", "transit", "unknown"]
"""old_juki: 住民基本台帳カード. phone: a telephone's certificates. unknown: a chip that answers, no more is known."""


# --- what lies at the reader


@dataclass(frozen=True, slots=True)
class NothingThere:
    """The reader works and is empty."""


@dataclass(frozen=True, slots=True)
class MyNumberCard:
    """Found by its application and its token label, never by its ATR."""

    has_authentication: bool = True
    """False: it holds no certificate of user authentication (利用者証明用電子証明書)."""
    has_signature: bool = True
    """False: it holds no signing certificate, as for children under 15."""


@dataclass(frozen=True, slots=True)
class OtherCard:
    """A chip that answers and is no My Number card that this machine takes."""

    kind: OtherKind


@dataclass(frozen=True, slots=True)
class UnreadableCard:
    """Something lies there that does not answer: upside down, half in, two cards in one field, damaged, or no chip."""


@dataclass(frozen=True, slots=True)
class TwoCards:
    """Cards in more than one slot of the reader. Two in one field are `UnreadableCard`: most readers cannot tell."""


@dataclass(frozen=True, slots=True)
class ReaderAway:
    """No reader of the configured name is plugged in."""


@dataclass(frozen=True, slots=True)
class ServiceAway:
    """The smart card service (pcscd) is not running, or does not let this user in."""


Presence = NothingThere | MyNumberCard | OtherCard | UnreadableCard | TwoCards | ReaderAway | ServiceAway


# --- why something was not done


@dataclass(frozen=True, slots=True)
class CardGone:
    """Taken away, or taken away and put back: begin again at "place your card"."""


@dataclass(frozen=True, slots=True)
class ReaderLost:
    """The reader or its service went away in the middle."""


@dataclass(frozen=True, slots=True)
class CardSilent:
    """No answer within the deadline. The card is taken for lost."""


@dataclass(frozen=True, slots=True)
class CardInUse:
    """Another program holds this card."""


@dataclass(frozen=True, slots=True)
class CardRefused:
    """The card said no. `status_word` as in ISO 7816-4, such as 0x6982; `at` names the step, never its contents."""

    status_word: int
    at: str


@dataclass(frozen=True, slots=True)
class CardNonsense:
    """The card's answer is not what it must be. `at` names the step and `what` the fault, never the contents."""

    at: str
    what: str


@dataclass(frozen=True, slots=True)
class WrongCard:
    """What lies there now is not a My Number card, or there is none."""

    presence: Presence


@dataclass(frozen=True, slots=True)
class NoCertificate:
    """A My Number card without the certificate that was asked for."""


CardTrouble = CardGone | ReaderLost | CardSilent | CardInUse | CardRefused | CardNonsense | WrongCard
"""After any of these the session has ended and the card is without power; `end` may be called and does nothing more."""


# --- the PIN


@dataclass(frozen=True, slots=True)
class TriesLeft:
    """As the card itself counts them. Asking costs none. Never 0: that is `PinLocked`."""

    tries: int


@dataclass(frozen=True, slots=True)
class PinAccepted:
    """Open until `end`."""


@dataclass(frozen=True, slots=True)
class PinWrong:
    """One try was spent. Never 0: that is `PinLocked`."""

    tries: int


@dataclass(frozen=True, slots=True)
class PinLocked:
    """No try is left. Only the municipality's counter can reset it."""


@dataclass(frozen=True, slots=True)
class LastTryKept:
    """Not sent: one try is left, and the caller did not say that the person wants to spend it."""


@dataclass(frozen=True, slots=True)
class PinMisshapen:
    """Not sent: this PIN cannot have that many characters, or other ones than digits."""


@dataclass(frozen=True, slots=True)
class PinUnknown:
    """It was sent and no answer came: a try may have been spent. Never send it again by yourself.

    `trouble` is what happened. Begin again with the card placed anew: `tries` then tells what it cost.
    """

    trouble: CardTrouble


Tries = TriesLeft | PinLocked | CardTrouble
PinOutcome = PinAccepted | PinWrong | PinLocked | LastTryKept | PinMisshapen | PinUnknown | CardTrouble


# --- what a card gives


@dataclass(frozen=True, slots=True)
class Certificate:
    """X.509, DER, as it lies on the card. Nothing about it has been verified. Not to be kept beyond the transaction."""

    der: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signature:
    """RSASSA-PKCS1-v1_5 with `digest` over the challenge; 256 bytes on today's card."""

    signature: bytes = field(repr=False)
    digest: Literal["sha256", "sha384"] = "sha256"


Sex = Literal["male", "female", "other", "unknown"]


@dataclass(frozen=True, slots=True)
class Attributes:
    """The four attributes (基本4情報). Personal: never a fact or in a log, gone with the journey. Prints as nothing."""

    name: str = field(repr=False)
    """Family and given name with U+3000 between, as the card has it; variation selectors and 通称 included."""
    address: str = field(repr=False)
    birth_date: str = field(repr=False)
    """YYYYMMDD. A day or month that is not known is 00."""
    sex: Sex = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardDetails:
    """For `hitofuda diag card`: nothing of a person."""

    reader: str
    atr: str
    """In hexadecimal. Told, and used for nothing."""
    protocol: Literal["T=0", "T=1", "raw", "unknown"]
    token_label: str = ""
    certificate: Certificate | NoCertificate | CardTrouble = NoCertificate()
    """Of user authentication: its dates are shown, its name is not."""
    has_signature: bool = False
    """As the card's table of contents says; False where it was not asked."""
    authentication_tries: Tries | None = None
    """None: not asked, because the card is not one of ours."""
    attribute_tries: Tries | None = None


# --- ports


class PinCard(Protocol):
    """One session with one card and one of its PINs. The card is this program's alone until `end`."""

    def tries(self) -> Tries:
        """Asks the card; costs no try."""
        ...

    def verify(self, pin: PinBuffer, *, spend_last_try: bool = False) -> PinOutcome:
        """Asks for the tries left first, then sends the PIN once at most. `pin` is overwritten whatever comes of it."""
        ...

    def end(self) -> None:
        """Takes power from the card, which closes every PIN. The card may be taken out. Never fails."""
        ...


class AuthenticationCard(PinCard, Protocol):
    """利用者証明: proves that this person's card is here and its PIN was known. Carries no name and no address."""

    def certificate(self) -> Certificate | NoCertificate | CardTrouble:
        """Free on a plastic card, so it can be looked at before the PIN. Read once, then remembered until `end`."""
        ...

    def sign(self, challenge: bytes) -> Signature | CardTrouble:
        """Signs the digest of `challenge` (a verifier's fresh nonce). Without an accepted PIN: CardRefused(0x6982)."""
        ...


class AttributeCard(PinCard, Protocol):
    """券面事項入力補助: the four attributes, behind a PIN of their own. Never the 個人番号: no driver can ask it."""

    def attributes(self) -> Attributes | CardTrouble:
        """After an accepted PIN."""
        ...


class CardReader(Protocol):
    """One place where a visitor lays a card. One session at a time; opening another ends the one before."""

    def presence(self) -> Presence:
        """What lies there, as last seen. Does not touch the card."""
        ...

    def watch(self, changed: Callable[[Presence], None]) -> None:
        """Calls `changed` with what lies there now and at each change, in their order, from a thread of its own."""
        ...

    def authenticate(self) -> AuthenticationCard | CardTrouble:
        """Opens a session with the card that lies there."""
        ...

    def read_attributes(self) -> AttributeCard | CardTrouble:
        """Opens a session for the four attributes. Only in a journey that the visitor started for them."""
        ...

    def details(self) -> CardDetails | CardTrouble:
        """For the technician's page."""
        ...

    def close(self) -> None:
        """Ends the session and the watching."""
        ...
