"""The offices that central serves: their catalogues in a folder, their tokens and keys in the database.

A hub proves with its token which office it is; central holds no more of it than its hash. The secret of an office's
reservation codes lies sealed, so that a copy of the database alone makes no code.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, NamedTuple

import psycopg

from central_server import chain
from central_server.contacts import Box, NotOurs
from central_server.database import Connection
from kiosk_app.clock import new_nonce, new_token
from kiosk_app.office import booking_code, catalogue
from kiosk_app.office.booking_code import KEY_BYTES_MIN, Keys, known_keys
from kiosk_app.office.catalogue import Office
from kiosk_app.office.slots import Start
from kiosk_app.office.toml_config import ConfigError


@dataclass
class OfficeHere:
    """An office that this server takes bookings for. `booking_key`: the secret of its reservation codes."""

    office: Office
    booking_key: bytes = field(repr=False)


def code_of(here: OfficeHere, letter: str, day: date, start: Start) -> str:
    """The reservation code of a promise: sixteen digits."""
    claim = booking_code.Claim(here.office.number, day, letter, start.start_min, start.lane)
    return booking_code.encode(here.booking_key, claim)


class OfficesError(ConfigError):
    """One message: the office, and what to do."""


class Added(NamedTuple):
    """What the technician carries to the hub. Nothing of it can be read out of the database again but the key."""

    office: str
    token: str
    booking_key: bytes


class Row(NamedTuple):
    """`heard`: whether the hub has shown its present token already."""

    office: str
    number: int
    added_at: datetime
    heard: bool


def read_catalogues(folder: Path) -> dict[str, Office]:
    """By id, in the order of the files' names. Raises OfficesError and CatalogueError."""
    try:
        paths = sorted(folder.glob("*.toml"))
        texts = [(path, path.read_bytes().decode("utf-8-sig")) for path in paths]
    except OSError as cause:
        raise OfficesError(f"offices_dir: {cause.filename} cannot be read: {cause.strerror}") from None
    except UnicodeDecodeError:
        raise OfficesError(f"offices_dir: {folder}: expected catalogues in UTF-8") from None
    found: dict[str, Office] = {}
    for path, text in texts:
        office = catalogue.parse(text, path.name)
        if office.id in found:
            raise OfficesError(f"{path.name}: id: {office.id!r} stands in another file of {folder} too")
        found[office.id] = office
    if not found:
        raise OfficesError(f"offices_dir: expected catalogues (*.toml) in {folder}, there is none")
    return found


def load(dsn: str, box: Box, catalogues: Mapping[str, Office]) -> dict[str, OfficeHere]:
    """Raises OfficesError for an office that was never added, psycopg.Error where the database is away."""
    with psycopg.connect(dsn) as connection:
        rows: dict[str, bytes] = dict(connection.execute("SELECT office, booking_key FROM offices").fetchall())
    found = {}
    for office_id, office in catalogues.items():
        if office_id not in rows:
            raise OfficesError(f"office {office_id}: not added yet: hitofuda central office add CATALOGUE")
        try:
            key = box.open_secret(office_id, "booking key", rows[office_id])
        except NotOurs:
            raise OfficesError(f"office {office_id}: its key was sealed with another key_file than this") from None
        found[office_id] = OfficeHere(office, _keys(key))
    return found


KeyStep = Literal["new", "use", "end"]
"""new: a second key is known beside the one that is used. use: the second is the one that is used, and the
other one proves still; once more goes back. end: the one that is not used proves nothing any more."""


