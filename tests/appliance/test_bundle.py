"""An update is taken only as it was signed, by who may sign, for this machine, and never backwards."""

from __future__ import annotations

import hashlib
import io
import shutil
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from kiosk_app import bundle, updating
from kiosk_app.bundle import BundleError, Here, Manifest
from kiosk_app.into_service import Service
from kiosk_app.releases import SETTLER_IN_RELEASE, Releases
from scripts.make_bundle import make_key
from tests.appliance.machine_root import bare, put, tree

KEY, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
NEEDS = "msgspec==0.19\n"
CHECK = "#!/bin/sh\nexit {}\n"
HERE = Here(version="1.0.0", debian="12", python=PYTHON, roles=("hub", "ticket_machine"), requirements="a" * 64)
WANTED = Manifest(
    format=1, version="1.1.0", debian="12", python=PYTHON, requirements="a" * 64, made="2026-11-29", files={}
)


def release(folder: Path, version: str, check: int = 0) -> None:
    put(folder, "app/kiosk_app/core.py", f"# {version}\n")
    put(folder, SETTLER_IN_RELEASE, f"# {version}\n")
    put(folder, "app/config/locales/ja/messages.po", f"# {version}\n")
    put(folder, "host/etc/systemd/system/hitofuda-core.service", f"# {version}\n")
    put(folder, "requirements.txt", NEEDS)
    put(folder, "bin/hitofuda", CHECK.format(check)).chmod(0o755)


def packed(folder: Path, version: str = "1.1.0", key: Ed25519PrivateKey = KEY, check: int = 0, **of: object) -> Path:
    content = folder / f"content-{version}"
    release(content / "release", version, check)
    needs = hashlib.sha256(NEEDS.encode()).hexdigest()
    manifest = replace(WANTED, version=version, requirements=needs)
    bundle.make(content, replace(manifest, **of), key, folder / f"{version}.bundle")
    return folder / f"{version}.bundle"


def machine(root: Path) -> Path:
    """1.0.0 runs on it, and it knows the publisher's key."""
    bare(root)
    releases = Releases(root)
    folder = releases.staging("1.0.0")
    release(folder, "1.0.0")
    (folder / "venv/bin").mkdir(parents=True)
    (folder / "venv/bin/python").symlink_to("/bin/true")
    releases.staged("1.0.0")
    releases.begin("1.0.0")
    releases.confirm()
    public = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    put(root, f"{updating.KEYS}/publisher.pem", public.decode())
    return root


class Quiet(Service):
    """Users and folders of a root that is no whole system are not made."""

    def _prepare(self) -> str:
        return ""


def said(work: Callable[[Callable[[str], None]], int]) -> tuple[int, str]:
    lines: list[str] = []
    code = work(lines.append)
    return code, "\n".join(lines)


def test_an_update_is_shown_staged_and_taken(tmp_path: Path) -> None:
    root, path = machine(tmp_path / "root"), packed(tmp_path)
    code, told = said(lambda say: updating.show(path, root, say))
    assert code == 0 and "1.0.0 -> 1.1.0" in told
    assert "words, fees and catalogues: 1 files" in told and "services and rules: 1 files" in told
    before = tree(root / "etc")
    assert said(lambda say: updating.stage(path, root, say))[0] == 0
    assert Releases(root).current() == "1.0.0" and Releases(root).state().waiting == "1.1.0"
    assert tree(root / "etc") == before, "nothing that runs is touched"
    assert said(lambda say: updating.apply(root, say, Quiet(root))) == (0, "1.1.0 runs")
    assert (root / "etc/systemd/system/hitofuda-core.service").read_text() == "# 1.1.0\n"
    assert said(lambda say: updating.apply(root, say, Quiet(root))) == (0, "nothing waits")


def test_one_that_does_not_prove_itself_is_taken_back_and_is_not_tried_again(tmp_path: Path) -> None:
    root, path = machine(tmp_path / "root"), packed(tmp_path, check=1)
    before = tree(root / "etc")
    assert said(lambda say: updating.stage(path, root, say))[0] == 0
    code, told = said(lambda say: updating.apply(root, say, Quiet(root)))
    assert code == 1 and "taken back" in told and "1.0.0 runs" in told
    assert Releases(root).current() == "1.0.0" and tree(root / "etc") == before
    assert said(lambda say: updating.apply(root, say, Quiet(root))) == (0, "nothing waits")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"version": "1.0.0"}, "an older never replaces it"),
        ({"version": "0.9.9"}, "an older never replaces it"),
        ({"debian": "13"}, "this is Debian 12"),
        ({"python": "3.9"}, "here is"),
        ({"roles": ("display",)}, "the role hub, ticket_machine"),
        ({"requirements": "b" * 64}, "with wheels"),
        ({"format": 2}, "take the update before this one"),
    ],
)
def test_one_that_is_not_for_this_machine_is_refused_with_what_to_do(changed: dict[str, object], told: str) -> None:
    assert told in bundle.refusal(replace(WANTED, **changed), HERE)
    assert bundle.refusal(WANTED, HERE) == ""
    assert bundle.refusal(replace(WANTED, roles=("hub", "ticket_machine", "display")), HERE) == ""


def test_an_older_one_is_not_staged(tmp_path: Path) -> None:
    root = machine(tmp_path / "root")
    code, told = said(lambda say: updating.stage(packed(tmp_path, "0.9.0"), root, say))
    assert code == 1 and "0.9.0" in told and Releases(root).versions() == ["1.0.0"]


