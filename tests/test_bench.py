"""The budgets' runner: it finds what there is to measure, and its verdict is the ratios' and nothing else's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import run
from bench.row import Row, percentile, row


def test_every_bench_is_found_and_nothing_else() -> None:
    said = {path.stem for path in run.FOLDER.glob("*.py") if "def rows(" in path.read_text(encoding="utf-8")}
    assert set(run.names()) == said
    assert said >= {
        "core_start",
        "display",
        "estimates",
        "faces",
        "office",
        "printing",
        "rules",
        "rush",
        "store",
        "touch",
        "try_out",
    }
    assert not said & {"consoles", "counters", "estimate_days", "house", "large_office", "office_day", "row", "run"}


def test_a_ratio_of_one_is_kept_whichever_way_is_better() -> None:
    assert row("wait", 30.0, "ms", 60)["ratio"] == 0.5
    assert row("rate", 50_000, "facts/s", 25_000, more_is_better=True)["ratio"] == 0.5
    assert row("rate", 20_000, "facts/s", 25_000, more_is_better=True)["ratio"] == 1.25


def test_where_none_is_allowed_one_is_too_many() -> None:
    assert row("repeated numbers", 0, "tickets", 0)["ratio"] == 0
    assert row("repeated numbers", 1, "tickets", 0)["ratio"] > 1


def test_nothing_at_all_keeps_no_budget_where_more_is_better() -> None:
    assert row("share", 0.0, "of 1", 0.8, more_is_better=True)["ratio"] > 1


@pytest.mark.parametrize(("ratios", "code"), [([], 1), ([1.0], 0), ([0.2, 0.9], 0), ([0.2, 1.001], 1)])
def test_the_exit_code_is_zero_when_all_are_kept(ratios: list[float], code: int) -> None:
    assert run.exit_code([row("x", ratio * 1000, "ms", 1000) for ratio in ratios]) == code


def test_a_percentile_was_measured() -> None:
    values = [float(value) for value in range(200, 0, -1)]
    assert (percentile(values, 50), percentile(values, 99), percentile(values, 100)) == (100.0, 198.0, 200.0)
    assert percentile([7.0], 99) == 7.0


@pytest.mark.slow
def test_a_real_bench_writes_its_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = tmp_path / "rows.json"
    code = run.main(["rules", "--json", str(written)])
    rows: list[Row] = json.loads(written.read_text(encoding="utf-8"))
    assert len(rows) == 6
    assert all(set(one) == set(Row.__annotations__) for one in rows)
    in_ms = [one for one in rows if one["unit"] == "ms"]
    assert all(one["ratio"] == pytest.approx(one["value"] / one["budget"], abs=0.002) for one in in_ms) and in_ms
    assert code == run.exit_code(rows)
    printed = capsys.readouterr().out
    assert all(one["name"] in printed for one in rows)


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run.main(["speed"])
    assert ended.value.code == 2
    assert "no such bench: speed" in capsys.readouterr().err
