"""The command line of the central server: `hitofuda central …`, which kiosk_app/main.py finds by its entry point.

Exit codes: 0 done; 1 the database cannot be used now; 2 a configuration or an argument that cannot be used.
"""

from __future__ import annotations

import asyncio
import functools
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, ParamSpec, TypeVar

import psycopg
import typer

from central_server import database, messages, offices, settings
from central_server.certificates import kiosks
from central_server.certificates.kiosks import Kiosk
from central_server.database import plainly
from central_server.fleet import technicians
from central_server.settings import SettingsError
from kiosk_app.clock import new_nonce, wall_utc_ms
from kiosk_app.office import booking_code, catalogue
from kiosk_app.office.booking_code import Keys, known_keys
from kiosk_app.office.toml_config import ConfigError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The central server: reservations of many offices, on PostgreSQL (docs/central.md).",
)
office_app = typer.Typer(no_args_is_help=True, help="The offices that this server serves.")
token_app = typer.Typer(no_args_is_help=True, help="By which a hub proves which office it is.")
app.add_typer(office_app, name="office")
app.add_typer(token_app, name="token")
kiosk_app = typer.Typer(no_args_is_help=True, help="The kiosks that may ask for certificates.")
app.add_typer(kiosk_app, name="kiosk")
technician_app = typer.Typer(no_args_is_help=True, help="Who may look at all machines (docs/fleet.md).")
app.add_typer(technician_app, name="technician")

KIOSK_TOKEN = "certificates.token"
KEY_STEPS = {
    "new": "it knows both, and makes codes with the old one still.",
    "use": "it makes codes with the new one, and those of before prove still.",
    "end": "codes of the old key prove nothing any more.",
}
TECHNICIAN_TOKENS: dict[technicians.Use, str] = {"technician": "technician.token", "metrics": "metrics.token"}
KIOSK = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HUB_URL = re.compile(r"https://[A-Za-z0-9.-]{1,253}:[1-9][0-9]{0,4}")
Settings = Annotated[Path, typer.Option("--settings", help="central.toml")]
Folder = Annotated[Path, typer.Option("--out", help="a new folder, which the technician carries to the hub")]
P = ParamSpec("P")
T = TypeVar("T")


def _plainly(command: Callable[P, None]) -> Callable[P, None]:
    """Whatever is wrong is one message."""

    @functools.wraps(command)
    def said(*arguments: P.args, **names: P.kwargs) -> None:
        try:
            command(*arguments, **names)
        except (ConfigError, database.SchemaError) as error:
            sys.stderr.write(f"{error}\n")
            raise typer.Exit(2) from None
        except psycopg.Error as error:
            sys.stderr.write(f"database: cannot be used: {plainly(error)}\n")
            raise typer.Exit(1) from None

    return said


@app.command("run")
def run(path: Settings = Path("central.toml")) -> None:
    """Serve pages, hubs and telephones until told to stop. SIGHUP reads settings and catalogues anew."""
    # Only here: the other commands need no web server.
    from central_server import serve

    raise typer.Exit(serve.run(path))


@app.command("migrate")
@_plainly
def migrate(path: Settings = Path("central.toml")) -> None:
    """Bring the database to what this program needs. Harmless where it is already, also while others run it."""
    done = database.migrate(settings.dsn_of(settings.load(path)))
    print("\n".join([*done, "The database is as this program needs it."]))


@app.command("key")
@_plainly
def key(file: Annotated[Path, typer.Argument(help="a new file, for key_file of central.toml")]) -> None:
    """Make the key that contacts are sealed with. Keep a copy of it apart from the copies of the database. One more is
    for signing_key_file of [certificates]."""
    _write(file.parent, [(file.name, new_nonce().hex().encode() + b"\n", 0o600)])