def again(path: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]) -> Path:
    """The same archive, after somebody has been at it."""
    with tarfile.open(path) as archive:
        entries = [(entry, archive.extractfile(entry).read()) for entry in archive]  # type: ignore[union-attr]
    change(entries)
    other = path.with_name("other.bundle")
    with tarfile.open(other, "w") as archive:
        for entry, content in entries:
            entry.size = len(content) if entry.isreg() else 0
            archive.addfile(entry, io.BytesIO(content))
    return other


def content_changed(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    entry, content = entries[2]
    entries[2] = entry, bytes([content[0] ^ 1]) + content[1:]


def manifest_changed(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    entry, content = entries[0]
    entries[0] = entry, content.replace(b"1.1.0", b"9.9.9")


def file_added(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    entries.append((tarfile.TarInfo("release/app/more.py"), b"import os\n"))


def file_left_out(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    entries.pop()


def name_leads_elsewhere(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    entries[2][0].name = "release/../../../etc/passwd"


def link_in_its_place(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    entry = entries[2][0]
    entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
    entries[2] = entry, b""


def signature_gone(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    entries.pop(1)


def twice(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    entries.append(entries[2])


@pytest.mark.parametrize(
    "change",
    [
        content_changed, manifest_changed, file_added, file_left_out, name_leads_elsewhere, link_in_its_place,
        signature_gone, twice,
    ],
)  # fmt: skip
def test_whatever_was_done_to_it_since_it_was_signed_nothing_is_taken(
    tmp_path: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]
) -> None:
    root, path = machine(tmp_path / "root"), packed(tmp_path)
    before = tree(root)
    code, told = said(lambda say: updating.stage(again(path, change), root, say))
    assert code == 2 and "other.bundle" in told
    assert tree(root) == before


@pytest.mark.parametrize("size", [0, 1, 511, 1_000, 5_000])
def test_half_a_file_is_not_taken(tmp_path: Path, size: int) -> None:
    root, path = machine(tmp_path / "root"), packed(tmp_path)
    path.write_bytes(path.read_bytes()[:size])
    before = tree(root)
    assert said(lambda say: updating.stage(path, root, say))[0] == 2
    assert tree(root) == before


def test_a_strangers_signature_and_no_key_at_all_are_not_believed(tmp_path: Path) -> None:
    root = machine(tmp_path / "root")
    code, told = said(lambda say: updating.stage(packed(tmp_path, key=STRANGER), root, say))
    assert code == 2 and "not signed by a key that is known here" in told
    shutil.rmtree(root / updating.KEYS)
    code, told = said(lambda say: updating.show(packed(tmp_path, "1.2.0"), root, say))
    assert code == 2 and "no key is known here" in told


def test_a_signature_of_something_else_is_none_of_an_update(tmp_path: Path) -> None:
    raw = msgspec.json.encode(WANTED)
    with tarfile.open(tmp_path / "x.bundle", "w") as archive:
        for name, content in ((bundle.MANIFEST, raw), (bundle.SIGNATURE, KEY.sign(raw))):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    with pytest.raises(BundleError, match="not signed"):
        bundle.read_manifest(tmp_path / "x.bundle", [KEY.public_key()])


def test_a_key_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    assert len(bundle.load_keys(tmp_path)) == 1
    with pytest.raises(FileExistsError):
        make_key(tmp_path / "key")


class PowerCut(BaseException):
    pass


@pytest.mark.slow
def test_cut_off_at_every_file_the_old_one_runs_and_the_next_try_goes_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first byte that is unpacked to the confirmation; each disk operation of the way is the last one once."""
    whole, path = machine(tmp_path / "whole"), packed(tmp_path)
    taken = 0
    for steps in range(500):
        root = tmp_path / str(steps)
        shutil.copytree(whole, root, symlinks=True)
        with monkeypatch.context() as patch:
            seen = [0]
            for module, name in CALLS:
                patch.setattr(module, name, counted(getattr(module, name), seen, steps))
            try:
                updating.stage(path, root, lambda line: None)
                updating.apply(root, lambda line: None, Quiet(root))
                cut = False
            except PowerCut:
                cut = True
        Releases(root).settle()
        now = Releases(root)
        assert now.state().trying == "" and now.current() in ("1.0.0", "1.1.0")
        unit = (root / "etc/systemd/system/hitofuda-core.service").read_text()
        assert unit == f"# {now.current()}\n" and not list(now.base.glob("**/.staging-*"))
        taken += now.current() == "1.1.0"
        if now.current() == "1.0.0" and steps % 7 == 0:
            assert updating.stage(path, root, lambda line: None) == 0
            assert updating.apply(root, lambda line: None, Quiet(root)) == 0
            assert Releases(root).current() == "1.1.0"
        shutil.rmtree(root)
        if not cut:
            break
    assert steps > 30 and taken >= 1


CALLS = [(bundle.os, name) for name in ("open", "replace", "symlink", "fsync", "mkdir", "sync", "unlink", "rmdir")]


def counted(real: Callable[..., object], seen: list[int], last: int) -> Callable[..., object]:
    def call(*arguments: object, **names: object) -> object:
        if seen[0] >= last:
            raise PowerCut
        seen[0] += 1
        return real(*arguments, **names)

    return call
