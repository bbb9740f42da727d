"""The command line as a person types it: exit codes 0, 1 and 2, one clear sentence, never a traceback."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout, suppress
from io import BytesIO, TextIOWrapper
from pathlib import Path

import msgspec
import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api, kept_log, log_commands
from kiosk_app.client import Client, CoreTrouble
from kiosk_app.command_line import app
from kiosk_app.office import facts as f
from offline_store import schema
from offline_store.errors import StoreError
from tests.kiosk_app.house import MORNING, ROOT, House, machine_toml

pytestmark = pytest.mark.slow

OFFICE = ROOT / "config" / "offices" / "kokura-kita.toml"


def hitofuda(*words: object) -> tuple[int, str, str]:
    """In this process, as typer runs it: exit code, output, complaint."""
    out, err = TextIOWrapper(BytesIO(), "utf-8"), TextIOWrapper(BytesIO(), "utf-8")
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        app([str(word) for word in words])
    told = []
    for stream in (out, err):
        stream.flush()
        told.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    code = ended.value.code
    return (code if isinstance(code, int) else 0 if code is None else 1), told[0], told[1]


@pytest.fixture
async def log(house: House) -> Path:
    """Of a morning, left by a core that has stopped."""
    await house.take()
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    await house.act(token, "call_next", counter=3)
    await house.close()
    return house.folder / "data" / "facts.db"


def test_a_good_log_is_verified_exported_and_counted(log: Path, tmp_path: Path) -> None:
    code, out, complaint = hitofuda("log", "verify", log, "--json")
    assert (code, complaint) == (0, "")
    found = json.loads(out)
    assert found["done"]
    code, out, complaint = hitofuda("log", "export", log)
    assert (code, complaint) == (0, "")
    kinds = [json.loads(line)["kind"] for line in out.splitlines()]
    assert len(kinds) == found["records"]
    assert {"DayOpened", "TicketIssued", "PrintEnded", "Called"} <= set(kinds) <= set(f.KINDS)
    code, told, _ = hitofuda("log", "export", log, "--out", tmp_path / "facts.jsonl")
    assert (code, told) == (0, "")
    assert (tmp_path / "facts.jsonl").read_text() == out
    code, out, complaint = hitofuda("log", "stats", log, "--json")
    assert (code, complaint) == (0, "")
    stats = json.loads(out)
    assert (stats["facts"], stats["facts_by_kind"]["Called"]) == (found["records"], 1)
    assert stats["facts_by_day"] == {"2026-04-06": found["records"]}


def test_a_technician_reads_the_verdict_first(log: Path) -> None:
    code, out, _ = hitofuda("log", "stats", log)
    assert (code, out.splitlines()[0].partition(",")[0]) == (0, f"{log}: the log of m1")
    assert re.search(r"^  Called +1$", out, re.MULTILINE)
    assert re.search(r"^by day in Japan:\n  2026-04-06 +\d+$", out, re.MULTILINE)
    assert re.search(r"^lost: 0\n.*: 0\ndamaged logs kept aside: none$", out, re.MULTILINE)
    code, out, _ = hitofuda("log", "verify", log)
    assert code == 0
    assert re.fullmatch(rf"{log}: good: all \d+ facts are as they were written, none is missing\n", out)


def test_the_history_of_a_day_and_of_a_number_is_told_from_the_log(log: Path) -> None:
    code, out, complaint = hitofuda("log", "history", log, "--date", "2026-04-06")
    assert (code, complaint) == (0, "")
    lines = [line.split("\t") for line in out.splitlines()]
    assert [line[2] for line in lines if line[1] == "A-001"] == ["呼出"]
    assert [line[2] for line in lines if line[3:5] == ["3番", "1001"]] == ["窓口を開く", "呼出"]
    code, out, _ = hitofuda("log", "history", log, "--date", "2026-04-06", "--number", "ａ１")
    assert [line.split("\t")[1:3] for line in out.splitlines()] == [["A-001", "呼出"]]
    for words in (("2026-04-07",), ("2026-04-06", "--number", "A-099")):
        code, out, _ = hitofuda("log", "history", log, "--date", *words)
        assert (code, out.count("\n")) == (0, 1) and "nothing of" in out
    assert hitofuda("log", "history", log, "--date", "2026-04-06", "--number", "105")[0] == 2
    assert hitofuda("log", "history", log, "--date", "6.4.2026")[0] == 2


def test_a_log_that_was_mended_is_good_and_what_it_lost_is_told(log: Path) -> None:
    data = bytearray(log.read_bytes())
    data[data.rindex(b'"TicketIssued"') + 2] ^= 1
    log.write_bytes(bytes(data))
    kept_log.open_log(log.parent, "m1").log.close()
    code, out, _ = hitofuda("log", "verify", log)
    assert code == 0
    assert "1 more are lost since an earlier damage" in out
    code, out, _ = hitofuda("log", "stats", log)
    assert "\nlost: 1\n" in out and f"kept aside: {log.name}.damaged-1" in out


def kept_files(log: Path) -> dict[str, bytes]:
    """Without what SQLite's readers share among each other."""
    files = {path.name: path.read_bytes() for path in log.parent.glob(f"{log.name}*") if path.suffix != ".lock"}
    return {name: data for name, data in files.items() if data and not name.endswith("-shm")}


