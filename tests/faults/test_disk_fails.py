"""A disk that fails for good: nothing is promised any more, and the technician reads one sentence, not a traceback."""

import os
import signal

import pytest

from kiosk_app.client import CoreTrouble
from offline_store.check import Progress
from offline_store.maintenance import verify
from tests.faults.house import House, until
from tests.faults.lives import check_end
from tests.faults.visitor import Visitor
from tests.namespaces import needs_namespaces


def exit_code(house: House) -> int:
    found: list[int] = []

    def ended() -> bool:
        if (code := house.exit_code(timeout_s=0.01)) is not None:
            found.append(code)
        return bool(found)

    until(ended, "the core ends", house.said)
    return found[0]


@pytest.mark.slow
def test_a_disk_that_no_longer_syncs_ends_the_core_and_no_number_is_promised(house: House) -> None:
    house.start(syncs_fail=True)
    assert house.take_ticket() == "A-001"
    os.kill(house.pid, signal.SIGUSR1)
    with pytest.raises(CoreTrouble):
        house.ask_for_ticket()
        house.view()
        until(lambda: house.view().screen == "take", "no ticket", house.said)
    assert exit_code(house) == 1, house.said()
    assert house.said().count("\n") == 1
    assert house.said().startswith(f"{house.folder}/data: the log cannot be written: disk I/O error"), house.said()
    progress = verify(house.log_path)
    assert isinstance(progress, Progress) and progress.done
    assert len(house.pieces("A-002")) == 0, "printed without a durable intent"
    # What nobody was told of may be on the disk all the same: then it is in doubt, and printed under its own number.
    house.start()
    number = Visitor(house, lambda: pytest.fail(house.said())).take_ticket()
    check_end(house, ["A-001", number], forgotten=1)


@needs_namespaces
def test_a_folder_that_has_become_read_only_is_one_sentence(house: House) -> None:
    house.start()
    assert house.take_ticket() == "A-001"
    house.stop()
    before = house.log_path.read_bytes()
    house.start(ready=False, read_only=True)
    assert exit_code(house) in (1, 2), house.said()
    assert house.said().count("\n") == 1
    assert "data" in house.said() and "Read-only file system" in house.said()
    assert house.log_path.read_bytes() == before
