"""What a busy morning left, read from outside (papers, exported logs, verdicts), and the report that is made of it."""

from __future__ import annotations

import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.row import percentile
from drivers.escpos_printer.commands import text_of
from kiosk_app.office import facts, folds
from kiosk_app.office.state import OfficeState, dump
from scripts.office import PROGRAM
from tests.many.computers import Office
from tests.stories.morning_people import NUMBER, Notes
from tests.stories.morning_truth import RULES, Evidence, Paper, Replay, Stored, judged

AGAIN = "再発行"
QR_ADDRESS = re.compile(r".*/([^/]+)$")


def papers(folder: Path) -> list[Paper]:
    """Of one machine, whose code is the folder's name. Text from the printer's bytes, the QR code from its picture."""
    files = sorted(folder.glob("*.bin"))
    codes = qr_codes([file.with_suffix(".png") for file in files])
    found = []
    for file in files:
        lines = [line.strip() for line in text_of(file.read_bytes()).decode("cp932").splitlines()]
        numbers = [line for line in lines if NUMBER.fullmatch(line)]
        address = QR_ADDRESS.fullmatch(codes.get(file.stem, ""))
        found.append(Paper(folder.name, " ".join(numbers), address[1] if address else "", AGAIN in lines))
    return found


def qr_codes(pictures: Sequence[Path]) -> dict[str, str]:
    """By the picture's name; one that cannot be read is left out."""
    if not pictures:
        return {}
    # Exit code 4: there was a picture in which it found none.
    read = subprocess.run(["zbarimg", "-q", "--xml", *map(str, pictures)], capture_output=True, text=True)
    return {
        Path(source.attrib["href"]).stem: data.text.strip()
        for source in ElementTree.fromstring(read.stdout).findall("{*}source")
        for data in source.findall(".//{*}data")
        if data.text
    }


def evidence_of(office: Office, out: Path, notes: Notes, waiting: int) -> Evidence:
    """Of stopped computers. Leaves each log as facts-CODE.jsonl."""
    exported = {computer.code: out / f"facts-{computer.code}.jsonl" for computer in office.computers}
    asked = {
        computer.code: (
            _hitofuda("log", "export", str(computer.facts), "--out", str(exported[computer.code])),
            _hitofuda("log", "verify", str(computer.facts)),
        )
        for computer in office.computers
    }
    found = [paper for machine in office.machines for paper in papers(out / "paper" / machine.code)]
    verified = {code: max(abs(one.wait()) for one in both) for code, both in asked.items()}
    logs = {code: [json.loads(line) for line in file.read_text().splitlines()] for code, file in exported.items()}
    return Evidence(
        hub=office.hub.code,
        logs=logs,
        papers=found,
        shown=notes.shown,
        called=notes.called,
        folds={code: folded(log) for code, log in logs.items()},
        verified=verified,
        waiting=waiting,
    )


def _hitofuda(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.DEVNULL)


def folded(log: Iterable[Stored]) -> bytes:
    """What the product makes of these facts in this order."""
    state = OfficeState()
    for one in log:
        fact = facts.decode(one["kind"], json.dumps(one["body"]).encode())
        folds.apply(state, one["machine"], one["seq"], one["at_utc_ms"], one["actor"], fact)
    return dump(state)


def report(
    name: str, evidence: Evidence, timings: dict[str, list[float]], sounds: int, pictures: int
) -> dict[str, Any]:
    """As report.json has it, without how long it took."""
    log = evidence.logs[evidence.hub]
    kinds = [fact["kind"] for fact in log]
    printed = {f["body"]["ticket"] for f in log if f["kind"] == "PrintEnded" and f["body"]["verdict"] == "issued"}
    ended = {f["body"]["ticket"]: f["kind"] for f in log if f["kind"] in ("Completed", "NoShow", "TicketCancelled")}
    broken = judged(evidence)
    return {
        "story": name,
        "issued": kinds.count("TicketIssued"),
        "printed": len(printed),
        "called": len({f["body"]["ticket"] for f in log if f["kind"] == "Called"}),
        "completed": sum(kind == "Completed" for kind in ended.values()),
        "no-shows": sum(kind == "NoShow" for kind in ended.values()),
        "waiting": kinds.count("TicketIssued") - len(ended),
        "calls": kinds.count("Called") + kinds.count("Recalled"),
        "spoken": sounds,
        "papers": len(evidence.papers),
        "screens": pictures,
        "facts": {code: len(facts) for code, facts in evidence.logs.items()},
        "voided": Replay(log).voided,
        "timings": {name: summary(times) for name, times in timings.items() if times},
        "invariants": [
            {"what": rule.what, "seen by": rule.seen_by, "holds": not broken[rule.what], "cases": broken[rule.what]}
            for rule in RULES
        ],
    }


def summary(times_ms: list[float]) -> dict[str, float]:
    return {
        "p50": round(percentile(times_ms, 50), 1),
        "p99": round(percentile(times_ms, 99), 1),
        "max": round(max(times_ms), 1),
        "count": len(times_ms),
    }
