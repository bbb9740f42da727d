"""What a technician may know of a card that lies at the reader: nothing of the person whose card it is."""

from __future__ import annotations

from dataclasses import replace

from drivers.card_ports import CardDetails, CardTrouble, Certificate, NoCertificate
from drivers.pcsc_card import steps
from drivers.pcsc_card.session import TROUBLES, Session
from drivers.pcsc_card.steps import Token


def read_details(session: Session, reader: str) -> CardDetails | CardTrouble:
    """On an open session for `details`. Trouble of one part stands in its place and ends the rest."""
    profile, line = session.profile, session.line
    assert line is not None
    found = CardDetails(reader, line.atr.hex(" ").upper(), line.protocol)
    token = session.play(steps.read_token(profile), at="token")
    if token is None:
        return found
    if not isinstance(token, Token):
        return token
    found = replace(found, token_label=token.label)
    if token.label != profile.token_label:
        return found
    has_signature = session.play(steps.has_signature(profile), at="contents")
    certificate = session.play(steps.certificate(profile), at="certificate")
    found = replace(found, has_signature=has_signature is True, certificate=certificate)
    if not isinstance(certificate, Certificate | NoCertificate):
        return found
    tries = session.play(steps.selecting(profile.pin_ef, "select pin", steps.tries(profile.pin)), at="retry query")
    found = replace(found, authentication_tries=tries)
    if isinstance(tries, TROUBLES):
        return found
    opened = session.play(steps.open_attributes(profile), at="open")
    if opened is not None:
        return replace(found, attribute_tries=opened)
    asking = steps.selecting(profile.attributes_pin_ef, "select pin", steps.tries(profile.attributes_pin))
    return replace(found, attribute_tries=session.play(asking, at="retry query"))
