"""`hitofuda release-check`: whether this release can be used on this computer, before it is taken into service.

Asked by the installer and by updates of a release that does not run yet; nothing is written and no device is touched.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from kiosk_app import kept_log, words
from kiosk_app.office import facts
from kiosk_app.office.toml_config import ConfigError
from kiosk_app.settings import load_machine, load_office, load_staff
from offline_store import maintenance
from offline_store.errors import StoreError

ROOMS = ("kiosk_app", "drivers", "offline_store", "central_server")
"""Not ui: Qt's libraries are only on computers with a screen, and a face proves itself by its first frame."""
OPTIONAL = "central_server"


def check(machine: Path | None, say: Callable[[str], None]) -> int:
    """0: it can be used; 1: it cannot, and `say` has heard why in one line. `machine`: None where there is no core."""
    for found in (*_modules(), *(_settings(machine) if machine is not None else ())):
        if found:
            say(found)
            return 1
    say("can be used")
    return 0


def _modules() -> Iterator[str]:
    """Every file of ours can be loaded with the libraries of this release."""
    for room in ROOMS:
        try:
            package = importlib.import_module(room)
        except ModuleNotFoundError:
            if room != OPTIONAL:
                yield f"{room}: is missing"
            continue
        for one in pkgutil.walk_packages(package.__path__, f"{room}."):
            if "simul" in one.name.rpartition(".")[2] and room == "drivers":
                # A developer's copy has them; an installed release does not.
                continue
            try:
                importlib.import_module(one.name)
            except Exception as error:
                yield f"{one.name}: {type(error).__name__}: {error}"


def _settings(machine: Path) -> Iterator[str]:
    try:
        settings = load_machine(machine)
        load_office(Path(settings.office_file))
        load_staff(Path(settings.staff_file))
        words.load(domains=words.KIOSK_DOMAINS)
    except (ConfigError, words.WordsError) as error:
        yield str(error).splitlines()[0]
        return
    yield log_fault(Path(settings.data_dir) / kept_log.FILE)


def log_fault(path: Path) -> str:
    """Why this release cannot read that log; empty where it can, or where there is none yet. Beside a running core."""
    if not path.exists():
        return ""
    try:
        for entry in maintenance.read_range(path, 0, sys.maxsize):
            facts.decode(entry.kind, entry.body)
    except StoreError as error:
        return f"{path}: {error}"
    return ""
