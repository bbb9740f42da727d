"""`hitofuda forms check|key`: what a technician does before forms are made. Exit codes: 0 done; 2 it cannot be."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

forms_app = typer.Typer(no_args_is_help=True, help="Forms that nobody has to write, before they are used.")


@forms_app.command("check")
def check(
    folder: Annotated[Path, typer.Argument(help="the folder of forms, with questions.toml")] = Path("config/forms"),
) -> None:
    """Say everything that is wrong with questions, forms and templates; each is typeset with the longest names."""
    from kiosk_app import form_file
    from kiosk_app.card_check import today
    from kiosk_app.office.forms import FormsError

    try:
        for remark in form_file.check(folder, today()):
            print(remark)
    except FormsError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(2) from None


@forms_app.command("key")
def key(
    folder: Annotated[Path, typer.Argument(help="a folder for the two files, which must not be there yet")],
) -> None:
    """Make the office's keys: forms.pub for the machines that print, forms.key for the hub alone, where codes are
    read."""
    from kiosk_app import form_code

    private = form_code.new_key()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "forms.key", private, 0o600)
        _write(folder / "forms.pub", form_code.public_of(private), 0o644)
    except OSError as error:
        sys.stderr.write(f"{error.filename}: cannot be written: {error.strerror}; an old key is never overwritten\n")
        raise typer.Exit(2) from None
    print(f'On machines that print, under [forms]:\ncode_key_file = "{folder / "forms.pub"}"')
    print(f'On the hub, under [forms]:\nread_key_file = "{folder / "forms.key"}"')


def _write(path: Path, raw: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(raw.hex() + "\n")
