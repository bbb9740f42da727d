"""Commands of `hitofuda` about the machine as a whole: its releases, updates and backups. Part of command_line.py."""

from __future__ import annotations

import sys
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


def backup_key(
    path: Annotated[Path, typer.Argument(help="a new file for the private key; kept off the machine")],
) -> None:
    """Make the key for which backups are sealed. FILE.pem is for /etc/hitofuda/backup.pem of each machine."""
    from kiosk_app import sealed

    try:
        sealed.make_key(path)
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}; a key is never overwritten\n")
        raise typer.Exit(2) from None
    print(f"{path} opens every backup: keep it where no machine is. {path}.pem is for the machines.")


def backup(
    machine: Annotated[Path, typer.Option("--machine", help="machine.toml of this computer")],
    to: Annotated[Path, typer.Option("--to", help="a folder; a stick, once it was allowed (docs/appliance.md)")],
) -> None:
    """記録の控えを作り、暗号化し、読み戻して確かめる。コアは動いたままでよい。"""
    from kiosk_app import backup

    raise typer.Exit(backup.make(machine, to, print))


def restore(
    path: Annotated[Path, typer.Argument(help="….backup")],
    machine: Annotated[Path, typer.Option("--machine", help="machine.toml of this computer")],
    key: Annotated[Path, typer.Option("--key", help="the private key; it may be taken away afterwards")],
) -> None:
    """控えから記録を戻す。新しい記録として始まり、そのあとのことは失われている。コアを止めてから使う。"""
    from kiosk_app import backup

    raise typer.Exit(backup.restore(machine, path, key, print))


def support(
    machine: Annotated[Path, typer.Option("--machine", help="machine.toml of this computer")],
    out: Annotated[Path, typer.Option("--out", help="a folder for support-….tar.gz")] = Path("."),
) -> None:
    """遠くの担当者に送る記録を1つのファイルにまとめる。個人の情報と合言葉は入らない。"""
    from kiosk_app import support_bundle

    raise typer.Exit(support_bundle.make(machine, out, print))
