"""A catalogue that central has: kept for the next day, refused with one sentence, and never before the local file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.central_catalogue import FILE, CentralCatalogue, hash_of, in_use
from kiosk_app.office.catalogue import Office
from kiosk_app.runtime import RuntimeFile
from tests.kiosk_app.house import ROOT, the_office

TEXT = (ROOT / "config" / "offices" / "kokura-kita.toml").read_text(encoding="utf-8")
NEWER = TEXT.replace("days_ahead = 30", "days_ahead = 20")


@pytest.fixture
def local(tmp_path: Path) -> Path:
    (tmp_path / "office.toml").write_text(TEXT, encoding="utf-8")
    return tmp_path / "office.toml"


def catalogue(local: Path) -> CentralCatalogue:
    return CentralCatalogue(RuntimeFile(local.parent / FILE), the_office(), local)


def begins_with(local: Path) -> Office:
    return in_use(local.parent, local, the_office())


def days_ahead(office: Office) -> set[int]:
    return {group.booking.days_ahead for group in office.groups if group.booking is not None}


def test_a_newer_one_waits_and_the_next_start_has_it(local: Path) -> None:
    kept = catalogue(local)
    assert not kept.wants(hash_of(local)) and kept.wants("a" * 64) and not kept.waits
    kept.keep(NEWER)
    assert kept.waits and days_ahead(begins_with(local)) == {20}
    again = catalogue(local)
    assert not again.waits and not again.wants(kept._kept.sha256 if kept._kept else "")


@pytest.mark.parametrize(
    "broken",
    [
        "not = [toml",
        TEXT.replace("schema = 1", "schema = 2"),
        TEXT.replace('id = "kokura-kita"', 'id = "another-office"'),
        NEWER.replace("online_lanes = 2", "online_lanes = 9"),
    ],
)
def test_a_broken_one_is_told_in_a_sentence_and_asked_for_no_more(local: Path, broken: str) -> None:
    kept = catalogue(local)
    kept.keep(broken)
    assert kept.refused and "\n" not in kept.refused and not kept.waits
    assert days_ahead(begins_with(local)) == {30}
    assert kept._kept is not None and not kept.wants(kept._kept.sha256)
    kept.keep(NEWER)
    assert kept.waits and not kept.refused


def test_whoever_edits_the_local_file_afterwards_is_right(local: Path) -> None:
    catalogue(local).keep(NEWER)
    local.write_text(TEXT.replace("days_ahead = 30", "days_ahead = 10"), encoding="utf-8")
    assert days_ahead(begins_with(local)) == {30}, "as it was given: the local one"
    assert not catalogue(local).waits