@office_app.command("add")
@_plainly
def office_add(
    catalogue_file: Annotated[Path, typer.Argument(help="the office's catalogue, as on its hub")],
    out: Folder,
    ca: Annotated[Path, typer.Option("--ca", help="the authority of this server's certificate (PEM), for the hub")],
    url: Annotated[str, typer.Option("--url", help="where the hub reaches this server: https://host:port")],
    path: Settings = Path("central.toml"),
) -> None:
    """Make an office known, with a token and the secret of its reservation codes, and a folder for its hub."""
    found = settings.load(path)
    office = catalogue.parse(_text(catalogue_file), catalogue_file.name)
    authority = _text(ca)
    if HUB_URL.fullmatch(url) is None:
        raise SettingsError(
            "--url: expected where the hub reaches this server, such as https://yoyaku.example.lg.jp:8480"
        )

    def carry(added: offices.Added) -> None:
        private = [("booking.key", added.booking_key.hex()), ("central.token", added.token)]
        files = [(name, f"{value}\n".encode(), 0o600) for name, value in private]
        plain = [("central-ca.pem", authority), ("machine-central.toml", _for_machine(url))]
        _write(out, [*files, *((name, text.encode(), 0o644) for name, text in plain)])

    added = offices.add(settings.dsn_of(found), settings.box_of(found), office, _now(), carry)
    print(
        f"{added.office}: added. {out} belongs on its hub: machine-central.toml says where. It can be made only once."
    )


@office_app.command("list")
@_plainly
def office_list(path: Settings = Path("central.toml")) -> None:
    """Which offices there are, and whether their hub has shown its present token."""
    for one in offices.rows(settings.dsn_of(settings.load(path))):
        heard = "its hub has come" if one.heard else "its hub has not come yet with its present token"
        print(f"{one.office}\t{one.number:02}\t{one.added_at:%Y-%m-%d}\t{heard}")


@office_app.command("booking-key")
@_plainly
def office_booking_key(
    office: str,
    step: Annotated[Literal["new", "use", "end"], typer.Argument(help="in this order, see docs/key-rotation.md")],
    out: Folder,
    path: Settings = Path("central.toml"),
) -> None:
    """Replace the secret of an office's reservation codes, step by step: no code that a visitor has is refused."""
    found = settings.load(path)

    def carry(keys: Keys) -> None:
        text = "".join(f"{key.hex()}\n" for key in known_keys(keys))
        _write(out, [("booking.key", text.encode(), 0o600)])

    offices.booking_keys(settings.dsn_of(found), settings.box_of(found), office, step, carry)
    print(f"{office}: {out}/booking.key belongs on its hub and machines. Then SIGHUP to this server: {KEY_STEPS[step]}")


@office_app.command("untold")
@_plainly
def office_untold(office: str, path: Settings = Path("central.toml")) -> None:
    """電話連絡の一覧。休止で時間が使えなくなり、メールもSMSも届いていない方。印刷したら廃棄してください。"""
    found = settings.load(path)
    box = settings.box_of(found)
    here = offices.load(settings.dsn_of(found), box, offices.read_catalogues(Path(found.offices_dir))).get(office)
    if here is None:
        raise SettingsError(f"office {office}: there is no such office")
    for one in messages.untold_now(settings.dsn_of(found), box, office, _now()):
        code = booking_code.grouped(offices.code_of(here, one.letter, one.day, one.start))
        at = f"{one.start.start_min // 60}:{one.start.start_min % 60:02}"
        who = " ".join(filter(None, (one.contact.name, one.contact.phone, one.contact.mail)))
        print(f"{one.day} {at}\t{code}\t{one.language}\t{who}")


@office_app.command("catalogue")
@_plainly
def office_catalogue(
    catalogue_file: Annotated[Path, typer.Argument(help="the office's newer catalogue")],
    path: Settings = Path("central.toml"),
) -> None:
    """Give an office's hub a newer catalogue: it uses it from its next opening day on. This server reads its own
    file."""
    from central_server import sync_desk

    text = _text(catalogue_file)
    office = catalogue.parse(text, catalogue_file.name)
    done = _with_database(settings.load(path), lambda connection: sync_desk.set_catalogue(connection, office.id, text))
    if not done:
        raise SettingsError(f"office {office.id}: there is no such office")
    print(f"{office.id}: its hub has it with its next word, and uses it from its next opening day on.")


@app.command("restored")
@_plainly
def after_restore(path: Settings = Path("central.toml")) -> None:
    """After a backup of the database was put back, before `run`: no office is sold from until its hub has told what the
    backup has forgotten."""
    from central_server import restored

    count = _with_database(settings.load(path), restored.pause_all)
    print(f"{count} offices: each is sold from again as soon as its hub has told everything.")


