"""The real server is killed, and then its database, while kiosks give certificates: each person gets one, of their own,
and every number says what became of it.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from central_server import database
from central_server.certificates import rows
from scripts.central import Trial
from tests.central_server.certificates import house as h
from tests.central_server.certificates import real
from tests.central_server.certificates.test_processes import cards
from tests.depth import DEPTH
from tests.kiosk_app.office.jpki.hierarchy import NOW

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]
KIOSKS = 4
CARDS = 160 if DEPTH == "long" else 24
PATIENCE_S = 100.0


@pytest.fixture
def trial() -> Iterator[Trial]:
    with tempfile.TemporaryDirectory(prefix="cc") as folder:
        one = real.central(Path(folder))
        try:
            one.start()
            yield one
        finally:
            one.stop()


async def test_each_card_gets_one_paper_whatever_is_killed(trial: Trial) -> None:
    heard = threading.Condition()
    wanted_by = cards()[:CARDS]
    for card in wanted_by:
        h.the_card(card)  # Beforehand: two threads that ask for one key at once would each be given another.
    crowd = [real.OneKiosk(trial, f"k{n}", wanted_by[n::KIOSKS], heard) for n in range(KIOSKS)]
    threads = [threading.Thread(target=one.run, daemon=True) for one in crowd]
    for thread in threads:
        thread.start()

    def until(count: int) -> None:
        with heard:
            done = heard.wait_for(lambda: sum(len(one.sheets) for one in crowd) >= count, PATIENCE_S)
        assert done, "kiosks have stopped"

    until(CARDS // 4)
    assert real.kill_workers(trial) == trial.workers
    until(CARDS // 2)
    trial.cluster.kill_hard()
    trial.cluster.start()
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    sheets = [sheet for one in crowd for sheet in one.sheets]
    assert sorted(sheet.card for sheet in sheets) == sorted(wanted_by), "none twice, none missing"
    wrong = [sheet.card for sheet in sheets if not is_of(sheet)]
    assert wrong == []
    async with database.pool(trial.dsn) as pool, pool.connection() as connection:
        await rows.upkeep(connection, NOW + timedelta(hours=12))
    with psycopg.connect(trial.dsn) as connection:
        found = connection.execute("SELECT issuance, state, fee_yen, contradicted FROM issuances").fetchall()
        numbers = connection.execute("SELECT count(*), max(number), count(DISTINCT number) FROM issuances").fetchone()
    issued = {issuance for issuance, state, _, _ in found if state == "issued"}
    assert issued == {sheet.document.issuance for sheet in sheets}
    assert {state for _, state, _, _ in found} <= {"issued", "void"} and not any(row[3] for row in found)
    assert {fee for _, state, fee, _ in found if state == "issued"} == {real.FEE_YEN}
    assert numbers is not None and len(set(numbers)) == 1, "no number is missing"
    assert any(one.unanswered for one in crowd), "nobody has noticed that anything was killed"


def is_of(sheet: real.Sheet) -> bool:
    found = h.simulator()._registers.resident(sheet.card)
    assert found is not None and h.sha256(sheet.document.pdf) == sheet.document.sha256
    text = h.text_of(sheet.document.pdf)
    return "".join(found.person.name.split()) in text and sheet.document.serial in text
