"""Keeps a log as this version writes it, for every later one to open: `python -m tests.old_logs.make`, once a release.

VERSION.facts.db.xz is the log of a real core's morning, with what staff did; VERSION.told.json is what stands in it,
and one fact of every kind with a value in every field. What has once been kept is not made again.
"""

from __future__ import annotations

import asyncio
import json
import lzma
import sys
import tempfile
import tomllib
import types
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import kept_log
from kiosk_app.office import facts as f
from offline_store.maintenance import read_range, stats
from tests.kiosk_app.house import MORNING, House

FOLDER = Path(__file__).parent
LOG, TOLD = ".facts.db.xz", ".told.json"
NO_KIND = f.UnknownFact.__name__
DEEP_MAX = 12


def version() -> str:
    project = tomllib.loads((FOLDER.parents[1] / "pyproject.toml").read_text())["project"]
    return str(project["version"])


def kept() -> list[str]:
    return sorted(path.name.removesuffix(LOG) for path in FOLDER.glob(f"*{LOG}"))


ACTS: tuple[tuple[Any, dict[str, Any]], ...] = (
    ("open_counter", {}),
    ("call_next", {}),
    ("recall", {}),
    ("hold", {}),
    ("call_next", {}),
    ("undo", {}),
    ("call_next", {}),
    ("no_show", {}),
    ("resume", {"number": "A-001"}),
    ("call_next", {}),
    ("complete", {}),
    ("grant_priority", {"number": "A-004", "reason": "体調がすぐれない方"}),
    ("call_next", {}),
    ("transfer", {"service": "move-in"}),
    ("cancel", {"number": "A-003", "reason": "お帰りになった"}),
    ("pause_counter", {}),
)


async def morning(work: Path) -> None:
    """Four visitors, and what a clerk may do with them."""
    with SimulatedPrinter(speed_dots_s=2_000_000.0, cut_s=0.0) as printer:
        house = await House(work, printer, MORNING).open()
        for _ in range(4):
            await house.take()
        token = await house.sign_in()
        for verb, fields in ACTS:
            reply = await house.act(token, verb, counter=3, **fields)
            assert reply.ok, (verb, reply.message)
        await house.close()


def told(path: Path) -> dict[str, Any]:
    """What any version must find in that log."""
    counts = stats(path)
    entries = read_range(path, 0, sys.maxsize)
    facts = [f.decode(entry.kind, entry.body) for entry in entries]
    numbers = sorted(f"{one.letter}-{one.number:03}" for one in facts if isinstance(one, f.TicketIssued))
    return {
        "facts": counts.facts,
        "identity": counts.identity,
        "last_seq": counts.last_seq_by_machine,
        "numbers": numbers,
        "entries": [[entry.machine, entry.seq, entry.kind, json.loads(entry.body)] for entry in entries],
        "kinds": {name: json.loads(f.encode(example(f.KINDS[name]))) for name in sorted({*f.KINDS} - {NO_KIND})},
    }


def example(kind: Any, deep: int = 0) -> Any:
    """A value of this type that is no default: words, numbers above 0, true, one of each list."""
    if deep > DEEP_MAX:
        raise ValueError(f"{kind}: too deep")
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return example(inside[0], deep)
    if origin is Literal:
        return inside[-1]
    if origin in (Union, types.UnionType):
        return example(next(one for one in inside if one is not type(None)), deep)
    if origin is dict:
        return {example(inside[0], deep + 1): example(inside[1], deep + 1)}
    if origin is tuple and inside[-1] is not Ellipsis:
        return tuple(example(one, deep + 1) for one in inside)
    if origin in (tuple, list, frozenset, set):
        return origin([example(inside[0], deep + 1)])
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind, include_extras=True)
        return kind(**{name: example(hints[name], deep + 1) for name in kind.__struct_fields__})
    simple = {str: "x1", int: 7, float: 1.5, bool: True, bytes: b"x"}
    if kind in simple:
        return simple[kind]
    raise ValueError(f"{kind}: no example of this type is known")


def make(folder: Path, name: str) -> None:
    with tempfile.TemporaryDirectory() as work:
        asyncio.run(morning(Path(work)))
        path = Path(work) / "data" / kept_log.FILE
        found = told(path)
        (folder / f"{name}{LOG}").write_bytes(lzma.compress(path.read_bytes(), preset=9))
    text = json.dumps(found, ensure_ascii=False, indent=0, sort_keys=True)
    (folder / f"{name}{TOLD}").write_text(text + "\n", encoding="utf-8")


def main() -> int:
    name = version()
    if name in kept() and "--again" not in sys.argv[1:]:
        sys.stderr.write(f"{name}: is kept already; --again only before it is released\n")
        return 2
    make(FOLDER, name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
