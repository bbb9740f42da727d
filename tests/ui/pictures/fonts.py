"""The fonts of the stored pictures: the same four files in Debian 12 and 13, and nothing else (see fonts.conf)."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

CONFIGURATION = Path(__file__).parent / "fonts.conf"
FILES = {
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc": "b76b0433203017ca",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc": "faa5f3656a78b2e2",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf": "89c3c497f618fdaa",
    "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf": "e83493c945848ecd",
}
"""And how the SHA-256 of each begins."""


def others() -> list[str]:
    """Those that are missing or not the same."""
    return [path for path, digest in FILES.items() if not _has(Path(path), digest)]


def _has(path: Path, digest: str) -> bool:
    return path.exists() and sha256(path.read_bytes()).hexdigest().startswith(digest)
