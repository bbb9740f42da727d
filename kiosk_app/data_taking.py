"""`hitofuda data`: shows what a signed file of the city would change on this machine, takes it, and takes it back.

Nothing that runs is touched: a core reads its files when it starts, so what was taken holds from the next start on.
Each file is exchanged whole; the number is written last, so that a taking that was cut off is simply done again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from kiosk_app import bundle, central_catalogue, data_bundle, data_preview, fee_file, words
from kiosk_app.bundle import BundleError
from kiosk_app.data_bundle import FEES, OFFICE, WORDS
from kiosk_app.office.catalogue import Office
from kiosk_app.office.toml_config import ConfigError
from kiosk_app.settings import MachineSettings, load_machine, load_office
from kiosk_app.words import WordsError

KEYS = "etc/hitofuda/update-keys"
TAKEN = "data-taken.json"
BEFORE = "data-before"
Say = Callable[[str], None]


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """The last one, beside machine.toml. `files`: where what it brought lies now, and whether something lay there."""

    number: int = 0
    title: str = ""
    files: dict[str, bool] = {}


class Place:
    """This machine, as its settings say. `root`: of the computer. Raises ConfigError."""

    def __init__(self, machine: Path, root: Path) -> None:
        self.settings: MachineSettings = load_machine(machine)
        self.folder = machine.resolve().parent
        self.keys_folder = root / KEYS
        self.words_folder = root / words.OWN_FOLDER.relative_to("/")
        self.office: Office = load_office(Path(self.settings.office_file))
        self.taken = _taken(self.folder / TAKEN)

    def before(self, number: int) -> Path:
        """Copies of what the files of this number took the place of."""
        return self.folder / f"{BEFORE}-{number}"

    def target(self, name: str) -> Path | None:
        """Where this file of a bundle goes; None where this machine has no use for it."""
        if name == OFFICE:
            return Path(self.settings.office_file)
        if name == FEES:
            table = self.settings.certificates
            return Path(table.fees_file) if table is not None else None
        return self.words_folder / name.removeprefix(f"{WORDS}/")


def show(path: Path, machine: Path, root: Path, say: Say) -> int:
    """What it is and what it would change. 0: it can be taken; 1: it cannot; 2: it is not believed, or this machine's
    own files cannot be used."""
    return _checked(path, machine, root, say, lambda place, unpacked, manifest: None)


def take(path: Path, machine: Path, root: Path, say: Say) -> int:
    """As `show`, and then it is done."""

    def done(place: Place, unpacked: Path, manifest: data_bundle.DataManifest) -> None:
        _exchange(place, unpacked, manifest)
        say(f"number {manifest.number} was taken: it holds from the next start of the core on (hitofuda data undo)")

    return _checked(path, machine, root, say, done)


def undo(machine: Path, root: Path, say: Say) -> int:
    """The files of before the last one. 0: done, 1: there is nothing to go back to, or it
    cannot be written, 2: settings that cannot be used."""
    try:
        place = Place(machine, root)
    except ConfigError as error:
        say(str(error))
        return 2
    taken = place.taken
    before = place.before(taken.number)
    if not taken.files:
        say("nothing was taken that could be taken back")
        return 1
    try:
        for name, was_there in taken.files.items():
            target = place.target(name)
            if target is None:
                say(f"{name}: this machine has no use for it any more")
            elif was_there:
                _write(target, (before / name).read_bytes())
            else:
                target.unlink(missing_ok=True)
        # The number stays: the same file is not taken again by mistake.
        _keep(place, Taken(number=taken.number, title=taken.title))
    except OSError as error:
        say(f"{error.filename}: {error.strerror}")
        return 1
    say(f"number {taken.number} was taken back: what was before holds from the next start of the core on")
    return 0


def _checked(
    path: Path,
    machine: Path,
    root: Path,
    say: Say,
    then: Callable[[Place, Path, data_bundle.DataManifest], None],
) -> int:
    try:
        place = Place(machine, root)
        keys = bundle.load_keys(place.keys_folder)
        with tempfile.TemporaryDirectory(prefix="hitofuda-data-") as folder:
            unpacked = Path(folder)
            # What is shown is what is taken: unpacked once.
            manifest = data_bundle.unpack(path, keys, unpacked)
            say(f"{manifest.number}: {manifest.title} (made {manifest.made}, for {manifest.office or 'every office'})")
            if why := data_bundle.refusal(manifest, place.office.id, place.taken.number):
                say(f"{path.name}: {why}")
                return 1
            changes, faults = _looked_over(place, unpacked)
            for line in [*changes, *(f"{path.name}: {fault}" for fault in faults)]:
                say(line)
            if faults:
                return 1
            if not changes:
                say("nothing would be another than it is")
            then(place, unpacked, manifest)
            return 0
    except (BundleError, ConfigError, WordsError) as error:
        say(str(error))
        return 2
    except OSError as error:
        say(f"{error.filename}: {error.strerror}")
        return 1


def _looked_over(place: Place, unpacked: Path) -> tuple[list[str], list[str]]:
    """What would change, and why it cannot."""
    changes: list[str] = []
    faults: list[str] = []
    for name in sorted(_names(unpacked)):
        target = place.target(name)
        if target is None:
            changes.append(f"{name}: this machine has no use for it")
            continue
        try:
            changes += _change(place, name, unpacked / name, target, faults)
        except (ConfigError, WordsError) as error:
            faults.append(str(error))
    return changes, faults


def _change(place: Place, name: str, new: Path, target: Path, faults: list[str]) -> list[str]:
    """Raises ConfigError and WordsError for what cannot be used at all."""
    if name == OFFICE:
        if fault := central_catalogue.fault(new.read_text(encoding="utf-8"), place.office):
            faults.append(fault)
            return []
        return data_preview.differences(place.office, load_office(new))
    if name == FEES:
        table, settings = fee_file.load(new), place.settings.certificates
        assert settings is not None
        if settings.site not in {one.id for one in table.sites}:
            faults.append(f"{FEES}: sites: {settings.site} of this machine is not among them")
        # The same checks, and what is to be known of it today, as `hitofuda fees check` says it.
        fee_file.check(new, table.checked)
        return data_preview.differences(fee_file.load(target), table)
    _, language, _, file = name.split("/")
    release = words.LOCALES_FOLDER / language / "LC_MESSAGES" / file
    if not release.is_file():
        faults.append(f"{name}: this release has no such file")
        return []
    texts, given = words.of_file(release), words.of_file(new)
    faults += [f"{name}: {fault}" for key, forms in given.items() if (fault := words.own_fault(key, forms, texts))]
    own = words.own(place.words_folder, language, file.removesuffix(".po"), texts)
    # What the file before had and this one has not is said by the release again.
    back = {key: texts[key] for key in own if key not in given}
    return data_preview.bounded(data_preview.of_words(texts | own, back | given, f"{language}/{file}"))


def _exchange(place: Place, unpacked: Path, manifest: data_bundle.DataManifest) -> None:
    """Copies first, then one file after the other, then the number. Cut off and done again it copies nothing twice:
    copies lie under the number that is being taken."""
    before = place.before(manifest.number)
    targets = {name: target for name in _names(unpacked) if (target := place.target(name)) is not None}
    if not before.exists():
        part = Path(tempfile.mkdtemp(prefix=f".{BEFORE}-", dir=place.folder))
        for name, target in targets.items():
            if target.exists():
                (part / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(target, part / name)
        part.rename(before)
    was_there = {name: (before / name).exists() for name in targets}
    for name, target in targets.items():
        _write(target, (unpacked / name).read_bytes())
    _keep(place, Taken(number=manifest.number, title=manifest.title, files=was_there))
    for old in (*place.folder.glob(f"{BEFORE}-*"), *place.folder.glob(f".{BEFORE}-*")):
        if old != before:
            shutil.rmtree(old)


def _taken(path: Path) -> Taken:
    """Raises ConfigError for one that cannot be read: without its number an older file would be taken for a newer."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Taken)
    except FileNotFoundError:
        return Taken()
    except msgspec.DecodeError as error:
        raise ConfigError(f"{path}: {error}; next: write the number of the file that was taken last there") from None


def _names(unpacked: Path) -> Iterator[str]:
    return (str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file())


def _keep(place: Place, taken: Taken) -> None:
    _write(place.folder / TAKEN, msgspec.json.format(msgspec.json.encode(taken), indent=1))


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all, with the mode and the owner that it had; the core reads it as another user. Raises
    OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    known = target.stat() if target.exists() else None
    part = target.with_name(f".{target.name}.part")
    with part.open("wb") as file:
        file.write(content)
        os.fchmod(file.fileno(), known.st_mode & 0o777 if known is not None else 0o644)
        if known is not None and os.geteuid() == 0:
            os.fchown(file.fileno(), known.st_uid, known.st_gid)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
