"""What an office's tools and its leader read over HTTP, and that a log alone tells the same."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import command_line, destroying, kept_log, log_commands, log_figures, measured
from kiosk_app.api_tools import Congestion, Counts, DayStatistics, FiguresRow, Statistics, WhyNext
from kiosk_app.office import report
from kiosk_app.office.statistics_csv import COLUMNS
from kiosk_app.openapi import OPERATIONS
from kiosk_app.settings import SettingsError, Tool, parse_machine
from tests.kiosk_app.house import MORNING, SERVICE, House, machine_toml

TOKEN = "a-token-that-openssl-rand-would-have-made"
TOOL = Tool(name="庁内ダッシュボード", token_sha256=hashlib.sha256(TOKEN.encode()).hexdigest())
READ = ("/v1/congestion", "/v1/counts", "/v1/statistics", "/v1/statistics.csv")


@pytest.fixture
async def house(tmp_path: Path, printer: SimulatedPrinter) -> AsyncIterator[House]:
    """With a tool that may read."""
    house = House(tmp_path, printer, MORNING)
    house.settings = replace(house.settings, tools=(TOOL,))
    await house.open()
    yield house
    await house.close()


async def morning(house: House) -> str:
    """Three tickets, one visitor served and one called; the token of the clerk at counter 3."""
    for _ in range(3):
        await house.take()
    clerk = await house.sign_in("1001")
    await house.act(clerk, "open_counter", counter=3)
    await house.pass_s(300)
    await house.act(clerk, "call_next", counter=3)
    await house.pass_s(240)
    await house.act(clerk, "call_next", counter=3)
    await house.act(clerk, "recall", counter=3)
    return clerk


def rows(day: DayStatistics) -> dict[tuple[str, str], FiguresRow]:
    return {(row.kind, row.key): row for row in day.rows}


async def test_a_tool_reads_and_does_nothing_else(house: House) -> None:
    await morning(house)
    for one in OPERATIONS:
        answer = None if one.stream else await house.ask(one.method, one.path, b"{}" if one.body else None, TOKEN)
        if one.path in READ:
            assert answer is not None and answer.status == 200, one.path
        elif one.token and answer is not None:
            assert answer.status == 401, one.path
    for wrong in ("", "x", TOKEN[:-1], TOKEN + "x", TOOL.token_sha256, "x" * 5000):
        for path in READ:
            assert (await house.ask("GET", path, token=wrong)).status == 401


async def test_each_role_reads_what_its_work_needs(house: House) -> None:
    allowed = {"1001": READ[:2], "2001": READ[:2], "3001": READ, "9001": ()}
    for code, paths in allowed.items():
        token = await house.sign_in(code)
        for path in READ:
            answer = await house.ask("GET", path, token=token)
            assert answer.status == (200 if path in paths else 403), (code, path)
            if answer.status == 403:
                assert "見られません" in answer.error
        why = await house.ask("GET", "/v1/queue/next/why?counter=3", token=token)
        assert why.status == (403 if code == "9001" else 200)


async def test_congestion_is_what_the_display_shows(house: House) -> None:
    await morning(house)
    found = (await house.ask("GET", "/v1/congestion", token=TOKEN)).of(Congestion)
    shown = {group.letter: group for group in (await house.display()).groups}
    assert found.waiting == sum(group.waiting for group in found.groups) == 1
    assert found.date == "2026-04-06" and found.at.startswith("2026-04-06T09:") and found.at.endswith("+09:00")
    assert any(group.estimate_from for group in found.groups)
    for group in found.groups:
        assert group.waiting == shown[group.letter].waiting
        assert bool(group.estimate_from) == bool(shown[group.letter].estimate)
        assert group.open or not group.estimate_from
        if group.estimate_from:
            assert (
                group.estimate_from <= group.estimate_to
                and group.estimate_to[11:16].lstrip("0") in shown[group.letter].estimate
            )
            assert 0 <= (group.estimate_from_min or 0) <= (group.estimate_to_min or 0)
    (letter,) = {service.group for service in house.office.services if service.id == SERVICE}
    assert next(group for group in found.groups if group.letter == letter).counters_open == 1
    await house.at("23:00")
    night = (await house.ask("GET", "/v1/congestion", token=TOKEN)).of(Congestion)
    assert {(group.open, group.estimate_from, group.estimate_to_min) for group in night.groups} == {(False, "", None)}


async def test_counts_are_of_this_day(house: House) -> None:
    await morning(house)
    found = (await house.ask("GET", "/v1/counts", token=TOKEN)).of(Counts)
    assert (found.issued, found.waiting, found.completed, found.no_shows, found.over) == (3, 1, 1, 0, False)
    (one,) = found.services
    assert (one.service, one.issued, one.completed) == (SERVICE, 3, 1)


async def test_statistics_of_days_as_json_and_as_a_table(house: House) -> None:
    await morning(house)
    await house.at("09:00", "2026-04-07")
    await house.take()
    found = (await house.ask("GET", "/v1/statistics?from=2026-04-01&to=2026-04-30", token=TOKEN)).of(Statistics)
    assert [(day.date, day.over) for day in found.days] == [("2026-04-06", True), ("2026-04-07", False)]
    first = rows(found.days[0])
    whole = first["day", ""]
    assert (whole.issued, whole.by_machine, whole.calls, whole.recalls, whole.completed) == (3, 3, 2, 1, 1)
    # Nobody pressed 完了 for the second.
    assert (whole.forgotten, whole.handlings, whole.handling_median_s) == (1, 1, 240)
    assert first["counter", "3"].name == "3番窓口" and first["hour", "09"].issued == 3
    assert rows(found.days[1])["day", ""].issued == 1
    assert [(one.service, one.samples, one.minutes) for one in found.slots] == [(SERVICE, 1, None)]
    assert found.slots[0].reason.startswith("測定がまだ1件")
    answer = await house.ask("GET", "/v1/statistics.csv?from=2026-04-01&to=2026-04-30", token=TOKEN)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    table = answer.body.decode("utf-8-sig").split("\r\n")
    assert table[0] == ",".join(COLUMNS.values()) and table[-1] == ""
    assert len(table) - 2 == sum(len(day.rows) for day in found.days)
    assert table[1].startswith("2026-04-06,はい,全体,,全体,3,3,0,0,2,1,1,")
    one_day = (await house.ask("GET", "/v1/statistics?from=2026-04-06", token=TOKEN)).of(Statistics)
    assert (one_day.since, one_day.to, one_day.days) == ("2026-04-06", "2026-04-06", found.days[:1])
    today = (await house.ask("GET", "/v1/statistics", token=TOKEN)).of(Statistics)
    assert today.days == found.days[1:]


@pytest.mark.parametrize(
    "query",
    ["from=2026-02-30", "from=2026-04-07&to=2026-04-06", "from=2026-01-01&to=2026-04-03", "from=gestern", "x=1"],
)
async def test_a_range_that_cannot_be_is_refused(house: House, query: str) -> None:
    assert (await house.ask("GET", f"/v1/statistics?{query}", token=TOKEN)).status == 422


async def test_more_who_ask_at_once_are_turned_away(house: House) -> None:
    asking = [house.ask("GET", "/v1/counts", token=TOKEN) for _ in range(measured.ASKING_MAX + 2)]
    statuses = [answer.status for answer in await asyncio.gather(*asking)]
    assert sorted(statuses) == [200] * measured.ASKING_MAX + [503] * 2
    assert (await house.ask("GET", "/v1/counts", token=TOKEN)).status == 200


async def test_the_log_alone_tells_the_same(house: House, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    await morning(house)
    await house.at("09:00", "2026-04-07")
    await house.take()
    path = Path(house.settings.data_dir) / kept_log.FILE
    since, to = MORNING.date(), MORNING.date().replace(day=30)
    query = "from=2026-04-06&to=2026-04-30"
    told = await house.ask("GET", f"/v1/statistics?{query}", token=TOKEN)
    table = await house.ask("GET", f"/v1/statistics.csv?{query}", token=TOKEN)
    capfdbinary.readouterr()
    # Beside the running core, and after it.
    for _ in range(2):
        assert log_commands.figures(path, since, to, True, False) == 0
        days = msgspec.json.decode(capfdbinary.readouterr().out, type=tuple[DayStatistics, ...])
        assert len(days) == 2 and days == told.of(Statistics).days
        assert log_commands.figures(path, since, to, False, True) == 0
        sys.stdout.flush()
        assert capfdbinary.readouterr().out == table.body
        await house.close()
    assert log_commands.figures(path, since, since, False, False) == 0
    text = capfdbinary.readouterr().out.decode()
    assert text.startswith("2026-04-06:\n  全体: issued 3, completed 1,") and "handling 4 min" in text
    assert log_commands.figures(path, to, to, False, False) == 0
    assert "no business day" in capfdbinary.readouterr().out.decode()
    assert log_commands.figures(path.with_name("none.db"), since, to, False, False) == 2


async def test_figures_stay_when_their_details_are_destroyed(house: House) -> None:
    await morning(house)
    for day in ("2026-04-07", "2026-04-08", "2026-04-09"):
        await house.at("09:00", day)
        await house.take()
    query = "/v1/statistics?from=2026-04-06&to=2026-04-09"
    before = (await house.ask("GET", query, token=TOKEN)).of(Statistics)
    book = house.core.book
    found = destroying.look(book.log, date(2026, 4, 9), 1, days_max=9)
    assert found is not None and found.plan.days == ("2026-04-06", "2026-04-07")
    destroying.destroy(book, "core", "rule", 1, found)
    assert (await house.ask("GET", query, token=TOKEN)).of(Statistics) == before
    alone = log_figures.folded(Path(house.settings.data_dir) / kept_log.FILE)
    assert report.days_between(alone, "2026-04-06", "2026-04-09") == before.days
    assert rows(before.days[0])["counter", "3"].recalls == 1


def test_the_command_line_says_what_it_expects(tmp_path: Path) -> None:
    log = str(tmp_path / "facts.db")
    wrong = CliRunner().invoke(command_line.app, ["log", "stats", log, "--csv"])
    assert (wrong.exit_code, wrong.stderr) == (2, "hitofuda log stats: --csv and --to expect --from\n")
    assert CliRunner().invoke(command_line.app, ["log", "stats", log, "--from", "2026-04-06"]).exit_code == 2


async def test_why_somebody_is_next_is_told_in_words(house: House) -> None:
    clerk = await morning(house)
    view = await house.staff_view(clerk)
    found = (await house.ask("GET", "/v1/queue/next/why", token=clerk)).of(WhyNext)
    assert (found.ok, found.counter, found.number) == (True, 3, view.next_number)
    assert found.why == view.next_why and found.why[0].endswith("いちばん早い方です。")
    await house.act(clerk, "call_next", counter=3)
    nobody = (await house.ask("GET", "/v1/queue/next/why?counter=3", token=clerk)).of(WhyNext)
    assert (nobody.ok, nobody.number, nobody.message) == (True, "", "お待ちの方はいません。")
    closed = (await house.ask("GET", "/v1/queue/next/why?counter=9", token=clerk)).of(WhyNext)
    assert (closed.ok, closed.message.startswith("9番窓口は開いていません。")) == (False, True)
    assert (await house.ask("GET", "/v1/queue/next/why?counter=x", token=clerk)).status == 422
    trainee = await house.sign_in("1002", training=True)
    practice = (await house.ask("GET", "/v1/queue/next/why?counter=3", token=trainee)).of(WhyNext)
    assert practice.number != view.next_number or not practice.ok


def test_a_tool_is_configured_by_the_digest_of_its_token() -> None:
    good = f'[[tools]]\nname = "a"\ntoken_sha256 = "{TOOL.token_sha256}"\n'
    base = machine_toml(Path("/x"), 1, MORNING)
    assert parse_machine(base + good, "machine.toml").tools == (replace(TOOL, name="a"),)
    wrong = {
        good.replace(TOOL.token_sha256, TOKEN): "machine.toml: tools[#1].token_sha256: expected 64 hexadecimal digits",
        good.replace('"a"', '""'): "machine.toml: tools[#1].name: expected a text of 1 to 40 characters",
        good + good: "machine.toml: tools: expected each name only once",
        good.replace("token_sha256", "token"): "machine.toml: tools[#1].token: expected only known keys",
    }
    for text, said in wrong.items():
        with pytest.raises(SettingsError) as error:
            parse_machine(base + text, "machine.toml")
        assert str(error.value).startswith(said), str(error.value)
