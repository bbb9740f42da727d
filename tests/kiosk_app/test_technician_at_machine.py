"""A technician at a ticket machine, with the real core, log and printer: what is found is shown, what is tried kept."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from drivers.code_reader.simulator import SimulatedCodeReader
from drivers.escpos_printer.commands import text_of
from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api, looked_over
from kiosk_app.journeys import technician_mode as t
from kiosk_app.looked_over import ASKING, NO_ANSWER
from kiosk_app.office import facts as f
from kiosk_app.office.checks import of_machine
from kiosk_app.settings import Simulation, parse_machine
from tests.kiosk_app.diagnosis import healthy
from tests.kiosk_app.house import MORNING, PATIENCE_S, House, machine_toml
from tests.kiosk_app.test_staff_at_machine import acts, enter


async def opened(house: House, root: Path) -> api.CitizenView:
    """At the list, of a computer in good order; what is planted in `root` comes with the next look."""
    simulation = house.core.settings.simulation
    assert isinstance(simulation, Simulation)
    if not (root / "proc").exists():
        healthy.lay(root)
        (root / "opt/hitofuda/releases").mkdir(parents=True)
    house.core.settings = replace(house.core.settings, simulation=replace(simulation, root=str(root)))
    await enter(house, "9001")
    await house.until(lambda: house.screen.screen == "tech_list")
    return house.screen


async def done(house: House) -> str:
    await house.until(lambda: house.screen.title not in ("調べています", "印刷しています", "動くか確かめています"))
    return house.screen.title


def grade_of(view: api.CitizenView, check: str) -> str:
    assert view.check is not None
    return next(mark.grade for mark in view.check.grades if mark.id == f"check:{check}")


async def test_the_technicians_code_opens_the_list_and_what_was_found_is_a_fact(house: House, tmp_path: Path) -> None:
    healthy.lay(tmp_path / "root")
    healthy.put(tmp_path / "root", "proc/bus/input/devices", healthy.KEYS)
    (tmp_path / "root/opt/hitofuda/releases").mkdir(parents=True)
    view = await opened(house, tmp_path / "root")
    assert grade_of(view, "touch") == "bad" and grade_of(view, "keys") == "good" and grade_of(view, "printer") == "good"
    await house.press("check:touch")
    summary = {item.name: item.note for item in house.screen.summary}
    assert house.screen.title == "タッチ：ありません" and summary["次にすること"] == "画面裏のUSBを差し直してください"
    kept = of_machine(house.core.book.state.last_checks, "m1")
    assert (kept["touch"].grade, kept["keys"].grade) == ("bad", "good")
    healthy.put(tmp_path / "root", "proc/bus/input/devices", healthy.TOUCH + healthy.KEYS)
    await house.press("look")
    await house.until(lambda: house.screen.screen == "tech_list")
    assert grade_of(house.screen, "touch") == "good"
    await house.press("back")
    assert house.screen.screen == "idle"


async def test_a_wrong_pin_opens_nothing_and_a_visitor_finds_no_trace(house: House, tmp_path: Path) -> None:
    await enter(house, "9001", "0000")
    assert house.screen.screen == "staff_pad" and house.screen.notice
    await house.press("pin:cancel")
    await opened(house, tmp_path / "root")
    assert not house.core.lobby.is_free, "nobody else begins meanwhile"
    await house.pass_s(t.PATIENCE_MS / 1000 + 1)
    assert house.screen.screen == "idle" and house.core.lobby.is_free
    assert await house.take()


async def test_the_slip_says_what_is_wrong_and_what_to_do(house: House, tmp_path: Path) -> None:
    healthy.lay(tmp_path / "root")
    healthy.put(tmp_path / "root", "sys/class/thermal/thermal_zone0/temp", "85000\n")
    (tmp_path / "root/opt/hitofuda/releases").mkdir(parents=True)
    await opened(house, tmp_path / "root")
    await house.press("slip")
    assert await done(house) == "紙が出て、切れました。文字と線を見てください。"
    paper = text_of(house.printer.pieces[-1].data).decode("cp932", "replace")
    for words in ("診断票", "1号機", "温度：85", "原因 熱くなっています", "次に 通気口", "○ "):
        assert words in paper, paper
    issued = [kind for _, kind in acts(house) if kind in ("TicketIssued", "PrintStarted")]
    assert issued == [], "no number and no promise"


async def test_a_trial_page_tries_every_size_and_takes_no_number(house: House, tmp_path: Path) -> None:
    await opened(house, tmp_path / "root")
    await house.press("check:printer")
    await house.press("try:printer")
    await house.until(lambda: house.screen.screen == "tech_device")
    told = {item.name: item.note for item in house.screen.summary}
    assert told["状態"] == "印刷できます" and told["機種"] == "SIMULATED" and told["切れた確認"] == "できます"
    await house.press("do:test")
    assert await done(house) == "紙が出て、切れました。文字と線を見てください。"
    paper = text_of(house.printer.pieces[-1].data).decode("cp932", "replace")
    for words in ("試し刷り", "1倍", "8倍", "123456789012345678901234567890"):
        assert words in paper, paper
    await house.press("back")
    assert house.screen.screen == "tech_device"


async def test_a_printer_of_another_model_is_registered_at_the_machine_and_stays_so(
    house: House, tmp_path: Path
) -> None:
    house.printer.switch_off()
    await status_is(house, "silent")
    house.printer.firmware.become("TM-NEW", process_ids=True)
    house.printer.switch_on()
    await status_is(house, "other_model")
    view = await opened(house, tmp_path / "root")
    assert grade_of(view, "printer") == "bad"
    await house.press("check:printer")
    await house.press("try:printer")
    await house.until(lambda: house.screen.screen == "tech_device")
    assert {item.name: item.note for item in house.screen.summary}["機種"] == "TM-NEW"
    before = len(house.printer.pieces)
    await house.press("do:ruler")
    await house.until(lambda: house.screen.rows and house.screen.rows[0].id.startswith("width:"))
    await house.until(lambda: len(house.printer.pieces) == before + 1)
    table = house.core.settings.printer
    assert table is not None
    await house.press(f"width:{table.width_dots}")
    await house.press("mm:" + {180: "45", 203: "40", 300: "27"}[table.dpi])
    await house.until(lambda: house.screen.title.startswith("登録しました"))
    assert house.core.printer.status == "ready"
    recognised = [fact.model for fact in house.facts(f.PrinterRecognised) if isinstance(fact, f.PrinterRecognised)]
    assert recognised[-1] == "TM-NEW"
    await house.press("back")
    assert "do:ruler" not in [row.id for row in house.screen.rows]
    await house.press("back")
    await house.press("back")
    assert await house.take()
    await house.restart()
    await status_is(house, "ready")


async def status_is(house: House, status: str) -> None:
    """As the core's own tick asks."""
    deadline = time.monotonic() + PATIENCE_S
    while (now := house.core.printer.status) != status:
        assert time.monotonic() < deadline, f"the printer is {now} and not {status}"
        await house.core.printer.preflight()
        await asyncio.sleep(0.01)


