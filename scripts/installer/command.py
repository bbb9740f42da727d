"""`scripts/install`: makes this computer into a machine of an office; see --help."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk_app.into_service import Service
from kiosk_app.release_environment import make_environment
from kiosk_app.releases import BASE, ReleaseError, Releases, host_files
from scripts.installer import refusals, settings_files
from scripts.installer.release_files import version_of, write
from scripts.installer.roles import ROLES, Needs, needs
from scripts.installer.steps import CannotInstall, Command, Gone, Link, Step, WholeFile, carry_out

PRODUCT = Path(__file__).parents[2]
ETC = "etc/hitofuda"
WANTED = "etc/systemd/system/hitofuda.target.wants"
TARGET = "etc/systemd/system/multi-user.target.wants/hitofuda.target"
MADE = f"{BASE}/made.json"
"""What the installer has written beside the release: for the next one, and for --uninstall."""
MASKED = ("ctrl-alt-del.target", "bluetooth.service", "avahi-daemon.service", "cups-browsed.service")
KEPT = ("etc/hitofuda", "var/lib/hitofuda")


def parser() -> argparse.ArgumentParser:
    told = argparse.ArgumentParser(prog="scripts/install", description=__doc__)
    told.add_argument("--role", action="append", choices=sorted(ROLES), default=[], help="one or several")
    told.add_argument("--office", type=Path, help="the office's catalogue, offices/….toml")
    told.add_argument("--staff", type=Path, help="staff.toml; needed the first time where there is a core")
    told.add_argument("--code", default="", help="the machine's code, m1; needed the first time where there is a core")
    told.add_argument("--name", default="", help="as it stands on tickets: 1号機; needed the first time")
    told.add_argument("--printer", default="", help="tcp:HOST[:PORT], serial:DEVICE, file:DEVICE or usb:VENDOR:PRODUCT")
    told.add_argument("--wheels", type=Path, help="a folder of Python packages, for a computer without a network")
    told.add_argument("--dry-run", action="store_true", help="say every change, make none")
    told.add_argument(
        "--uninstall", action="store_true", help="the settings and the log stay; --purge destroys them too"
    )
    told.add_argument("--purge", action="store_true", help="with --uninstall: also settings and log, for good")
    told.add_argument("--root", type=Path, default=Path("/"), help="another root folder than this computer's (images)")
    told.add_argument("--environment", type=Path, help="with --root: an environment that is there, for trials")
    return told


def main(arguments: Sequence[str]) -> int:
    """0: done, or nothing to do; 1: it failed, and what ran before runs again; 2: refused, and nothing was changed."""
    chosen = parser().parse_args(arguments)
    try:
        if chosen.uninstall:
            return uninstall(chosen)
        return install(chosen)
    except (CannotInstall, settings_files.NotUnderstood, ReleaseError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"{' '.join(error.cmd)} ended with {error.returncode}: {(error.stderr or '').strip()}\n")
        return 1


def install(chosen: argparse.Namespace) -> int:
    if not chosen.role:
        raise CannotInstall(f"--role: expected one or several of {', '.join(sorted(ROLES))}")
    root: Path = chosen.root.resolve()
    needed = needs(chosen.role)
    if chosen.environment is not None and root == Path("/"):
        raise CannotInstall("--environment: expected --root with it: it is for trials")
    if needed.needs_office and chosen.office is None and not (root / ETC / "office.toml").exists():
        raise CannotInstall("--office: expected the office's catalogue, such as config/offices/kokura-kita.toml")
    if found := refusals.refusals(root, PRODUCT, chosen.staff):
        raise CannotInstall("\n".join(["This computer is not made into a machine of an office:", *found]))
    settings = _settings(chosen, root, needed)
    if root == Path("/") and os.geteuid() != 0 and not chosen.dry_run:
        raise CannotInstall("expected root; next: sudo scripts/install …")

    if chosen.dry_run:
        return _carry_out(chosen, root, needed, settings)
    with Releases(root).alone():
        return _carry_out(chosen, root, needed, settings)


def _carry_out(chosen: argparse.Namespace, root: Path, needed: Needs, settings: list[Step]) -> int:
    changes = carry_out(_packages(root, needed, chosen.wheels is None), print, chosen.dry_run)
    version = version_of(PRODUCT)
    releases, service = Releases(root), Service(root)
    if version not in releases.versions():
        changes += 1
        print(f"{'would ' if chosen.dry_run else ''}write /{BASE}/releases/{version}")
        if not chosen.dry_run:
            _write_release(chosen, releases, version)
    beside = [*settings, *_beside(root, needed, PRODUCT / "systemd")]
    changes += carry_out([*_no_longer(root, beside), *beside], print, chosen.dry_run)
    if version != releases.current():
        changes += 1
        print(f"{'would ' if chosen.dry_run else ''}switch from {releases.current() or 'nothing'} to {version}")
    if chosen.dry_run:
        print(f"{changes} changes; nothing was changed")
        return 0
    _remember(root, beside)
    if why := service.switch(releases, version):
        sys.stderr.write(f"{version} did not prove itself: {why}\n{releases.current() or 'Nothing'} runs again.\n")
        return 1
    print(f"{changes} changes; {version} runs" if changes else "Nothing to do.")
    for unit in service.waiting:
        print(f"{unit} waits for what it needs (settings, pairing, a device); next: journalctl -u {unit}")
    return 0


def _settings(chosen: argparse.Namespace, root: Path, needed: Needs) -> list[Step]:
    """Those of a person are written once. The catalogue is what was named, if one was named."""
    steps: list[Step] = []
    if chosen.office is not None:
        steps.append(WholeFile(root, f"{ETC}/office.toml", _read(chosen.office, "--office"), 0o640))
    if not needed.has_core:
        return steps
    if not (root / ETC / "staff.toml").exists() and chosen.staff is None:
        raise CannotInstall("--staff: expected staff.toml with the codes and PINs of this office, the first time")
    if chosen.staff is not None:
        steps.append(WholeFile(root, f"{ETC}/staff.toml", _read(chosen.staff, "--staff"), 0o640, once=True))
    if not (root / ETC / "machine.toml").exists():
        text = settings_files.machine_toml(chosen.code, chosen.name, needed, chosen.printer, needed.faces)
        steps.append(WholeFile(root, f"{ETC}/machine.toml", text.encode(), 0o640, once=True))
    return steps


def _read(path: Path, argument: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotInstall(f"{argument} {path}: cannot be read: {error.strerror}") from None


def _beside(root: Path, needed: Needs, systemd: Path) -> list[Step]:
    """What follows from the roles of this computer, and not from the release alone."""
    firewall = settings_files.firewall((systemd / "host/nftables/firewall.nft").read_text(), needed)
    known = WholeFile(root, refusals.KNOWN_AS, refusals.identity(root).encode())
    steps: list[Step] = [WholeFile(root, f"{ETC}/firewall.nft", firewall.encode(), 0o644), known]
    steps.append(WholeFile(root, f"{BASE}/releases.py", (PRODUCT / "kiosk_app/releases.py").read_bytes()))
    steps.append(
        WholeFile(root, "usr/local/bin/hitofuda", b'#!/bin/sh\nexec /opt/hitofuda/current/bin/hitofuda "$@"\n', 0o755)
    )
    drops = systemd / "drop-ins"
    if "hub" in needed.machine_roles:
        name = "hitofuda-core.service.d/hub.conf"
        steps.append(WholeFile(root, f"etc/systemd/system/{name}", (drops / name).read_bytes()))
    if needed.faces:
        source = drops / "hitofuda-screen@.service.d/seat0.conf"
        name = f"hitofuda-screen@{needed.faces[0]}.service.d/seat0.conf"
        steps.append(WholeFile(root, f"etc/systemd/system/{name}", source.read_bytes()))
    steps += [Link(root, f"{WANTED}/{unit}", f"/etc/systemd/system/{_template(unit)}") for unit in needed.units]
    steps.append(Link(root, TARGET, "/etc/systemd/system/hitofuda.target"))
    steps += [Link(root, f"etc/systemd/system/{unit}", "/dev/null") for unit in MASKED]
    return steps


def _template(unit: str) -> str:
    """hitofuda-face@citizen.service is made from hitofuda-face@.service; Debian's own units lie elsewhere."""
    name, at, rest = unit.partition("@")
    return f"{name}@.{rest.rpartition('.')[2]}" if at else unit