@pytest.mark.parametrize("word", ["verify", "export", "stats", "core"])
def test_the_log_of_a_newer_program_is_left_alone(log: Path, word: str) -> None:
    connection = sqlite3.connect(log)
    newer = schema.VERSION + 1
    connection.execute("UPDATE identity SET version = ?, hash = ?", (newer, schema.identity_hash(newer, "m1")))
    connection.execute("CREATE TABLE later (what TEXT)")
    connection.commit()
    connection.close()
    before = kept_files(log)
    refusal = f"a log of version {newer}, this program knows up to {schema.VERSION}: install a newer one"
    if word == "core":
        with pytest.raises(StoreError, match=refusal):
            kept_log.open_log(log.parent, "m1")
    else:
        code, out, complaint = hitofuda("log", word, log)
        assert (code, out, complaint.count("\n")) == (2, "", 1)
        assert refusal in complaint
    assert kept_files(log) == before


@pytest.mark.parametrize("word", ["verify", "export"])
def test_one_changed_byte_is_found_and_named(log: Path, word: str) -> None:
    data = bytearray(log.read_bytes())
    data[data.rindex(b'"Called"') + 2] ^= 1
    log.write_bytes(bytes(data))
    code, out, complaint = hitofuda("log", word, log)
    assert code == 1
    told = out.splitlines()[0] if word == "verify" else complaint
    assert ("DAMAGED" if word == "verify" else "damaged") in told
    assert "hash" in told
    assert "m1" in told
    assert told.count("\n") <= 1


@pytest.mark.parametrize("word", ["verify", "export", "stats"])
def test_what_is_no_log_is_said_in_one_sentence(tmp_path: Path, word: str) -> None:
    text, empty = tmp_path / "text", tmp_path / "empty"
    text.write_text("no log")
    empty.touch()
    for path, expected in ((tmp_path / "missing.db", 2), (tmp_path, 2), (text, 1), (empty, 1)):
        code, out, complaint = hitofuda("log", word, path)
        assert code == expected, (path, out, complaint)
        assert len((out + complaint).strip().splitlines()) == (2 if (word, code) == ("verify", 1) else 1)
        assert "Traceback" not in complaint
        assert str(path) in (out + complaint).splitlines()[0]


def test_an_export_to_nowhere_is_said_in_one_sentence(log: Path, tmp_path: Path) -> None:
    for out in (tmp_path / "no" / "such" / "folder", tmp_path):
        code, _, complaint = hitofuda("log", "export", log, "--out", out)
        assert code == 2
        assert complaint.startswith(f"{out}: ")
        assert complaint.count("\n") == 1


def test_a_reader_that_has_seen_enough_is_no_error(log: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -P -m kiosk_app.main log export {log} | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["kind"]
    assert log_commands.verify(log) == 0


def test_a_catalogue_is_checked(tmp_path: Path) -> None:
    code, out, complaint = hitofuda("catalogue", "check", OFFICE)
    assert (code, complaint) == (0, "")
    assert "usable" in out.splitlines()[-1]
    wrong = tmp_path / "office.toml"
    wrong.write_text(OFFICE.read_text().replace('group = "A"', 'group = "Z"', 1))
    code, _, complaint = hitofuda("catalogue", "check", wrong)
    assert code == 2
    assert complaint.startswith("office.toml: services[resident-record-copy]")
    for path in (tmp_path / "missing", tmp_path):
        code, _, complaint = hitofuda("catalogue", "check", path)
        assert (code, complaint.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("schema = 1", "schema = 2"), "schema"),
        (('code = "m1"', 'code = "一"'), "code"),
        (('kind = "tcp"', 'kind = "fax"'), "printer"),
        (("port = 9100", "port = 0"), "printer.port"),
        (("kokura-kita.toml", "nowhere.toml"), "nowhere.toml"),
        (("staff.example.toml", "nowhere.toml"), "nowhere.toml"),
        (("/run", "/" + "x" * 120), "runtime_dir"),
        (("/data", "/machine.toml/data"), "data_dir"),
    ],
)
def test_settings_that_cannot_be_used_are_one_sentence_and_nothing_starts(
    tmp_path: Path, change: tuple[str, str], named: str
) -> None:
    machine = tmp_path / "machine.toml"
    machine.write_text(machine_toml(tmp_path, 9100, MORNING).replace(*change))
    code, out, complaint = hitofuda("core", "--machine", machine)
    assert (code, out) == (2, "")
    assert named in complaint
    assert complaint.count("\n") == 1


