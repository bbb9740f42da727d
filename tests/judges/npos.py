"""Printers' bytes read by others: npos takes them apart, glibc's iconv reads the text. No parser of ours is asked."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image

from tests.judges.installed import JUDGES, needs

HERE = Path(__file__).parent
NODE_FOLDER = JUDGES / "node"
needs_node_judges = needs("node", otherwise="npos and receiptio are not installed, scripts/test does it: not run")


@dataclass(frozen=True)
class Command:
    name: str
    value: bytes


@dataclass(frozen=True)
class Text:
    data: bytes


Part = Command | Text | Image.Image
"""A picture is as large as it is printed; 255 = ink."""


def node(script: str, *arguments: str, timeout_s: float = 60.0) -> subprocess.CompletedProcess[str]:
    """Runs a JavaScript file with what is installed for the judges."""
    own = NODE_FOLDER / "runtime" / "bin" / "node"
    program = str(own) if own.exists() else shutil.which("node")
    assert program is not None, "there was a node on this computer when the judges were installed"
    environment = {**os.environ, "NODE_PATH": str(NODE_FOLDER / "node_modules"), "NODE_NO_WARNINGS": "1"}
    return subprocess.run(
        [program, script, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
    )


def take_apart(streams: Iterable[bytes]) -> list[list[Part]]:
    """Each stream as npos sees it. Fails when npos meets something that it does not know."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for at, data in enumerate(streams):
            files.append(Path(folder, f"{at:06d}.bin"))
            files[-1].write_bytes(data)
        done = node(str(HERE / "read_escpos.js"), *map(str, files))
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    return [[_part(part) for part in stream] for stream in json.loads(done.stdout)]


def _part(found: dict[str, Any]) -> Part:
    if "text" in found:
        return Text(base64.b64decode(found["text"]))
    if "command" in found:
        return Command(found["command"], base64.b64decode(found["value"]))
    width, height, (across, down) = found["width"], found["height"], found["scale"]
    ink = Image.frombytes("1", (width, height), base64.b64decode(found["picture"])).convert("L")
    return ink.resize((width * across, height * down), Image.Resampling.NEAREST)


def lines(parts: list[Part]) -> list[str]:
    """The lines of text, without the spaces at their ends."""
    data = b"".join(part.data for part in parts if isinstance(part, Text))
    return [line.strip(" ") for line in iconv(data, "CP932", "UTF-8").decode().splitlines()]


def drawn(parts: list[Part], width_dots: int) -> Image.Image:
    """Pictures and feeds laid on paper as ESC a says; text is passed over. 255 = ink."""
    rows: list[Image.Image] = []
    justification = 0
    for part in parts:
        match part:
            case Command("ESCa", value):
                justification = value[0]
            case Command("ESCJ", value):
                rows.append(Image.new("L", (width_dots, value[0]), 0))
            case Image.Image():
                row = Image.new("L", (width_dots, part.height), 0)
                row.paste(part, ({0: 0, 1: (width_dots - part.width) // 2}[justification], 0))
                rows.append(row)
    out = Image.new("L", (width_dots, sum(row.height for row in rows)), 0)
    y = 0
    for row in rows:
        out.paste(row, (0, y))
        y += row.height
    return out


def iconv(data: bytes, source: str, target: str) -> bytes:
    return subprocess.run(["iconv", "-f", source, "-t", target], input=data, capture_output=True, check=True).stdout


SAME_GLYPH = str.maketrans("〜−—‖¢£¬¥", "～－―∥￠￡￢￥")
"""One glyph of the ROM, two names in Unicode: the first is how people write it, the second how CP932 is read."""
_BACK = str.maketrans("～－∥", "〜−‖")


@lru_cache(maxsize=10_000)
def every_rom_has(text: str) -> bool:
    """Whether glibc finds all of it in JIS X 0208: iconv's SJIS has neither NEC's nor IBM's extensions. Backslash and
    tilde are yen sign and overline there, as in a Japanese printer.
    """
    data = text.translate(_BACK).encode()
    found = subprocess.run(["iconv", "-f", "UTF-8", "-t", "SJIS"], input=data, capture_output=True)
    return found.returncode == 0 and not {"\\", "~"} & set(text)