async def test_without_paper_it_says_so_and_goes_on_with_it(house: House, tmp_path: Path) -> None:
    await opened(house, tmp_path / "root")
    house.printer.faults.fail_repeatedly("paper_out")
    await house.press("slip")
    assert await done(house) == "印刷できませんでした。プリンターの状態を見てください。"
    house.printer.faults.clear()
    await house.press("back")
    await house.press("slip")
    assert (await done(house)).startswith("紙が出て")


async def test_what_a_person_judges_is_kept_under_their_code(house: House, tmp_path: Path) -> None:
    await opened(house, tmp_path / "root")
    await house.press("check:touch")
    await house.press("try:touch")
    for cell in range(t.CELLS):
        await house.press(f"cell:{cell}")
    assert house.screen.screen == "staff_said"
    assert acts(house)[-1] == ("9001", "Diagnosed")
    last = house.facts(f.Diagnosed)[-1]
    assert isinstance(last, f.Diagnosed) and last.grades == {"touch_tried": "good"}
    await house.press("back")
    await house.press("check:touch")
    assert [item.name for item in house.screen.summary] == ["最後に試した結果"]


async def test_a_printer_of_documents_prints_a_sample_and_a_code_reader_reads_any_code(
    tmp_path: Path, printer: SimulatedPrinter
) -> None:
    device = tmp_path / "scanner"
    with (
        SimulatedPrinter(speed_dots_s=200_000.0, cut_s=0.0) as documents,
        SimulatedCodeReader(device) as scanner,
    ):
        more = (
            f'[code_reader]\nkind = "serial"\ndevice = "{device}"\n'
            f'[document_printer]\nkind = "tcp"\nhost = "127.0.0.1"\nport = {documents.port}\nwidth_dots = 576\n'
        )
        house = House(tmp_path, printer, MORNING)
        house.settings = parse_machine(machine_toml(tmp_path, printer.port, MORNING, more), "machine.toml")
        await house.open()
        try:
            await house.until(lambda: house.core.reservations.reader == "ready")
            documents.faults.fail_repeatedly("paper_out")
            view = await opened(house, tmp_path / "root")
            assert (grade_of(view, "documents"), grade_of(view, "code_reader")) == ("bad", "good")
            await house.press("check:documents")
            assert {item.name: item.note for item in house.screen.summary}["次にすること"] == "用紙を入れてください"
            documents.faults.clear()
            await house.press("try:documents")
            await house.until(lambda: house.screen.screen == "tech_device")
            told = {item.name: item.note for item in house.screen.summary}
            assert (told["状態"], told["機種"], told["出た確認"]) == ("印刷できます", "SIMULATED", "できます")
            await house.press("do:test")
            assert await done(house) == "紙に出ました。"
            assert len(documents.pieces) == 1
            await house.press("back")
            await house.press("back")
            await house.press("look")
            await house.until(lambda: house.screen.screen == "tech_list")
            assert grade_of(house.screen, "documents") == "good"
            await house.press("check:code_reader")
            await house.press("try:code_reader")
            read = lambda: {item.name: item.note for item in house.screen.summary}["読んだコード"]  # noqa: E731
            assert read() == "まだありません"
            scanner.show("4901234567894")
            await house.until(lambda: read() == "1回（13文字）")
            await house.press("say:good")
            last = house.facts(f.Diagnosed)[-1]
            assert isinstance(last, f.Diagnosed) and last.grades == {"code_reader_tried": "good"}
        finally:
            await house.close()