def _with_database(found: settings.CentralSettings, work: Callable[[database.Connection], Awaitable[T]]) -> T:
    async def done() -> T:
        async with await database.Connection.connect(settings.dsn_of(found)) as connection:
            return await work(connection)

    return asyncio.run(done())


@token_app.command("renew")
@_plainly
def token_renew(office: str, out: Folder, path: Settings = Path("central.toml")) -> None:
    """A new token for a hub. The old one is good until the hub has shown the new one."""
    dsn = settings.dsn_of(settings.load(path))
    offices.renew(dsn, office, lambda token: _write(out, [("central.token", f"{token}\n".encode(), 0o600)]))
    print(f"{office}: {out}/central.token belongs on its hub, in place of the old one.")


@kiosk_app.command("add")
@_plainly
def kiosk_add(office: str, kiosk: str, out: Folder, path: Settings = Path("central.toml")) -> None:
    """A token for a kiosk, by its machine's code. One that it had before ends at once."""
    dsn = settings.dsn_of(settings.load(path))
    if len(kiosk) > 32 or KIOSK.fullmatch(kiosk) is None:
        raise SettingsError("kiosk: expected the code of a machine: small letters, digits and hyphens")
    kiosks.add(dsn, Kiosk(office, kiosk), _now(), lambda token: _write(out, [(KIOSK_TOKEN, _line(token), 0o600)]))
    print(f"{office}/{kiosk}: {out}/{KIOSK_TOKEN} belongs on it. It can be read only there.")


@kiosk_app.command("revoke")
@_plainly
def kiosk_revoke(office: str, kiosk: str, path: Settings = Path("central.toml")) -> None:
    """A kiosk that was stolen or taken away: within seconds it opens nothing more."""
    kiosks.revoke(settings.dsn_of(settings.load(path)), Kiosk(office, kiosk), _now())
    print(f"{office}/{kiosk}: revoked.")


@technician_app.command("add")
@_plainly
def technician_add(
    name: Annotated[str, typer.Argument(help="a person, or with --metrics a program: small letters, digits, hyphens")],
    out: Folder,
    metrics: Annotated[bool, typer.Option("--metrics", help="a program that reads /metrics, nothing else")] = False,
    path: Settings = Path("central.toml"),
) -> None:
    """A token for whoever looks after the machines. One of that name that was there before ends at once."""
    dsn = settings.dsn_of(settings.load(path))
    use: technicians.Use = "metrics" if metrics else "technician"
    file = TECHNICIAN_TOKENS[use]
    technicians.add(dsn, name, use, _now(), lambda token: _write(out, [(file, _line(token), 0o600)]))
    print(f"{name}: {out}/{file} is theirs. It can be read only there.")


@technician_app.command("list")
@_plainly
def technician_list(path: Settings = Path("central.toml")) -> None:
    """Who there is, and when each token was last used."""
    for one in technicians.rows(settings.dsn_of(settings.load(path))):
        used = f"used {one.used_at:%Y-%m-%d}" if one.used_at is not None else "never used"
        print(f"{one.name}\t{one.use}\t{one.added_at:%Y-%m-%d}\t{'revoked' if one.revoked_at is not None else used}")


@technician_app.command("revoke")
@_plainly
def technician_revoke(name: str, path: Settings = Path("central.toml")) -> None:
    """Who has left, or whose token is lost: signed out at once."""
    technicians.revoke(settings.dsn_of(settings.load(path)), name, _now())
    print(f"{name}: revoked.")


def _line(text: str) -> bytes:
    return f"{text}\n".encode()


def _for_machine(url: str) -> str:
    return f'''# Belongs into machine.toml of the hub; the other files lie beside that one.
[central]
url = "{url}"
token_file = "central.token"
ca_file = "central-ca.pem"
booking_key_file = "booking.key"
'''


def _write(folder: Path, files: list[tuple[str, bytes, int]]) -> None:
    try:
        offices.write_folder(folder, files)
    except OSError as cause:
        raise SettingsError(
            f"{cause.filename}: cannot be written: {cause.strerror}; what exists is never overwritten"
        ) from None


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as cause:
        raise SettingsError(f"{path}: cannot be read: {cause.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: expected UTF-8 text") from None


def _now() -> datetime:
    return datetime.fromtimestamp(wall_utc_ms() / 1000, UTC)


def main(arguments: list[str]) -> None:
    app(arguments, prog_name="hitofuda central")