def booking_keys(dsn: str, box: Box, office_id: str, step: KeyStep, carry: Callable[[Keys], None]) -> Keys:
    """One step of replacing an office's booking key; what its hub shall know then is given to `carry` first. Raises
    OfficesError for a step that is not the next one."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "SELECT booking_key FROM offices WHERE office = %s FOR UPDATE", (office_id,)
        ).fetchone()
        if row is None:
            raise OfficesError(f"office {office_id}: there is no such office")
        try:
            known = _keys(box.open_secret(office_id, "booking key", row[0]))
        except NotOurs:
            raise OfficesError(f"office {office_id}: its key was sealed with another key_file than this") from None
        if (step == "new") == bool(known.others):
            next_step = "use or end" if known.others else "new"
            raise OfficesError(f"office {office_id}: the next step is {next_step} (docs/key-rotation.md)")
        keys = _stepped(known, step)
        # A hub that knows both reads codes of either, whichever central makes.
        carry(keys)
        sealed = box.seal_secret(office_id, "booking key", b"".join(known_keys(keys)))
        connection.execute("UPDATE offices SET booking_key = %s WHERE office = %s", (sealed, office_id))
    return keys


def _stepped(known: Keys, step: KeyStep) -> Keys:
    match step:
        case "new":
            return Keys(bytes(known), [new_nonce()])
        case "use":
            return Keys(known.others[0], [bytes(known)])
        case "end":
            return Keys(bytes(known))


def _keys(kept: bytes) -> Keys:
    """One after the other, each of the same length."""
    keys = [kept[at : at + KEY_BYTES_MIN] for at in range(0, len(kept), KEY_BYTES_MIN)]
    return Keys(keys[0], keys[1:])


def add(dsn: str, box: Box, office: Office, now: datetime, carry: Callable[[Added], None]) -> Added:
    """`carry` takes down what is told only once; where it raises, nothing was added. Raises OfficesError for an office
    that is there already: a lost token is renewed."""
    added = Added(office.id, new_token(), new_nonce())
    key = box.seal_secret(office.id, "booking key", added.booking_key)
    with psycopg.connect(dsn) as connection:
        done = connection.execute(
            "INSERT INTO offices (office, number, token_sha256, booking_key, added_at) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            (office.id, office.number, token_hash(added.token), key, now),
        )
        if done.rowcount == 0:
            raise OfficesError(f"office {office.id}: is there already; a new token: hitofuda central token renew")
        chain.begin_now(connection, office.id)
        carry(added)
    return added


def renew(dsn: str, office_id: str, carry: Callable[[str], None]) -> str:
    """A new token, given to `carry` before it counts. The old one is good until the hub shows the new one.

    Raises OfficesError.
    """
    token = new_token()
    with psycopg.connect(dsn) as connection:
        done = connection.execute(
            "UPDATE offices SET token_sha256 = %s, heard_at = NULL, "
            "old_token_sha256 = CASE WHEN heard_at IS NULL THEN old_token_sha256 ELSE token_sha256 END "
            "WHERE office = %s",
            (token_hash(token), office_id),
        )
        if done.rowcount == 0:
            raise OfficesError(f"office {office_id}: there is no such office")
        carry(token)
    return token


def rows(dsn: str) -> list[Row]:
    with psycopg.connect(dsn) as connection:
        found = connection.execute(
            "SELECT office, number, added_at, heard_at IS NOT NULL FROM offices ORDER BY office"
        ).fetchall()
    return [Row(*one) for one in found]


async def by_token(connection: Connection, token: str, now: datetime) -> str | None:
    """Whose hub this is. With the first word under a new token the old one ends."""
    hashed = token_hash(token)
    found = await connection.execute(
        "SELECT office, token_sha256 = %s AND heard_at IS NULL FROM offices "
        "WHERE token_sha256 = %s OR old_token_sha256 = %s",
        (hashed, hashed, hashed),
    )
    row = await found.fetchone()
    if row is None:
        return None
    office, is_news = row
    if is_news:
        await connection.execute(
            "UPDATE offices SET old_token_sha256 = NULL, heard_at = %s WHERE office = %s AND token_sha256 = %s",
            (now, office, hashed),
        )
    return str(office)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def write_folder(folder: Path, files: Iterable[tuple[str, bytes, int]]) -> None:
    """Name, bytes and mode of each; nothing is ever overwritten. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data, mode in files:
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