def _no_longer(root: Path, beside: Sequence[Step]) -> list[Step]:
    """What an earlier run wrote for roles that this computer has no more."""
    made = root / MADE
    names: list[str] = json.loads(made.read_text()) if made.exists() else []
    wanted = {step.name for step in beside if isinstance(step, WholeFile | Link)}
    return [Gone(root, name) for name in names if name not in wanted and not _is_a_persons(name)]


def _is_a_persons(name: str) -> bool:
    return name in (f"{ETC}/{file}" for file in ("machine.toml", "staff.toml", "office.toml"))


def _remember(root: Path, beside: Sequence[Step]) -> None:
    names = sorted(
        {step.name for step in beside if isinstance(step, WholeFile | Link) and not _is_a_persons(step.name)}
    )
    WholeFile(root, MADE, json.dumps(names, indent=1).encode()).do()


def _packages(root: Path, needed: Needs, builds: bool) -> list[Step]:
    """Only what is missing; in another root by the package manager of that root, where it has one."""
    names = (*needed.packages, *(("build-essential", "python3-dev", "swig", "libpcsclite-dev") if builds else ()))
    status = root / "var/lib/dpkg/status"
    if not status.exists():
        return []
    have = _installed(status.read_text(errors="replace"))
    missing = [name for name in names if name not in have and f"{name}t64" not in have]
    inside = () if root == Path("/") else ("chroot", str(root))
    apt = (*inside, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")
    listed = Command("learn what Debian has", (*apt, "update"), lambda: bool(missing))
    wanted = (*apt, "install", "-y", "--no-install-recommends", *missing)
    return [listed, Command("install packages", wanted, lambda: bool(missing))]


def _installed(status: str) -> set[str]:
    """Names in dpkg's status file whose package is there."""
    blocks = (dict(_field(line) for line in block.splitlines() if line[:1].isalpha()) for block in status.split("\n\n"))
    return {one["Package"] for one in blocks if one.get("Status") == "install ok installed"}


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.strip()


def _write_release(chosen: argparse.Namespace, releases: Releases, version: str) -> None:
    folder = releases.staging(version)
    write(PRODUCT, folder, version)
    if chosen.environment is not None:
        os.symlink(chosen.environment.absolute(), folder / "venv")
    else:
        make_environment(folder, "/usr/bin/python3", chosen.wheels)
    releases.staged(version)


def uninstall(chosen: argparse.Namespace) -> int:
    root: Path = chosen.root.resolve()
    releases = Releases(root)
    made = root / MADE
    names: list[str] = json.loads(made.read_text()) if made.exists() else []
    for version in releases.versions():
        names += [name for name in host_files(releases.folder(version)) if name not in names]
    if not releases.base.exists():
        print("Nothing to do.")
        return 0
    if not chosen.dry_run:
        Service(root).stop()
    gone: list[Step] = [Gone(root, name) for name in names if not name.startswith(BASE)]
    gone += [Gone(root, BASE)]
    if chosen.purge:
        gone += [Gone(root, name) for name in (*KEPT, "var/lib/hitofuda-central", "var/lib/hitofuda-backup")]
    changes = carry_out(gone, print, chosen.dry_run)
    if not chosen.dry_run:
        for name in ("hitofuda.target.wants", "hitofuda-.service.d", "hitofuda-core.service.d"):
            _remove_empty(root / "etc/systemd/system" / name)
        for folder in (root / "etc/systemd/system").glob("hitofuda-screen@*.service.d"):
            _remove_empty(folder)
        Service(root).reload()
    kept = [f"/{name}" for name in KEPT if (root / name).exists()]
    print(f"{changes} changes" + (f"; kept: {', '.join(kept)}" if kept else ""))
    return 0


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
