"""Commands `hitofuda data`: the city's catalogue, fees and words as signed files. Part of command_line.py."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

data_app = typer.Typer(
    no_args_is_help=True,
    help="Catalogue, fees and words from a signed file. Exit codes: 0 done, 1 not for here, 2 not believed.",
)
DataFile = Annotated[Path, typer.Argument(help="….data")]
Machine = Annotated[Path, typer.Option("--machine", help="machine.toml of this computer")]
Root = Annotated[Path, typer.Option("--root", help="another root folder than this computer's")]


@data_app.command("pack")
def pack(
    folder: Annotated[Path, typer.Argument(help="holds data/office.toml, data/fees.toml, data/words/…: what there is")],
    key: Annotated[Path, typer.Option("--key", help="the publisher's private key (scripts/bundle --make-key)")],
    out: Annotated[Path, typer.Option("--out", help="a new file")],
    number: Annotated[int, typer.Option("--number", min=1, help="greater than that of every one before")],
    title: Annotated[str, typer.Option("--title", help="what it is for, in one line")],
    office: Annotated[str, typer.Option("--office", help="the id of the office; left out: every office")] = "",
) -> None:
    """Make and sign one, where the key is: never on a machine."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from kiosk_app import data_bundle
    from kiosk_app.bundle import BundleError
    from kiosk_app.clock import wall_utc_ms

    try:
        private = serialization.load_pem_private_key(key.read_bytes(), None)
        if not isinstance(private, Ed25519PrivateKey):
            raise BundleError(f"{key}: expected a key of Ed25519")
        if out.exists():
            raise BundleError(f"{out}: is there already, and is never overwritten")
        today = datetime.fromtimestamp(wall_utc_ms() / 1000, UTC).date()
        data_bundle.make(folder, office, number, title, private, out, today)
    except (BundleError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(2) from None
    print(f"{out}: number {number}. Look at it on a machine first: hitofuda data show")


@data_app.command("show")
def show(path: DataFile, machine: Machine = Path("/etc/hitofuda/machine.toml"), root: Root = Path("/")) -> None:
    """署名を確かめ、何がどう変わるかを1行ずつ表示する。何も変えない。"""
    from kiosk_app import data_taking

    raise typer.Exit(data_taking.show(path, machine, root, print))


@data_app.command("take")
def take(path: DataFile, machine: Machine = Path("/etc/hitofuda/machine.toml"), root: Root = Path("/")) -> None:
    """署名を確かめ、次にコアが始まるときから使うようにする。今動いているものは変えない。"""
    from kiosk_app import data_taking

    raise typer.Exit(data_taking.take(path, machine, root, print))


@data_app.command("undo")
def undo(machine: Machine = Path("/etc/hitofuda/machine.toml"), root: Root = Path("/")) -> None:
    """最後に取り込んだものを、取り込む前に戻す。次にコアが始まるときから。"""
    from kiosk_app import data_taking

    raise typer.Exit(data_taking.undo(machine, root, print))
