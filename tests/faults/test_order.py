"""Intent is on the disk before the act: seen from outside of the process, by the system calls that it makes."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.house import ROOT, House, until

TICKETS = 2
TRACE = ["strace", "-f", "-y", "-s", "65536", "-xx", "-e", "trace=pwrite64,fdatasync,write", "-o"]
CALL = re.compile(r"^(?P<pid>\d+) +(?P<name>\w+)\(\d+<(?P<file>[^>]*)>(?:, \"(?P<data>[^\"]*)\")?")
RESUMED = re.compile(r"^(?P<pid>\d+) +<\.\.\. fdatasync resumed>\) += 0")
TICKET_BEGINS = b"\x1b@"


def calls(trace: Path) -> Iterator[tuple[str, str, bytes]]:
    """(call, file or socket, bytes written) in the kernel's order: a write when it begins, a sync when it has ended."""
    under_way: dict[str, str] = {}
    for line in trace.read_text().splitlines():
        if resumed := RESUMED.match(line):
            yield "fdatasync", under_way.pop(resumed["pid"]), b""
        elif match := CALL.match(line):
            file, data = (bytes.fromhex((match[key] or "").replace("\\x", "")) for key in ("file", "data"))
            if match["name"] == "fdatasync" and line.endswith("<unfinished ...>"):
                under_way[match["pid"]] = file.decode()
            else:
                yield match["name"], file.decode(), data


@pytest.mark.slow
def test_a_ticket_and_its_start_are_synced_before_the_first_byte(house: House) -> None:
    trace = house.folder / "trace"
    core = [sys.executable, "-P", "-m", "kiosk_app.main", "core", "--machine", str(house.machine_file)]
    with subprocess.Popen([*TRACE, str(trace), *core], env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}):
        try:
            until(house.listens, "the core listens", patience_s=60)
            numbers = [house.take_ticket() for _ in range(TICKETS)]
        finally:
            os.kill(int(trace.read_text().split()[0]), signal.SIGTERM)
    tickets = [fact["ticket"].encode() for fact in house.bodies("TicketIssued")]
    written, synced, printed = b"", b"", 0
    for name, file, data in calls(trace):
        if name == "pwrite64" and file.endswith("facts.db-wal"):
            written += data
        elif name == "fdatasync" and file.endswith("facts.db-wal"):
            synced = written
        elif name == "write" and file.startswith("socket:") and TICKET_BEGINS in data:
            assert b'"job":"%s.1"' % tickets[printed] in synced
            assert b'"ticket":"%s"' % tickets[printed] in synced
            printed += 1
    assert printed == len(numbers) == TICKETS
