"""The messages between a certificate kiosk and central: one POST each to its own address, bodies in msgpack.

The kiosk is always the client and shows its own token (`Authorization: Bearer`), which central knows it by: nobody but
the kiosk that opened a session can use it. What a person must hear of is a reply; 4xx is for a programmer. Every
request may be repeated. Pure: central imports this file too.

    challenge  -> a number that the card signs, for this kiosk, once and soon
    open       -> the card's certificate and signature become a session, or the exact cause on the card's side
    offers     -> what may be had; each other kind with the one neutral sentence
    prepare    -> the documents: for the preview, and later for the paper. Nothing counts yet
    issue      -> the visitor has confirmed: from now on it counts. Before payment, before the first byte
    outcome    -> what became of one document's paper; also long after the session
    close      -> the visitor has gone; what was prepared and not issued is void

A lost answer to `prepare`: ask again. What was prepared before for this session is void then, under its own serial
number. A document's PDF is given once and kept nowhere at central: whoever loses it has not issued it.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from kiosk_app.office.certificates import COPIES_MAX, DOCUMENT_BYTES_MAX, Closed, Layout, Offer, Ref, Wanted
from kiosk_app.replication import MalformedMessage

BASE = "/v1/certificates/"
MEDIA = "application/msgpack"
REPLY_BYTES_MAX = COPIES_MAX * DOCUMENT_BYTES_MAX + 65_536
CHALLENGE_LIFE_S = 180
SESSION_LIFE_S = 1_200
"""From opening; it is never longer. Slow people have time, and whoever stays away does not leave a card's rights
behind."""

Secret = Annotated[str, Meta(min_length=1, max_length=64)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
ClaimNumber = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{0,32}\Z")]


def audience(office: str, kiosk: str) -> str:
    """For whom a card signs: jpki.challenge.Challenge("certificate", audience, nonce, ...). The kiosk makes it of
    what it knows of itself, and signs for nobody else."""
    return f"{office}/{kiosk}"


# --- what is asked -------------------------------------------------------------------------------------------------


class ChallengeAsked(msgspec.Struct, frozen=True, tag="challenge"):
    pass


class OpenAsked(msgspec.Struct, frozen=True, kw_only=True, tag="open"):
    """`certificate` in DER; `signature` of the challenge's message by its key."""

    challenge: Ref
    certificate: Annotated[bytes, Meta(max_length=8_192)]
    signature: Annotated[bytes, Meta(max_length=1_024)]


class OffersAsked(msgspec.Struct, frozen=True, kw_only=True, tag="offers"):
    session: Secret


class PrepareAsked(msgspec.Struct, frozen=True, kw_only=True, tag="prepare"):
    """`attempt`: the kiosk's id of this request; the answer names it, so no late answer is taken for another's."""

    session: Secret
    attempt: Ref
    wanted: Wanted
    layout: Layout = "a4"


class IssueAsked(msgspec.Struct, frozen=True, kw_only=True, tag="issue"):
    """All documents of one preparation, or some. `fee_yen`: of one copy, as it was confirmed."""

    session: Secret
    issuances: Annotated[tuple[Ref, ...], Meta(min_length=1, max_length=COPIES_MAX)]
    fee_yen: Annotated[int, Meta(ge=0, le=100_000)]


Verdict = Literal["issued", "not_issued", "unknown"]
"""Of the paper: a printer's `uncut` is issued, its `maybe` is unknown. not_issued makes the document void."""
Settled = Literal["", "not_paid", "refunded", "claim"]
"""What became of the money where the paper is not `issued`; empty while that is open."""


class OutcomeAsked(msgspec.Struct, frozen=True, kw_only=True, tag="outcome"):
    """Known by the id alone: it may come days later, after a restart, from the kiosk that prepared it. `unknown` may be
    followed by a better word once; what is certain stays."""

    issuance: Ref
    verdict: Verdict
    settled: Settled = ""
    claim: ClaimNumber = ""
    """Of the claim slip."""


class CloseAsked(msgspec.Struct, frozen=True, kw_only=True, tag="close"):
    session: Secret


# --- what is answered ----------------------------------------------------------------------------------------------


