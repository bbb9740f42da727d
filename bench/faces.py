"""Faces: from start to first frame beside an empty window, the slowest frame of any change, and memory.

Every start is a new process of the product's own command, in turns with the empty window. Memory is PSS: what is shared
with the other faces of a machine counts once. Off screen, with the software renderer.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from typing import Any

import msgspec

from bench.house import House, weight_mib
from bench.office_day import ROOT, tokens
from bench.row import Row, row
from bench.touch import Visitor
from kiosk_app import api
from kiosk_app.api import ClaimRow, DayTakings, KindSold, KioskRow, MoneyView, SaleRow, TakingsRow, WordRow
from kiosk_app.client import Client

STARTS = 15
WALKS = 5
FRAME_MS = 33
START_RATIO = 1.5
FACE_MIB, CORE_MIB, VOICE_MIB = 130, 90, 160
PYTHON = (sys.executable, "-P", "-m")
ENVIRONMENT = {
    **os.environ,
    "QT_QPA_PLATFORM": "offscreen",
    "QT_QUICK_BACKEND": "software",
    # One line is written when a frame has been swapped.
    "QSG_RENDER_TIMING": "1",
    "QT_LOGGING_RULES": "qt.scenegraph.time.renderloop=true",
}


def kinds() -> list[str]:
    """Every face that there is."""
    return sorted(path.parent.name for path in (ROOT / "ui").glob("*/main.py"))


def first_frame_ms(*command: str) -> float:
    """Milliseconds from the start of a process until its first frame is on the screen."""
    begun = time.monotonic()
    process = subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stderr is not None
    with process.stderr as said:
        line = next((line for line in said if line.startswith(b"qt.scenegraph.time.renderloop: Frame rendered")), b"")
        took_ms = 1000 * (time.monotonic() - begun)
        process.kill()
    process.wait()
    if not line:
        raise RuntimeError(f"no frame of {command}")
    return took_ms


def starts(core: str) -> list[Row]:
    commands = {kind: (*PYTHON, "kiosk_app.main", "face", kind, "--core", core) for kind in kinds()}
    empty_ms: list[float] = []
    faces_ms: dict[str, list[float]] = {kind: [] for kind in commands}
    for turn in range(STARTS + 1):
        empty = first_frame_ms(*PYTHON, "bench.empty_window")
        taken = {kind: first_frame_ms(*command) for kind, command in commands.items()}
        if turn:  # the first turn fills the disk's and Qt's caches
            empty_ms.append(empty)
            for kind in commands:
                faces_ms[kind].append(taken[kind])
    budget_ms = START_RATIO * statistics.median(empty_ms)
    return [
        row(f"faces: {kind}, start to first frame, median", statistics.median(faces_ms[kind]), "ms", budget_ms)
        for kind in commands
    ]


# --- what a face is shown ------------------------------------------------------------------------------------


def seen(client: Client, name: str, path: str, **query: str) -> dict[str, Any]:
    """A step with the view of this moment."""
    from msgspec import Raw

    return {"name": name, "view": json.loads(bytes(client.get(path, Raw, **query)))}


def citizen_steps(house: House) -> list[dict[str, Any]]:
    """A visitor who looks at the languages first and then takes a ticket."""
    client, visitor = house.client, Visitor(house.client)
    steps = [seen(client, "idle", "/v1/citizen/view")]
    for control in ("language", "language:en", "ease", "mode:large", "close_sheet", "ticket"):
        client.press(visitor.press(control))
        steps.append(seen(client, control, "/v1/citizen/view"))
    visitor.walk_to_confirm(lambda name: steps.append(seen(client, name, "/v1/citizen/view")))
    client.press(visitor.press("take"))
    visitor.until("take")
    steps.append(seen(client, "take", "/v1/citizen/view"))
    client.press(visitor.press("end"))
    steps.append(seen(client, "idle again", "/v1/citizen/view"))
    return [step for before, step in zip([{}, *steps], steps, strict=False) if before.get("view") != step["view"]]


def display_steps(house: House) -> list[dict[str, Any]]:
    client = house.client
    steps = [seen(client, "whole office", "/v1/display/view"), seen(client, "one floor", "/v1/display/view", zone="1F")]
    for counter in (3, 7, 10):
        call(house, counter)
        steps.append(seen(client, f"call at {counter}", "/v1/display/view"))
    call(house, 11)
    in_silence = seen(client, "call in silence", "/v1/display/view")
    in_silence["view"]["silent"] = True
    return [*steps, in_silence]


def staff_steps(house: House) -> list[dict[str, Any]]:
    """From signing in to a call, through every tab and the dialogs."""
    new = Client(house.client.core)
    leader = new.sign_in(api.SignIn(staff_code="3001", pin="4680"))
    at_counter = Client(house.client.core, token=leader.token)
    opened = at_counter.act(api.StaffAct(intent=str(uuid.uuid4()), verb="open_counter", counter=3))
    if not new.sign_in(api.SignIn(staff_code="1002", pin="2468")).ok or not opened.ok:
        raise RuntimeError(f"1002 cannot sign in, or: {leader.message}{opened.message}")
    steps = [
        {"name": "signed in", "sign_in": leader.token},
        seen(new, "choose a counter", "/v1/staff/view"),
        seen(at_counter, "work", "/v1/staff/view"),
    ]
    call(house, 3)
    steps.append(seen(at_counter, "called", "/v1/staff/view"))
    dialogs = [name for kind in ("keys", "cancel", "number", "transfer") for name in (kind, "close")]
    others = ["tab:guide", "tab:today", "tab:actions", "tab:desk"]
    steps += [{"name": press, "press": press} for press in (*dialogs, *others)]
    call(house, 3)
    again = seen(at_counter, "called again", "/v1/staff/view")
    return [*steps, *timetable_steps(at_counter), *money_steps(again), again]


def money_steps(view: dict[str, Any]) -> list[dict[str, Any]]:
    """The page of an office that has certificate kiosks, as full as it is shown: it is loaded when it is opened."""
    takings = TakingsRow(name="2号機", sold=tuple(KindSold(name="住民票の写し", copies=9, yen=2_700) for _ in range(7)))
    full = MoneyView(
        sales=tuple(
            SaleRow(payment=f"p{n}", number=f"K-{n:04d}", machine="2号機", what="住民票の写し 2通", yen=600)
            for n in range(12)
        ),
        words=tuple(
            WordRow(
                word=f"m1 {n}",
                number=f"K-{n:04d}",
                machine="2号機",
                yen=300,
                since="10:40",
                staff_code="2041",
                state="refused" if n < 2 else "taken",
                what="交付機の受付が終わっていました。代金をすぐお返しください",
            )
            for n in range(40)
        ),
        claims=tuple(
            ClaimRow(
                claim=f"c{n}",
                code="7QK2-M4XP",
                number=f"K-{n:04d}",
                machine="2号機",
                date="4月6日（月）",
                why="紙が出ませんでした",
                owed_yen=300,
                doubt_yen=0,
            )
            for n in range(40)
        ),
        takings=DayTakings(
            date=view["view"]["iso_date"], date_text="", is_today=True, machines=(takings,) * 8, whole=takings
        ),
        kiosks=tuple(KioskRow(code=f"m{n}", name=f"{n}号機") for n in range(2, 10)),
    )
    told = json.loads(msgspec.json.encode(full))
    return [
        {"name": "there are kiosks", "view": {**view["view"], "money": {"refused": []}}},
        {"name": "open the money of kiosks", "press": "tab:money"},
        {"name": "money of kiosks", "money": told},
        *({"name": press, "press": press} for press in ("pay:p3", "close", "money_part:day", "money_part:kiosks")),
        {"name": "desk after the money", "press": "tab:desk"},
    ]


def timetable_steps(client: Client) -> list[dict[str, Any]]:
    """The timetable of the day, which the core sends, then one of twelve lanes as full as any is, looked through."""
    day = seen(client, "timetable", "/v1/staff/slots")["view"]
    full = {**day, "lanes": [full_lane(day, number) for number in range(1, 13)]}
    presses = ("slot_choose:next", "slot_time:forward", "slot_time:back", "slot_book", "close", "slot_length:10")
    presses += ("slot_back", "slot_list:hit", "slot_back", "tab:desk", "tab:slots")
    return [
        {"name": "open the timetable", "press": "tab:slots"},
        {"name": "timetable of twelve lanes", "slots": full},
        *({"name": press, "press": press} for press in presses),
        {"name": "timetable of twelve lanes again", "slots": full},
        {"name": "desk again", "press": "tab:desk"},
    ]


SLOT_STATES = ("booked", "free", "checked_in", "central", "called", "booked", "done", "no_show", "booked")


def full_lane(day: dict[str, Any], number: int) -> dict[str, Any]:
    """Ten minutes each without a gap, in all states that a slot can have."""
    like = day["lanes"][0]
    slots = []
    for start_min in range(540, 1020, 10):
        state = SLOT_STATES[(start_min // 10 + number) % len(SLOT_STATES)]
        booking = "" if state in ("free", "central") else f"b{number}-{start_min}"
        start = f"{start_min // 60}:{start_min % 60:02d}"
        slots.append({**like["slots"][0], "start": start, "start_min": start_min, "state": state, "booking": booking})
        slots[-1] |= {"length_min": 8, "after_min": 2, "number": f"H-{start_min}" if booking else ""}
    whole = {"start_min": 540, "until_min": 1020, "length_min": 8, "after_min": 2, "owner": "office"}
    return {**like, "number": number, "name": f"予約枠{number}", "stretches": [whole], "slots": slots}


STEPS = {"citizen": citizen_steps, "display": display_steps, "staff": staff_steps}


def call(house: House, counter: int) -> None:
    clerk = Client(house.client.core, token=tokens(house.office)[counter])
    reply = clerk.act(api.StaffAct(intent=str(uuid.uuid4()), verb="call_next", counter=counter))
    if not reply.ok:
        raise RuntimeError(reply.message)


def at_work(house: House, kind: str) -> list[Row]:
    weights_mib: list[float] = []
    medians = frames_of(house, kind, STEPS[kind](house), weights_mib)
    for name, taken_ms in medians.items():
        print(f"  {kind} {name}: {taken_ms:.1f} ms", file=sys.stderr)
    slowest = max(medians, key=lambda name: medians[name])
    what = slowest.partition(" ")[2]
    return [
        row(f"faces: {kind}, slowest of {len(medians)} changes ({what})", medians[slowest], "ms", FRAME_MS),
        row(f"faces: {kind}, memory (PSS)", max(weights_mib), "MiB", FACE_MIB),
    ]


def frames_of(
    house: House, kind: str, steps: list[dict[str, Any]], weights_mib: list[float] | None = None
) -> dict[str, float]:
    """Median milliseconds of each change. Each walk is a new process, so that nothing is drawn from what an earlier
    change has left ready; `weights_mib` takes the memory of each."""
    frames_ms: dict[str, list[float]] = {}
    lines = b"".join(json.dumps(step).encode() + b"\n" for step in steps)
    for _ in range(WALKS):
        command = (*PYTHON, "bench.face_at_work", kind, house.client.core)
        environment = {**ENVIRONMENT, "QT_LOGGING_RULES": ""}
        said = subprocess.run(command, env=environment, input=lines, stdout=subprocess.PIPE)
        if said.returncode:
            raise RuntimeError(f"{kind}: {said.returncode}")
        heard = json.loads(said.stdout)
        if weights_mib is not None:
            weights_mib.append(heard["pss_mib"])
        for number, (name, taken_ms) in enumerate(heard["frames"]):
            frames_ms.setdefault(f"{number} {name}", []).append(taken_ms)
    return {name: statistics.median(taken) for name, taken in frames_ms.items()}


# --- the processes without a window ---------------------------------------------------------------------------


def voice_mib(house: House) -> float:
    """After it has spoken a call."""
    out = house.folder / "sound"
    out.mkdir()
    command = (*PYTHON, "kiosk_app.main", "voice", "--core", house.client.core, "--out", str(out))
    voice = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert voice.stderr is not None
    try:
        with voice.stderr as said:
            next(line for line in said if b'"ready"' in line)
            deadline = time.monotonic() + 10
            call(house, 4)
            while not list(out.glob("*.wav")):
                if time.monotonic() > deadline:
                    raise RuntimeError("the voice said nothing")
                time.sleep(0.05)
            return weight_mib(voice.pid)
    finally:
        voice.terminate()
        voice.wait(10)


def rows() -> list[Row]:
    with House() as house:
        found = starts(house.client.core)
        for kind in kinds():
            found += at_work(house, kind)
        assert house.core is not None
        found.append(row("faces: core, memory (PSS)", weight_mib(house.core.pid), "MiB", CORE_MIB))
        found.append(row("faces: voice, memory (PSS)", voice_mib(house), "MiB", VOICE_MIB))
    return found
