"""The city's catalogue, fees and words come as signed files: shown line by line, taken whole, taken back, and never
from a stranger, for another office, or a second time.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace
from typer.testing import CliRunner

from kiosk_app import bundle, data_bundle, data_preview, data_taking, words
from kiosk_app.bundle import BundleError
from kiosk_app.command_line import app
from kiosk_app.data_taking import Place
from kiosk_app.office import catalogue
from kiosk_app.settings import load_office
from scripts.make_bundle import make_key
from tests.appliance.machine_root import put, tree
from tests.appliance.test_bundle import WANTED, release
from tests.kiosk_app.house import ROOT, machine_toml

KEY, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
TODAY = date(2026, 11, 29)
OFFICE = "kokura-kita"
PLAIN_PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
WORD, OTHER_WORD = "confirm.same_number", "no.such.word"


KIOSK = """
[certificates]
url = "https://central.example:8443"
token_file = "t"
ca_file = "c"
fees_file = "kitakyushu.toml"
site = "kiosk"

[card_reader]
kind = "pcsc"

[document_printer]
kind = "tcp"
host = "127.0.0.1"
port = 9101
width_dots = 576

"""


class City:
    """One machine with its files, and what the city packs for it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder, folder / "root"
        etc = self.root / "etc/hitofuda"
        etc.mkdir(parents=True)
        for name in ("offices/kokura-kita.toml", "fees/kitakyushu.toml"):
            shutil.copy(ROOT / "config" / name, etc / Path(name).name)
        text = machine_toml(folder, 9100, datetime.fromisoformat("2026-04-06T08:30:00"))
        self.machine = etc / "machine.toml"
        self.machine.write_text(re.sub('office_file = ".*"', 'office_file = "kokura-kita.toml"', text))
        public = KEY.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        put(self.root, f"{data_taking.KEYS}/city.pem", public.decode())
        self.office = etc / "kokura-kita.toml"

    def packed(
        self,
        files: dict[str, str],
        number: int = 1,
        office: str = OFFICE,
        key: Ed25519PrivateKey = KEY,
    ) -> Path:
        content = self.folder / f"content-{number}"
        for name, text in files.items():
            put(content / "data", name, text)
        out = self.folder / f"{number}.data"
        out.unlink(missing_ok=True)
        data_bundle.make(content, office, number, "春の変更", key, out, TODAY)
        return out

    def run(self, what: str, path: Path | None = None) -> tuple[int, str]:
        lines: list[str] = []
        if path is None:
            code = data_taking.undo(self.machine, self.root, lines.append)
        else:
            work: Callable[..., int] = getattr(data_taking, what)
            code = work(path, self.machine, self.root, lines.append)
        return code, "\n".join(lines)

    def said(self, key: str, monkeypatch: pytest.MonkeyPatch) -> str:
        with monkeypatch.context() as patch:
            patch.setattr(words, "OWN_FOLDER", self.root / "etc/hitofuda/words")
            return words.load().forms("ja", key)[0]


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path)


def renamed(text: str) -> str:
    return text.replace('name.ja = "小倉北区役所"', 'name.ja = "小倉北区役所本館"', 1)


def po(key: str, text: str) -> str:
    return f'{PLAIN_PO}msgid "{key}"\nmsgstr "{text}"\n'


def test_a_catalogue_is_shown_taken_and_taken_back(city: City) -> None:
    old = city.office.read_text()
    path = city.packed({"office.toml": renamed(old)})
    before = tree(city.root)
    code, told = city.run("show", path)
    assert code == 0 and told.splitlines() == [
        "1: 春の変更 (made 2026-11-29, for kokura-kita)",
        "name.ja: 小倉北区役所 → 小倉北区役所本館",
    ]
    assert tree(city.root) == before, "nothing is changed by looking"
    code, told = city.run("take", path)
    assert code == 0 and "from the next start of the core on" in told
    assert catalogue.text(load_office(city.office).name, "ja") == "小倉北区役所本館"
    assert city.run("undo")[0] == 0
    assert city.office.read_text() == old
    assert city.run("undo") == (1, "nothing was taken that could be taken back")
    # What was taken back is not taken again by mistake.
    assert city.run("take", path)[0] == 1