class ChallengeGiven(msgspec.Struct, frozen=True, kw_only=True, tag="challenge_given"):
    """Good once, for `life_s`. A kiosk whose own audience is another one does not sign."""

    challenge: Ref
    nonce: Annotated[bytes, Meta(min_length=32, max_length=32)]
    audience: Annotated[str, Meta(min_length=1, max_length=200)]
    life_s: int


class Opened(msgspec.Struct, frozen=True, kw_only=True, tag="opened"):
    """Of every card that has proved itself, also of somebody whom the register does not know. `resident` names the
    card's person in this session and says nothing outside it: it is compared with what each document names."""

    session: Secret
    resident: Ref
    life_s: int


CardFault = Literal[
    "expired", "not_yet", "revoked", "unknown_issuer", "wrong_kind", "not_genuine", "stale", "not_asked"
]
"""stale: the challenge was used, too old or another's: ask for one and sign anew. not_asked: whether the certificate is
revoked could not be learnt now, so it is not used. The others are final for this card."""


class NotOpened(msgspec.Struct, frozen=True, kw_only=True, tag="not_opened"):
    """Of the card, so it is told exactly, to the person who holds it."""

    why: CardFault


class OffersGiven(msgspec.Struct, frozen=True, kw_only=True, tag="offers_given"):
    """Every kind once, in one or the other, as the kinds stand in their list. `layouts`: those that the issuer
    knows."""

    offers: tuple[Offer, ...] = ()
    closed: tuple[Closed, ...] = ()
    layouts: tuple[Layout, ...] = ()


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One copy. `sha256` is that of `pdf`; kiosk and printer compare again. `serial` stands on the paper."""

    issuance: Ref
    serial: str
    sha256: Sha256
    pages: int
    pdf: Annotated[bytes, Meta(max_length=DOCUMENT_BYTES_MAX)]

    def __repr__(self) -> str:
        return f"Document({self.issuance}, {self.serial}, {len(self.pdf)} bytes)"


class Prepared(msgspec.Struct, frozen=True, kw_only=True, tag="prepared"):
    """As many documents as copies. A kiosk whose session has another `resident`, or which has not asked by this
    `attempt`, prints nothing and stops: another person's certificate is the worst that can happen."""

    attempt: Ref
    resident: Ref
    documents: Annotated[tuple[Document, ...], Meta(min_length=1, max_length=COPIES_MAX)]


NotNow = Literal["not_here", "ended", "away", "failed"]
"""not_here: the one neutral sentence. ended: no such session (any more), or what is named is void: begin anew.
away: the
issuer does not answer; later it may. failed: what the issuer gave cannot be printed; staff look after it."""


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="refused"):
    why: NotNow


class Issuing(msgspec.Struct, frozen=True, kw_only=True, tag="issuing"):
    """It counts: an outcome is expected of each."""

    issuances: tuple[Ref, ...]


State = Literal["making", "prepared", "issuing", "issued", "not_issued", "unknown", "void"]


class OutcomeTaken(msgspec.Struct, frozen=True, kw_only=True, tag="outcome_taken"):
    """How it stands at central now: of two words that contradict each other the first one that was certain."""

    issuance: Ref
    state: State


class SessionClosed(msgspec.Struct, frozen=True, tag="closed"):
    pass


Request = ChallengeAsked | OpenAsked | OffersAsked | PrepareAsked | IssueAsked | OutcomeAsked | CloseAsked
Reply = ChallengeGiven | Opened | NotOpened | OffersGiven | Prepared | Refused | Issuing | OutcomeTaken | SessionClosed
OPERATIONS: Final[tuple[str, ...]] = ("challenge", "open", "offers", "prepare", "issue", "outcome", "close")
"""The last part of the address, and the tag of what is asked there."""
_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


def path(asked: Request) -> str:
    return f"{BASE}{type(asked).__struct_config__.tag}"


def encode(message: Request | Reply) -> bytes:
    return _encoder.encode(message)


def decode_request(operation: str, data: bytes) -> Request:
    """Raises MalformedMessage, also for a request of another operation."""
    try:
        found = _requests.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedMessage(str(error)) from error
    if type(found).__struct_config__.tag != operation:
        raise MalformedMessage(f"expected {operation}")
    return found


def decode_reply(data: bytes) -> Reply:
    """Raises MalformedMessage."""
    try:
        return _replies.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedMessage(str(error)) from error
