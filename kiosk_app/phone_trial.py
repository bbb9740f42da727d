"""A telephone for trials: what central says is printed, and each line that is typed is what the caller says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import requests

WAIT_S = 15.0


def run(central: str, token_file: Path, ca_file: Path | None, lines: Iterable[str], show: Callable[[str], None]) -> int:
    """0 when a booking was made, 1 when the call ended without one, 2 when central cannot be talked to."""
    try:
        token = token_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        sys.stderr.write(f"{token_file}: cannot be read: {error.strerror}\n")
        return 2
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        session.verify = str(ca_file) if ca_file else True
        try:
            return _talk(session, f"{central.rstrip('/')}/v1/phone/sessions", lines, show)
        except requests.RequestException as error:
            sys.stderr.write(f"{central}: {error}\n")
            return 2


def _talk(session: requests.Session, address: str, lines: Iterable[str], show: Callable[[str], None]) -> int:
    answer = _asked(session, address, {})
    typed = iter(lines)
    while True:
        show(answer["say"])
        if answer["ended"]:
            return 0 if answer["code"] else 1
        said = next(typed, None)
        if said is None:
            return 1
        answer = _asked(session, f"{address}/{answer['session']}", {"turn": answer["turn"], "said": said.strip()})


def _asked(session: requests.Session, address: str, body: dict[str, Any]) -> Any:
    answer = session.post(address, json=body, timeout=WAIT_S)
    answer.raise_for_status()
    return answer.json()