def test_without_its_number_nothing_is_taken_or_taken_back(city: City) -> None:
    path = city.packed({"office.toml": renamed(city.office.read_text())})
    assert city.run("take", path)[0] == 0
    kept = city.office.read_text()
    (city.machine.parent / data_taking.TAKEN).write_text("{torn")
    for arguments in (("take", path), ("show", path), ("undo",)):
        code, told = city.run(*arguments)
        assert code == 2 and data_taking.TAKEN in told and "next:" in told
    assert city.office.read_text() == kept


def test_a_new_price_is_a_new_row_that_stands_there(city: City) -> None:
    fees = city.root / "etc/hitofuda/kitakyushu.toml"
    text = city.machine.read_text().replace('"ticket_machine"]', '"ticket_machine", "certificate_kiosk"]')
    city.machine.write_text(text.replace("[printer]", f"{KIOSK}[printer]"))
    row = '\n[[fees]]\nkind = "resident-record"\nyen = 350\nvalid_from = 2027-04-01\nsource = "条例"\n'
    code, told = city.run("show", city.packed({"fees.toml": fees.read_text() + row}))
    assert code == 0, told
    (line,) = told.splitlines()[1:]
    assert line.startswith("fees ＋ ") and '"yen":350' in line and "2027-04-01" in line
    stranger = fees.read_text().replace('"kiosk"', '"elsewhere"')
    code, told = city.run("show", city.packed({"fees.toml": stranger}, 2))
    assert code == 1 and "kiosk of this machine is not among them" in told


def test_words_take_the_place_of_the_releases_where_they_fit_and_go_again(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "words/ja/LC_MESSAGES/hitofuda.po"
    first = city.said(WORD, monkeypatch)
    path = city.packed({name: po(WORD, "この番号 {number} でお呼びします")}, office="")
    code, told = city.run("take", path)
    assert code == 0 and f"ja/hitofuda.po {WORD}: {first} → この番号 {{number}} でお呼びします" in told
    assert city.said(WORD, monkeypatch) == "この番号 {number} でお呼びします"
    # Readable for the core, which is another user.
    assert (city.root / "etc/hitofuda" / name).stat().st_mode & 0o777 == 0o644
    # A later file without it: the release says it again, and that is shown.
    code, told = city.run("take", city.packed({name: PLAIN_PO}, 2, office=""))
    assert code == 0 and f"{WORD}: この番号 {{number}} でお呼びします → {first}" in told
    assert city.said(WORD, monkeypatch) == first
    assert city.run("undo")[0] == 0
    assert city.said(WORD, monkeypatch) == "この番号 {number} でお呼びします"


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        (OTHER_WORD, "x", "this release has no such text"),
        (WORD, "番号で呼びます", "expected the values {number}"),
        (WORD, "{number} {who}", "expected the values {number}"),
        (WORD, "", "expected a text, it is empty"),
        (WORD, "{number", "expected '}'"),
    ],
)
def test_words_that_a_screen_could_not_say_are_refused(city: City, key: str, text: str, why: str) -> None:
    before = tree(city.root)
    code, told = city.run("take", city.packed({"words/ja/LC_MESSAGES/hitofuda.po": po(key, text)}, office=""))
    assert code == 1 and why in told
    assert tree(city.root) == before


