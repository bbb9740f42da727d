"""House rules that a test can hold: where a name may appear, how long a file may be, which names are ours."""

import importlib.metadata
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("kiosk_app", "drivers", "offline_store", "ui", "central_server")
PRODUCT = [p for room in ROOMS for p in sorted((ROOT / room).rglob("*.py"))]


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        (r"^\s*(import|from) PySide6", r"^ui/"),
        (r"^\s*(import|from) (sqlite3|sqlite_utils)", r"^offline_store/"),
        (r"^\s*(import|from) (smartcard|serial|usb)\b", r"^drivers/.*/transport\w*\.py$"),
        # Python 3.11's forgets that it was cancelled where it is woken at the same moment: asyncio.timeout.
        (r"asyncio\.wait_for", r"(?!)"),
        (r"datetime\.now|time\.time\(|\bimport random|\bfrom random|uuid4|\bsecrets\b", r"^kiosk_app/clock\.py$"),
    ],
)
def test_a_name_stays_in_its_room(pattern: str, allowed: str) -> None:
    strays = [
        f"{p.relative_to(ROOT)}:{n}"
        for p in PRODUCT
        if not re.search(allowed, str(p.relative_to(ROOT)))
        for n, line in enumerate(p.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert strays == []


def test_a_file_stays_readable() -> None:
    long = {str(p.relative_to(ROOT)): n for p in PRODUCT if (n := len(p.read_text().splitlines())) > 450}
    assert long == {}


def test_every_product_file_says_why_it_exists() -> None:
    silent = [
        str(p.relative_to(ROOT)) for p in PRODUCT if p.read_text().strip() and not p.read_text().startswith('"""')
    ]
    assert silent == []


def test_no_dependency_owns_the_name_of_a_room() -> None:
    ours = {"kiosk_app", "drivers", "ui", "offline_store", "central_server", "config", "systemd"}
    owners = {
        f"{d.metadata['Name']}: {f}"
        for d in importlib.metadata.distributions()
        if d.metadata["Name"] != "hitofuda"
        for f in (d.files or [])
        if f.parts[0] in ours or f.parts[0].removesuffix(".py") in ours
    }
    assert owners == set()
