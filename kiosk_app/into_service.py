"""Takes a release into service on a computer, and back out of it when it does not prove itself.

In another root than this computer's there is no service manager to speak to: the release is tried by its own check
alone.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from kiosk_app import units_at_rest
from kiosk_app.releases import Releases
from kiosk_app.units_at_rest import Units

CHECK_S = 120.0
FOLDERS = ("/etc/hitofuda", "/var/lib/hitofuda-devices")
FOLDERS_OF_NOW = ("/run/hitofuda", "/run/hitofuda-screens")
"""Of tmpfiles.d, all of ours: nothing of anybody else is touched."""


class Service:
    def __init__(self, root: Path) -> None:
        self.waiting: list[str] = []
        """Services that end with exit code 2 and wait for a person, known after `switch`."""
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
        before = self._before(releases)
        releases.begin(version)
        try:
            why = self._prepare() or self._restart(releases) or self._not_well(releases, before)
        except BaseException:
            releases.take_back("cut off")
            raise
        if why:
            releases.take_back(why)
            self._prepare()
            self._restart(releases)
            return why
        releases.confirm()
        return ""

    def stop(self) -> None:
        if self._here:
            # A target has stopped before its services have; each of them is waited for.
            self._do("systemctl", "stop", "hitofuda*")

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
        folders = (*FOLDERS, *(FOLDERS_OF_NOW if self._here else ()))
        if why := self._do("systemd-tmpfiles", *root, "--create", *(f"--prefix={one}" for one in folders)):
            return why
        if self._here:
            self.reload()
            self._do("udevadm", "trigger", "--action=change", "--subsystem-match=tty", "--subsystem-match=usbmisc")
        return ""

    def _users_missing(self) -> list[str]:
        known = {line.partition(":")[0] for line in _lines(self._root / "etc/passwd")}
        units = [*(self._root / "etc/systemd/system").glob("hitofuda-*.service")]
        named = {line.removeprefix("User=") for unit in units for line in _lines(unit) if line.startswith("User=")}
        return sorted(user for user in named if "%" not in user and user not in known)

    def _before(self, releases: Releases) -> Units | None:
        """How its services are under the release that runs; None where none does."""
        if not self._here:
            return {}
        return units_at_rest.held(units_at_rest.asked).units if releases.current() else None

    def _restart(self, releases: Releases) -> str:
        """Comes back when every service of it has been started, or has failed."""
        if not self._here or not releases.current():
            return ""
        return self._do("systemctl", "restart", units_at_rest.TARGET)

    def _not_well(self, releases: Releases, before: Units | None) -> str:
        if not self._here or not releases.current():
            return ""
        after = units_at_rest.held(units_at_rest.asked)
        self.waiting = units_at_rest.waiting(after.units)
        return units_at_rest.not_well(before, after)

    def _do(self, *command: str) -> str:
        try:
            done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        except FileNotFoundError:
            return f"{command[0]} is missing on this computer"
        return f"{command[0]}: {(done.stderr or done.stdout).strip()}" if done.returncode else ""


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
