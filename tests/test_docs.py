"""Documents that lie are worse than none: links lead somewhere, and every decision can be told by its form."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "README.md",
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_of_ours_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text())
    assert [t for t in targets if "://" not in t and not (document.parent / t).exists()] == []


@pytest.mark.parametrize("decision", sorted((ROOT / "docs/decisions").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_says_what_why_and_at_what_price(decision: Path) -> None:
    text = decision.read_text()
    assert re.match(rf"# {decision.stem[:3]} \S", text)
    assert all(f"**{part}" in text for part in ("Question", "Decision", "Why"))
    assert len(text.splitlines()) <= 60, "one page"


def test_every_library_of_ours_is_in_the_notice() -> None:
    declared = re.search(r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.DOTALL | re.MULTILINE)
    assert declared is not None
    names = re.findall(r'^\s+"([A-Za-z0-9-]+)', declared[1], re.MULTILINE)
    notice = (ROOT / "NOTICE").read_text().lower()
    assert names
    assert [name for name in names if name.lower() not in notice] == []


def test_every_promise_names_a_test_that_exists() -> None:
    named = re.findall(r"`(tests/[^`]+)::(test_\w+)`", (ROOT / "README.md").read_text())
    assert len(named) >= 8
    assert [f"{file}::{test}" for file, test in named if f"def {test}(" not in (ROOT / file).read_text()] == []


def test_every_picture_of_the_readme_is_there() -> None:
    pictures = re.findall(r'src="([^"]+)"', (ROOT / "README.md").read_text())
    assert pictures
    assert [picture for picture in pictures if not (ROOT / picture).exists()] == []
