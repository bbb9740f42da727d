"""The tables [[alerts]] of central.toml: who is told of troubles of machines, signed as an office's webhooks are."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from msgspec import Meta

from kiosk_app.office.catalogue_parts import Part

Kind = Literal["offline", "paper_near_end", "paper_out", "printer", "certificate_expiry", "check", "backlog"]
"""check: something that the morning's look over a machine found to be broken. backlog: facts that are late."""
KINDS: tuple[Kind, ...] = get_args(Kind)
File = Annotated[str, Meta(min_length=1, max_length=400)]


class AlertReceiver(Part, frozen=True, kw_only=True):
    """`kinds`: what it is told of; left out, everything."""

    name: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}\Z", description="small letters, digits and hyphens")]
    url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+(/[!-~]*)?\Z",
            description="https://host/path or http://host/path, without a password",
        ),
    ]
    secret_file: File
    ca_file: Annotated[str, Meta(max_length=400)] = ""
    kinds: Annotated[tuple[Kind, ...], Meta(min_length=1, max_length=len(KINDS))] = KINDS


def fault(receivers: tuple[AlertReceiver, ...]) -> str:
    """What does not go together; empty: nothing."""
    names = [one.name for one in receivers]
    twice = sorted({name for name in names if names.count(name) > 1})
    return f"alerts[{twice[0]}].name: expected a name of its own" if twice else ""