LIBRARIES = {"typer", "rich", "pydantic", "pypdfium2", "numpy", "requests", "cryptography", "smartcard"}
"""That neither needs for its daily work."""


def loaded_by(*words: str) -> tuple[str, str, set[str]]:
    """By a process of the program that ends because it cannot begin: its code, what it says, libraries."""
    asked = (
        "import sys; from kiosk_app import main\n"
        f"sys.argv = ['hitofuda', *{words!r}]\n"
        "try: main.main()\n"
        "except SystemExit as ended: print(ended.code, *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    told = subprocess.run([sys.executable, "-P", "-c", asked], capture_output=True, text=True, check=True)
    code, *loaded = told.stdout.split()
    return code, told.stderr, {*loaded}


def test_what_stays_in_a_core_is_what_a_core_needs() -> None:
    """It runs for days beside the faces on a small computer."""
    code, complaint, loaded = loaded_by("core", "--machine", "/nowhere/machine.toml")
    assert code == "2" and "cannot be read" in complaint
    assert {"uvicorn", "msgspec"} <= loaded and not LIBRARIES & loaded


def test_what_stays_in_a_voice_is_what_a_voice_needs() -> None:
    code, complaint, loaded = loaded_by("voice", "--core", "nowhere")
    assert code == "2" and "core address 'nowhere'" in complaint
    assert "msgspec" in loaded and not ({"uvicorn"} | LIBRARIES) & loaded


def test_an_unknown_face_and_an_unknown_word_are_refused() -> None:
    assert hitofuda("face", "cat", "--core", "unix:/x")[0] == 2
    assert hitofuda("dance")[0] == 2
    assert hitofuda("core")[0] == 2


def test_a_voice_must_know_its_core(tmp_path: Path) -> None:
    assert hitofuda("voice") == (2, "", "hitofuda voice: expected --core, --machine or --device\n")
    with_two = "hitofuda voice: --device speaks the calls of its hub: without --core, --machine, --citizen\n"
    assert hitofuda("voice", "--device", tmp_path, "--citizen") == (2, "", with_two)
    code, _, complaint = hitofuda("voice", "--citizen", "--machine", tmp_path / "machine.toml")
    assert (code, complaint.count("\n")) == (2, 1)
    code, _, complaint = hitofuda("voice", "--core", "nowhere")
    assert (code, complaint) == (2, "core address 'nowhere': expected unix:/path or http://127.0.0.1:port\n")


def test_the_core_starts_serves_refuses_a_second_one_and_stops_in_order(tmp_path: Path) -> None:
    with SimulatedPrinter(speed_dots_s=2_000_000.0, cut_s=0.0) as printer:
        machine = tmp_path / "machine.toml"
        machine.write_text(machine_toml(tmp_path, printer.port, MORNING))
        left_by_a_dead_core = tmp_path / "run" / "core.sock"
        left_by_a_dead_core.parent.mkdir()
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(left_by_a_dead_core))
        command = [sys.executable, "-P", "-m", "kiosk_app.main", "core", "--machine", str(machine)]
        first = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        try:
            client = Client(f"unix:{tmp_path}/run/core.sock")
            health = answered(client)
            assert (health.machine, health.day) == ("m1", "2026-04-06")
            assert os.stat(tmp_path / "run" / "core.sock").st_mode & 0o007 == 0
            views = client.views("/v1/citizen/events", api.CitizenView)
            assert next(views).screen == "idle"
            second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
            assert second.returncode == 1
            assert str(tmp_path / "data") in second.stderr
            assert second.stderr.count("\n") == 1
            assert answered(client) == health
            first.send_signal(signal.SIGTERM)
            _, complaint = first.communicate(timeout=60)
            # The open stream ended by itself: one that is cut off when the server's patience is over is complained of.
            assert (first.returncode, complaint) == (0, "")
        finally:
            first.kill()
            first.communicate()
    code, out, _ = hitofuda("log", "stats", tmp_path / "data" / "facts.db", "--json")
    assert code == 0
    assert msgspec.json.decode(out)["write_ahead_bytes"] == 0


def answered(client: Client) -> api.Health:
    """When the printer has been asked: from then on nothing changes by itself."""
    deadline = time.monotonic() + 20
    while True:
        with suppress(CoreTrouble):
            if (health := client.health()).printer == "ready":
                return health
        assert time.monotonic() < deadline
        time.sleep(0.02)
