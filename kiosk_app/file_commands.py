"""`hitofuda catalogue|fees|procedures check`: files that people write are looked at before a machine uses them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

catalogue_app = typer.Typer(
    no_args_is_help=True, help="The office's services, counters and hours, before they are used."
)
fees_app = typer.Typer(no_args_is_help=True, help="What certificates cost, before it is charged.")
procedures_app = typer.Typer(no_args_is_help=True, help="Life events, their questions and procedures (手続きナビ).")


@catalogue_app.command("check")
def catalogue_check(path: Annotated[Path, typer.Argument(help="the catalogue: offices/….toml")]) -> None:
    """Say everything that is wrong with a catalogue, each by its line or key; or what stands in it."""
    from kiosk_app.office.catalogue import CatalogueError
    from kiosk_app.settings import check

    try:
        for remark in check(path):
            print(remark)
    except CatalogueError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(2) from None


@fees_app.command("check")
def fees_check(path: Annotated[Path, typer.Argument(help="the table of fees: fees/….toml")]) -> None:
    """Say everything that is wrong with a table of fees, each by its line or key; or what stands in it."""
    from kiosk_app import fee_file
    from kiosk_app.card_check import today
    from kiosk_app.office.fees import FeesError

    try:
        for remark in fee_file.check(path, today()):
            print(remark)
    except FeesError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(2) from None


@procedures_app.command("check")
def procedures_check(
    path: Annotated[Path, typer.Argument(help="the folder procedures, or one file of it")],
    office: Annotated[
        list[Path] | None, typer.Option("--office", help="a catalogue; else those of the folder offices beside it")
    ] = None,
    forms: Annotated[
        Path | None, typer.Option("--forms", help="the folder of forms; else the folder forms beside it")
    ] = None,
) -> None:
    """Say everything that is wrong with questions and procedures, each by its line or key; or what stands there."""
    from kiosk_app import procedure_files
    from kiosk_app.office.toml_config import ConfigError

    try:
        for remark in procedure_files.check(path, office or (), forms):
            print(remark)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(2) from None
