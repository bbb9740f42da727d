"""Reads the folder of the finder of procedures (手続きナビ), and says what `hitofuda procedures check` says of it.

shared.toml has what life events share; every other *.toml is one life event, in the order of the files' names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosk_app.config_text import read_text
from kiosk_app.office import catalogue, procedures_check, toml_config
from kiosk_app.office.catalogue import Office
from kiosk_app.office.forms import FormSet
from kiosk_app.office.procedures_parts import LifeEvent, Procedures, Shared

Kind = TypeVar("Kind", bound=msgspec.Struct)
SHARED = "shared.toml"
OFFICES = "offices"
"""The folder beside that of the procedures, in which a check looks for catalogues."""
FORMS = "forms"
"""Likewise for the forms that procedures name."""
LATER = "when this is mended, check again: sense and texts come after it"


class ProceduresError(toml_config.ConfigError):
    """One message, or one a line: the file, the key, and what was expected."""


def load(folder: Path) -> Procedures:
    """Raises ProceduresError with the first fault. What an office lacks is no fault here: it is left out."""
    shared, events, faults = _read(folder, _events_in(folder))
    if shared is not None and not faults:
        faults = list(procedures_check.together_faults(shared, events))
    if shared is None or faults:
        first = faults[0][0]
        raise ProceduresError(toml_config.first_of(first, [fault for file, fault in faults if file == first]))
    return Procedures(shared=shared, events=tuple(events.values()))


@lru_cache(maxsize=1)
def of_machine(folder: str) -> Procedures | None:
    """What a machine's settings name; None where they name nothing. Read once a process. Raises ProceduresError."""
    return load(Path(folder)) if folder else None


def check(path: Path, office_files: Sequence[Path] = (), forms_folder: Path | None = None) -> list[str]:
    """A folder, or one file of it. Remarks, then one line that sums it up.

    Raises ProceduresError for what is not usable; its text then holds every fault, one a line. `office_files`: the
    catalogues that have to have what is named; none: those of the folder `offices` beside that of the procedures.
    `forms_folder`: likewise, else the folder `forms` there; without any, nothing is said of forms.
    """
    folder, whole = (path, True) if path.is_dir() else (path.parent, False)
    paths = _events_in(folder) if whole else [path] if path.name != SHARED else []
    offices = [_office(one) for one in office_files or sorted((folder.resolve().parent / OFFICES).glob("*.toml"))]
    form_set = _forms(forms_folder, folder)
    shared, events, faults = _read(folder, paths)
    if shared is not None:
        for office in offices:
            faults += [(SHARED, fault) for fault in procedures_check.office_faults(shared, office)]
        if form_set is not None:
            faults += [(SHARED, fault) for fault in procedures_check.form_faults(shared, form_set)]
        if whole and not faults:
            faults += list(procedures_check.together_faults(shared, events))
    if not whole:
        # What is wrong with the shared file is said when that one, or the folder, is checked.
        faults = [one for one in faults if one[0] == path.name or shared is None]
    if faults or shared is None:
        raise ProceduresError("\n".join(f"{file}: {fault}" for file, fault in faults))
    return list(_remarks(shared, events, offices, form_set))


def _remarks(
    shared: Shared, events: dict[str, LifeEvent], offices: Sequence[Office], form_set: FormSet | None
) -> Iterator[str]:
    for one in shared.procedures:
        if one.sample:
            yield f"{SHARED}: procedures[{one.id}]: a sample, to be checked by the office"
    if shared.unreviewed_languages:
        yield f"{SHARED}: not yet read by a native: {', '.join(shared.unreviewed_languages)}"
    if not offices:
        yield "no catalogue of an office was looked at: services are not checked (--office FILE)"
    if form_set is None and any(one.forms for one in shared.procedures):
        yield "no folder of forms was looked at: forms are not checked (--forms FOLDER)"
    checked = ", ".join(office.id for office in offices)
    yield (
        f"usable{f' at {checked}' if checked else ''}: {len(events)} life events, {len(shared.questions)} questions, "
        f"{len(shared.procedures)} procedures"
    )


def _office(path: Path) -> Office:
    """Raises CatalogueError."""
    return catalogue.parse(read_text(path, catalogue.CatalogueError), path.name)


def _forms(named: Path | None, folder: Path) -> FormSet | None:
    """Raises FormsError."""
    found = named or folder.resolve().parent / FORMS
    if named is None and not found.is_dir():
        return None
    from kiosk_app import form_file

    return form_file.load(found)


def _events_in(folder: Path) -> list[Path]:
    """Raises ProceduresError for a folder that cannot be read."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError as cause:
        raise ProceduresError(f"{folder}: cannot be read: {cause.strerror}") from None
    return [path for path in found if path.name != SHARED]


def _read(folder: Path, paths: Sequence[Path]) -> tuple[Shared | None, dict[str, LifeEvent], list[tuple[str, str]]]:
    """Shared file, events by file, and faults with their file. Sense is looked at where the writing is right."""
    shared, faults = _part(folder / SHARED, Shared)
    if shared is not None:
        faults += [(SHARED, fault) for fault in procedures_check.shared_faults(shared)]
    events: dict[str, LifeEvent] = {}
    for path in paths:
        life, wrong = _part(path, LifeEvent)
        faults += wrong
        if life is not None and shared is not None:
            events[path.name] = life
            faults += [(path.name, fault) for fault in procedures_check.event_faults(life, shared)]
    return shared, events, faults


def _part(path: Path, kind: type[Kind]) -> tuple[Kind | None, list[tuple[str, str]]]:
    found = toml_config.read_all(read_text(path, ProceduresError), kind)
    if isinstance(found, list):
        return None, [(path.name, fault) for fault in (*found, LATER)]
    return found, []
