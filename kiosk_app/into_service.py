"""Takes a release into service on a computer, and back out of it when it does not prove itself.

In another root than this computer's there is no service manager to speak to: the release is tried by its own check
alone.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from kiosk_app.releases import Releases

PROVES_ITSELF_S = 60.0
CHECK_S = 120.0


class Service:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._is_whole = (root / "bin/sh").exists()
        self._here = root == Path("/") and Path("/run/systemd/system").is_dir()

    def switch(self, releases: Releases, version: str) -> str:
        """Empty when it runs and has proved itself; else why not, and what ran before runs again."""
        if version == releases.current() and not releases.state().trying:
            self._prepare()
            return ""
        if why := self._check(releases, version):
            return why
        releases.begin(version)
        try:
            why = self._prepare() or self._run(releases)
        except BaseException:
            releases.take_back("cut off")
            raise
        if why:
            releases.take_back(why)
            self._prepare()
            self._run(releases)
            return why
        releases.confirm()
        return ""

    def stop(self) -> None:
        if self._here:
            self._do("systemctl", "stop", "hitofuda.target")

    def reload(self) -> None:
        if self._here:
            self._do("systemctl", "daemon-reload")
            self._do("udevadm", "control", "--reload")

    def _check(self, releases: Releases, version: str) -> str:
        """What the release itself says of this computer's settings and log, before anything is switched."""
        inside = self._root if self._is_whole else Path("/")
        # In another root that is a whole system it is asked in its own world: there its paths are what they will be.
        world = ("chroot", str(self._root)) if self._is_whole and self._root != Path("/") else ()
        program = Path("/") / (releases.folder(version) / "bin" / "hitofuda").relative_to(inside)
        machine = self._root / "etc/hitofuda/machine.toml"
        named = ("--machine", str(Path("/") / machine.relative_to(inside))) if machine.exists() else ()
        try:
            done = subprocess.run(
                (*world, str(program), "release-check", *named),
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                timeout=CHECK_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"its check did not end within {CHECK_S:.0f} s"
        told = [*done.stdout.strip().splitlines(), *done.stderr.strip().splitlines(), "its check ended without a word"]
        return told[0] if done.returncode else ""

    def _prepare(self) -> str:
        """Users, folders and rules as the present release has them."""
        root = ("--root", str(self._root)) if self._root != Path("/") else ()
        self._do("systemd-sysusers", *root)
        # It goes on over a line that it does not understand, and ends with 0.
        if missing := self._users_missing():
            return f"the users {', '.join(missing)} could not be made"
        folders = ("--prefix=/etc/hitofuda", "--prefix=/var/lib/hitofuda-devices")
        if why := self._do("systemd-tmpfiles", *root, "--create", *folders):
            return why
        if self._here:
            self._do("systemd-tmpfiles", "--create")
            self.reload()
            self._do("udevadm", "trigger", "--action=change", "--subsystem-match=tty", "--subsystem-match=usbmisc")
        return ""

    def _users_missing(self) -> list[str]:
        known = {line.partition(":")[0] for line in _lines(self._root / "etc/passwd")}
        units = [*(self._root / "etc/systemd/system").glob("hitofuda-*.service")]
        named = {line.removeprefix("User=") for unit in units for line in _lines(unit) if line.startswith("User=")}
        return sorted(user for user in named if "%" not in user and user not in known)

    def _run(self, releases: Releases) -> str:
        if not self._here or not releases.current():
            return ""
        if why := self._do("systemctl", "restart", "hitofuda.target"):
            return why
        until_s = time.monotonic() + PROVES_ITSELF_S
        while True:
            bad = self._not_well()
            if not bad or time.monotonic() > until_s:
                return bad
            time.sleep(1)

    def _not_well(self) -> str:
        """A unit of the target that is not what it should be; empty when all are well."""
        listed = subprocess.run(
            ("systemctl", "list-dependencies", "--plain", "--no-legend", "hitofuda.target"),
            capture_output=True,
            text=True,
            check=False,
        )
        for unit in (line.strip() for line in listed.stdout.splitlines()):
            if unit.startswith("hitofuda-") and unit.endswith((".service", ".timer")):
                state = subprocess.run(
                    ("systemctl", "is-active", unit), capture_output=True, text=True, check=False
                ).stdout.strip()
                if state != "active":
                    return f"{unit} is {state}; next: journalctl -u {unit}"
        return ""

    def _do(self, *command: str) -> str:
        try:
            done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        except FileNotFoundError:
            return f"{command[0]} is missing on this computer"
        return f"{command[0]}: {(done.stderr or done.stdout).strip()}" if done.returncode else ""


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