async def test_an_installed_core_asks_the_service_that_sees_the_computer(house: House, tmp_path: Path) -> None:
    """The file is what systemd watches; the test is the service."""
    house.core.settings = replace(house.core.settings, installed=True)
    asked = Path(house.core.settings.runtime_dir) / ASKING
    looking = asyncio.ensure_future(house.core.looked_over.look())
    await house.until(asked.exists)
    row = api.FoundRow(
        check="memory", name="メモリ", grade="look", says="空き300 MiB", cause="少ない", next_step="足す"
    )
    made = api.DiagnosisMade(grades={"memory": "look"}, found=(row,))
    assert (await house.ask("POST", "/v1/diagnosis/keep", made)).of(api.Reply).ok
    found = {one.check: one for one in (await looking).found}
    assert found["memory"] == row and found["printer"].grade == "good"


async def test_where_that_service_is_silent_the_last_result_stays_and_is_said_to_be_old(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = api.FoundRow(check="memory", name="メモリ", grade="good", says="空き3,000 MiB")
    house.core.looked_over.keep((row,))
    house.core.settings = replace(house.core.settings, installed=True)
    monkeypatch.setattr(looked_over, "ANSWER_S", 0.05)
    found = {one.check: one for one in (await house.core.looked_over.look()).found}
    assert found["memory"] == row and found["self_test"] == NO_ANSWER


async def test_a_whole_diagnosis_in_words_has_room_and_more_has_not(house: House) -> None:
    long = "あ" * api.SAID_MAX
    rows = tuple(
        api.FoundRow(check=f"unit_{n}", name=long, grade="bad", says=long, cause=long, next_step=long)
        for n in range(api.FOUND_MAX)
    )
    made = api.DiagnosisMade(grades={one.check: one.grade for one in rows}, found=rows[:30])
    assert (await house.ask("POST", "/v1/diagnosis/keep", made)).status == 200
    assert house.core.looked_over.last.found == rows[:30]
    more = replace(made, found=(*rows, rows[0]))
    assert (await house.ask("POST", "/v1/diagnosis/keep", more)).status in (413, 422)
    await house.restart()
    assert house.core.looked_over.last.found == rows[:30], "a core that is started again still knows it"