def test_words_of_an_older_release_break_no_newer_one(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = city.root / "etc/hitofuda/words/ja/LC_MESSAGES"
    put(folder, "hitofuda.po", po(OTHER_WORD, "x") + f'\nmsgid "{WORD}"\nmsgstr "ほかの値 {{gone}}"\n')
    release_says = words.load(words.LOCALES_FOLDER).forms("ja", WORD)[0]
    assert city.said(WORD, monkeypatch) == release_says


def test_who_may_not_sign_and_what_is_not_for_here_changes_nothing(city: City) -> None:
    text = renamed(city.office.read_text())
    before = tree(city.root)
    for path, code, why in (
        (city.packed({"office.toml": text}, key=STRANGER), 2, "is not signed by a key that is known here"),
        (city.packed({"office.toml": text}, 2, office="moji"), 1, "it is for moji, this is kokura-kita"),
        (city.packed({"office.toml": "schema = 1\n"}, 3), 1, "central's catalogue"),
        (city.packed({"office.toml": text.replace('id = "kokura-kita"', 'id = "moji"', 1)}, 4), 1, "id, zone"),
        (city.packed({"words/ja/LC_MESSAGES/nonsense.po": PLAIN_PO}, 5, office=""), 1, "has no such file"),
    ):
        found, told = city.run("take", path)
        assert (found, why in told) == (code, True), told
    assert tree(city.root) == before


def test_an_update_of_the_program_is_no_data_and_data_is_none(city: City, tmp_path: Path) -> None:
    content = tmp_path / "release-content"
    release(content / "release", "1.1.0")
    bundle.make(content, WANTED, KEY, tmp_path / "program.bundle")
    assert city.run("take", tmp_path / "program.bundle")[0] == 2
    data = city.packed({"office.toml": renamed(city.office.read_text())})
    with pytest.raises(BundleError, match="is not signed"):
        bundle.read_manifest(data, [KEY.public_key()])


def test_an_older_number_never_comes_back(city: City) -> None:
    old = city.office.read_text()
    first, second = city.packed({"office.toml": renamed(old)}, 1), city.packed({"office.toml": old}, 2)
    assert city.run("take", first)[0] == city.run("take", second)[0] == 0
    for path in (first, second):
        code, told = city.run("take", path)
        assert code == 1 and "2 was taken" in told
    assert city.office.read_text() == old


@pytest.mark.parametrize("cut_at", range(1, 8))
def test_a_taking_that_is_cut_off_is_done_again_and_can_still_be_taken_back(
    city: City, cut_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Power goes before the nth file is written or folder is renamed."""
    old = city.office.read_text()
    name = "words/ja/LC_MESSAGES/hitofuda.po"
    path = city.packed({"office.toml": renamed(old), name: po(WORD, "この番号 {number}")})
    left = [cut_at]
    really = data_taking._write, Path.rename

    def cut() -> None:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt

    def write(target: Path, content: bytes) -> None:
        cut()
        really[0](target, content)

    def rename(self: Path, target: Path) -> Path:
        cut()
        return really[1](self, target)

    with monkeypatch.context() as patch:
        patch.setattr(data_taking, "_write", write)
        patch.setattr(Path, "rename", rename)
        try:
            data_taking.take(path, city.machine, city.root, lambda line: None)
        except KeyboardInterrupt:
            assert Place(city.machine, city.root).taken.number == 0
    if Place(city.machine, city.root).taken.number == 0:
        assert city.run("take", path)[0] == 0
    assert "本館" in city.office.read_text() and (city.root / "etc/hitofuda" / name).exists()
    assert city.run("undo")[0] == 0
    assert city.office.read_text() == old and not (city.root / "etc/hitofuda" / name).exists()


def test_packing_and_showing_by_command(city: City, tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    shutil.copy(tmp_path / "key.pem", city.root / data_taking.KEYS / "second.pem")
    put(tmp_path / "content/data", "office.toml", renamed(city.office.read_text()))
    words_ = ["data", "pack", str(tmp_path / "content"), "--key", str(tmp_path / "key"), "--number", "3"]
    more = ["--title", "本館", "--out", str(tmp_path / "x.data")]
    assert CliRunner().invoke(app, [*words_, *more]).exit_code == 2, "a catalogue is one office's"
    assert CliRunner().invoke(app, [*words_, *more, "--office", OFFICE]).exit_code == 0
    assert CliRunner().invoke(app, [*words_, *more, "--office", OFFICE]).exit_code == 2, "never overwritten"
    where = ["--machine", str(city.machine), "--root", str(city.root)]
    done = CliRunner().invoke(app, ["data", "show", str(tmp_path / "x.data"), *where])
    assert done.exit_code == 0 and "3: 本館" in done.stdout


def test_a_preview_names_what_has_a_name_and_ends_somewhere() -> None:
    before = load_office(ROOT / "config/offices/kokura-kita.toml")
    moved = replace(before, services=before.services[::-1])
    assert data_preview.differences(before, moved) == []
    fewer = replace(before, services=before.services[1:])
    (line,) = data_preview.differences(before, fewer)
    assert line.startswith(f"services[{before.services[0].id}]: ") and line.endswith(" → -")
    many = data_preview.bounded(str(n) for n in range(1_000))
    assert len(many) == data_preview.LINES_MAX + 1 and many[-1] == "… 800 more"
