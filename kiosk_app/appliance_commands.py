"""Commands of `hitofuda` about the machine as a whole: its releases, updates and backups. Part of command_line.py."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

update_app = typer.Typer(
    no_args_is_help=True,
    help="A new release from a signed file. Exit codes: 0 done, 1 not for here or taken back, 2 not believed.",
)
BundleFile = Annotated[Path, typer.Argument(help="….bundle")]
Root = Annotated[Path, typer.Option("--root", help="another root folder than this computer's")]


def release_check(
    machine: Annotated[Path | None, typer.Option("--machine", help="machine.toml; none where there is no core")] = None,
) -> None:
    """Say whether this release can be used here: its files, this machine's settings and its log. Nothing is changed."""
    from kiosk_app import release_check

    raise typer.Exit(release_check.check(machine, print))


@update_app.command("show")
def update_show(path: BundleFile, root: Root = Path("/")) -> None:
    """署名を確かめ、何が変わるかを表示する。何も変えない。"""
    from kiosk_app import updating

    raise typer.Exit(updating.show(path, root, print))


@update_app.command("stage")
def update_stage(path: BundleFile, root: Root = Path("/")) -> None:
    """署名を確かめ、閉庁後に切り替わるように準備する。今動いているものは変えない。"""
    from kiosk_app import updating

    raise typer.Exit(updating.stage(path, root, print))


@update_app.command("apply")
def update_apply(root: Root = Path("/")) -> None:
    """準備した版に今切り替える。だめなら、前の版に自分で戻る。"""
    from kiosk_app import updating

    raise typer.Exit(updating.apply(root, print))
