"""`hitofuda support`: one file for whoever helps from afar: what is known of the machine, and nothing of anybody.

Only what stands in `parts` goes in: nothing is collected by a pattern that could catch more. Settings go without any
value that could be a secret; of the log only counts; journals are lines of our services, which hold nothing personal
(ground rule 8), and are searched once more for what looks like a number of a person, a telephone or an address.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from kiosk_app import api, kept_log
from kiosk_app.client import Client, CoreTrouble
from kiosk_app.clock import wall_utc_ms
from kiosk_app.diagnosis.whole import Report, look_over
from kiosk_app.releases import Releases, sync_folder
from kiosk_app.settings import ConfigError, MachineSettings, load_machine
from offline_store import maintenance
from offline_store.errors import StoreError

Say = Callable[[str], None]
SHOWN = frozenset(
    {
        "schema", "code", "roles", "installed", "kind", "port", "baud", "flow", "width_dots", "dpi", "answer_s",
        "place", "orientation", "volume", "model", "device", "queue", "first", "candidates", "listen", "test_hierarchy",
    }
)  # fmt: skip
"""Of machine.toml. Whatever is not named here is shown as its kind alone: a new key is no leak."""
LINES_MAX = 5_000
ASK_S = 20.0
PICTURE_S = 6.0
NOT_A_NAME = re.compile(r"[^A-Za-z0-9-]")
PERSONAL = (
    # 個人番号 and other long numbers; telephones; mail addresses; names behind a form of address are not in journals.
    re.compile(r"(?<![0-9a-fA-F.:-])\d[\d -]{10,17}\d(?![0-9a-fA-F.:-])"),
    re.compile(r"(?<!\d)0\d{1,4}-\d{1,4}-\d{3,4}(?!\d)"),
    re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"),
)
LEFT_OUT = "[left out]"


def make(machine: Path, out: Path, say: Say, root: Path = Path("/")) -> int:
    """0: written; 2: settings cannot be used, or there is no place. What could not be found out is said within."""
    try:
        settings = load_machine(machine)
        report = look_over(settings, root, keep=False)
        raw = tomllib.loads(machine.read_text(encoding="utf-8"))
        log = Path(settings.data_dir) / kept_log.FILE
        at = datetime.fromtimestamp(wall_utc_ms() / 1000, UTC)
        place = out / f"support-{settings.code}-{at:%Y%m%dT%H%M%SZ}.tar.gz"
        write(place, {**parts(report, raw, log, root), **_screens(settings)}, int(at.timestamp()))
    except (ConfigError, OSError) as error:
        say(str(error))
        return 2
    say(f"{place}: 個人の情報は入っていません。送る前に、中の summary.txt を見てください")
    return 0


def parts(report: Report, machine: Mapping[str, object], log: Path, root: Path) -> dict[str, str]:
    """By their names within the file."""
    releases = Releases(root)
    return {
        "summary.txt": _summary(report),
        "diagnosis.json": _json(report),
        "machine.json": _json(without_values(machine)),
        "releases.json": _json({"installed": releases.versions(), "current": releases.current(), **_state(releases)}),
        "log.json": _log(log),
        "journal.txt": without_people(_asked("journalctl", "-b", "-u", "hitofuda*", "-u", "pcscd", "-o", "short-iso",
                                             "--no-hostname", "-n", str(LINES_MAX), "--no-pager")),
        "units.txt": without_people(_asked("systemctl", "list-units", "--all", "--no-pager", "hitofuda*")),
        "kernel.txt": without_people(_asked("journalctl", "-b", "-k", "-p", "warning", "-o", "short-monotonic",
                                            "--no-hostname", "-n", "500", "--no-pager")),
    }  # fmt: skip


def _screens(settings: MachineSettings) -> dict[str, str | bytes]:
    """The visitors' first screen, while nobody stands there, and displays: the core asks their faces."""
    client = Client(f"unix:{Path(settings.runtime_dir) / 'core.sock'}", timeout_s=PICTURE_S)
    try:
        found = client.get("/v1/diagnosis/pictures", api.ScreenPictures).pictures
    except CoreTrouble as trouble:
        found = (api.ScreenPicture(screen="citizen", why=str(trouble)),)
    made: dict[str, str | bytes] = {f"{NOT_A_NAME.sub('_', one.screen)}.png": one.png for one in found if one.png}
    why = "".join(f"{one.screen}: {one.why}\n" for one in found if not one.png)
    return {**made, "screen.txt": why} if why else made


def without_values(table: Mapping[str, object]) -> dict[str, object]:
    """Its keys and shape; values only where they are known to be harmless."""
    found: dict[str, object] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found[key] = without_values(value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            found[key] = [without_values(one) for one in value]
        else:
            found[key] = value if key in SHOWN else f"<{type(value).__name__}>"
    return found


def without_people(text: str) -> str:
    for pattern in PERSONAL:
        text = pattern.sub(LEFT_OUT, text)
    return text


def _summary(report: Report) -> str:
    lines = [f"{report.machine}, core {'answers' if report.core else 'does not answer'}", ""]
    for one in report.findings:
        lines.append(f"{one.grade:<5}{one.name}: {one.says}")
        if one.grade != "good":
            lines.append(f"     {one.cause} -> {one.next_step}")
    return "\n".join(lines) + "\n"


def _log(path: Path) -> str:
    try:
        return _json(maintenance.stats(path))
    except (StoreError, OSError) as error:
        return _json({"trouble": str(error)})


def _state(releases: Releases) -> dict[str, str]:
    state = releases.state()
    return {"confirmed": state.confirmed, "trying": state.trying, "failed": state.failed, "why": state.why}


def _asked(*command: str) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=ASK_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{command[0]}: {error}\n"
    return done.stdout + done.stderr


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"


def write(place: Path, content: Mapping[str, str | bytes], at_s: int) -> None:
    """Under its name it is whole: it is carried away on a stick, and a power cut is how people leave."""
    fresh = place.with_name(f".{place.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz") as archive:
            for name, text in content.items():
                entry = tarfile.TarInfo(name)
                raw = text if isinstance(text, bytes) else text.encode()
                entry.size, entry.mtime, entry.mode = len(raw), at_s, 0o600
                archive.addfile(entry, io.BytesIO(raw))
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, place)
    sync_folder(place.parent)
