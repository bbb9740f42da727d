"""What an installation does, one small step after the other: each knows whether it is needed, says what it
would change, and does it. So a second run changes nothing, and --dry-run prints just what the real one would do.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class CannotInstall(Exception):
    """What is in the way, and what to do."""


class Step(Protocol):
    def needed(self) -> bool: ...

    def say(self) -> str: ...

    def do(self) -> None: ...


@dataclass(frozen=True)
class WholeFile:
    """A file of ours, replaced whole. `once`: it becomes a person's, and an existing one is never touched."""

    root: Path
    name: str
    content: bytes
    mode: int = 0o644
    once: bool = False

    @property
    def path(self) -> Path:
        return self.root / self.name

    def needed(self) -> bool:
        if not self.path.exists():
            return True
        return not self.once and (
            self.path.read_bytes() != self.content or self.path.stat().st_mode & 0o7777 != self.mode
        )

    def say(self) -> str:
        return f"{'change' if self.path.exists() else 'write'} /{self.name}"

    def do(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f".{self.path.name}.new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, self.mode), "wb") as file:
            os.fchmod(file.fileno(), self.mode)
            file.write(self.content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.path)


@dataclass(frozen=True)
class Link:
    """As `systemctl enable` and `mask` make them; the target may be of another root."""

    root: Path
    name: str
    target: str

    @property
    def path(self) -> Path:
        return self.root / self.name

    def needed(self) -> bool:
        return not self.path.is_symlink() or os.readlink(self.path) != self.target

    def say(self) -> str:
        return f"link /{self.name} -> {self.target}"

    def do(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        os.symlink(self.target, self.path)


@dataclass(frozen=True)
class Gone:
    """A file or link of ours that is no longer wanted."""

    root: Path
    name: str

    def needed(self) -> bool:
        return os.path.lexists(self.root / self.name)

    def say(self) -> str:
        return f"remove /{self.name}"

    def do(self) -> None:
        path = self.root / self.name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


@dataclass(frozen=True)
class Command:
    """Something that another program does, where `wanted` says that it is not so yet."""

    words: str
    command: Sequence[str]
    wanted: Callable[[], bool] = field(default=lambda: True)

    def needed(self) -> bool:
        return self.wanted()

    def say(self) -> str:
        return f"{self.words}: {' '.join(self.command)}"

    def do(self) -> None:
        done = subprocess.run(self.command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            told = (done.stderr or done.stdout).strip()
            raise CannotInstall(f"{' '.join(self.command)} ended with {done.returncode}: {told}")


def digest(path: Path) -> str:
    """Of a file's bytes, or of where a link leads."""
    content = os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
    return hashlib.sha256(content).hexdigest()


def carry_out(steps: Iterable[Step], say: Callable[[str], None], dry: bool) -> int:
    """How many changes there were, or would be."""
    count = 0
    for step in steps:
        if step.needed():
            count += 1
            say(f"{'would ' if dry else ''}{step.say()}")
            if not dry:
                step.do()
    return count
