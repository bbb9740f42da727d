"""Small things that must outlive a killed process but not a power cut: where the visitor was, who is signed in.

They live under the runtime directory (a tmpfs when installed) and never in the log.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class RuntimeFile:
    """One JSON value, replaced whole: a reader sees the old one or the new one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def save(self, value: msgspec.Struct) -> bool:
        """False on a full disk: whoever is killed then comes back to an older screen, and no press acts twice there."""
        temporary = self.path.with_suffix(".new")
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "wb") as file:
                file.write(msgspec.json.encode(value))
        except OSError as error:
            if error.errno not in FULL:
                raise
            temporary.unlink(missing_ok=True)
            return False
        os.replace(temporary, self.path)
        return True

    def load(self, kind: type[T]) -> T | None:
        """None when there is none or when another version wrote it: the visitor then begins anew."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=kind)
        except (FileNotFoundError, msgspec.DecodeError):
            return None
