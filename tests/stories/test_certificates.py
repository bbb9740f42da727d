"""The stories of a certificate kiosk under a real pcscd, before the real central: a short one, and the whole behind
--long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.stories.kiosk_truth import RULES
from tests.stories.player import STORIES
from tests.stories.script import read
from tests.stories.test_mornings import played

WITHIN_S = 580
CHOSEN = {"idle", "card_place", "cert_where", "cert_kind", "cert_scope", "cert_items", "cert_copies", "card_pin"}
"""Screens of every visit; the others are in the test of each story."""
PAGES = {"page-genuine", "page-changed"}


def check(report: dict[str, Any], out: Path, screens: set[str]) -> None:
    """What is in the folder is what the report says."""
    assert report["untrue"] == ""
    assert [(one["what"], one["holds"]) for one in report["invariants"]] == [(rule.what, True) for rule in RULES]
    pictures = sorted((out / "screens").iterdir())
    assert report["screens"] == len(pictures)
    assert {file.stem.split("-", 1)[1] for file in pictures} >= {f"citizen-{one}" for one in CHOSEN} | screens | PAGES
    assert len(report["papers"]) == report["sheets"]
    assert all((out / "paper" / one["sheet"]).exists() for one in report["papers"])


@pytest.mark.slow
@pytest.mark.timeout(WITHIN_S)
def test_one_certificate_paid_at_the_counter_and_one_refused(tmp_path: Path) -> None:
    report = played("short_certificates", tmp_path)
    paid = {"citizen-cert_pay", "citizen-cert_take", "staff-pay", "staff-taken"}
    check(report, tmp_path, paid | {"citizen-cert_confirm-misaki", "citizen-cert_said-mayumi"})


@pytest.mark.long
@pytest.mark.timeout(WITHIN_S)
def test_ten_residents_three_refusals_and_what_breaks_in_between(tmp_path: Path) -> None:
    report = played("certificates", tmp_path)
    bought = {one["of"] for one in report["papers"]}
    refused = {"kenta", "mayumi", "kazuko"}
    told = {f"citizen-cert_said-{who}" for who in refused} | {"citizen-cert_said-tokunaga"}
    check(report, tmp_path, {f"citizen-cert_confirm-{who}" for who in bought} | told | {"citizen-cert_take"})
    assert len(bought) == 10 and not bought & refused
    assert report["torn"] == 1 and report["claims"] == 0


def test_the_stories_are_of_a_kiosk() -> None:
    assert read(STORIES / "certificates.story").kiosk == "unit"
    assert read(STORIES / "short_certificates.story").kiosk == "counter"
    assert read(STORIES / "card_check.story").kiosk == ""
