"""Which hub a device speaks to, without any line: addresses in turn, no lower epoch, the one trouble that is told."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.hubs import NOT_THE_HUB, Hubs, hubs_of, keep_epoch, read_epoch, refuses_device

A, B = "https://a:1", "https://b:1"


@pytest.fixture
def hubs(tmp_path: Path) -> Hubs:
    return Hubs([A, B], "token", None, tmp_path)


def test_an_address_that_fails_makes_room_for_the_next_once(hubs: Hubs) -> None:
    assert hubs.address == A
    hubs.failed(A)
    hubs.failed(A)
    assert hubs.address == B, "two requests broke, and the second told of the same address"
    hubs.failed(B)
    assert hubs.address == A


def test_only_the_hub_counts(hubs: Hubs) -> None:
    assert not hubs.counts(A, NOT_THE_HUB, "1")
    assert hubs.address == B
    assert hubs.counts(B, 200, "1")
    assert hubs.address == B
    assert hubs.trouble == ""


@pytest.mark.parametrize("epoch", ["", "x", "-1", "²", "9" * 16, "1.0"])
def test_what_knows_nothing_of_hubs_is_none(hubs: Hubs, epoch: str) -> None:
    assert not hubs.counts(A, 200, epoch)
    assert hubs.seen == 0
    assert not list(Path(hubs._folder or "").iterdir())


def test_a_lower_epoch_is_refused_whatever_it_answers_and_after_a_restart_too(hubs: Hubs, tmp_path: Path) -> None:
    assert hubs.counts(A, 200, "7")
    for status in (200, 401, 421, 500):
        assert not hubs.counts(A, status, "6", refuses_device=status == 401)
    again = Hubs([A, B], "token", None, tmp_path)
    assert again.seen == 7
    assert not again.counts(A, 200, "6")
    assert again.counts(B, 200, "7")
    assert again.headers() == {"Hitofuda-Device": "token", "Hitofuda-Epoch": "7"}


def test_a_machine_that_is_not_the_hub_tells_of_a_change_all_the_same(hubs: Hubs) -> None:
    assert not hubs.counts(B, NOT_THE_HUB, "3")
    assert not hubs.counts(A, 200, "2")


def test_the_one_trouble_that_is_told(hubs: Hubs) -> None:
    hubs.failed(A, "certificate")
    assert hubs.trouble == "away", "the other one has not been asked"
    hubs.failed(B, "token")
    assert hubs.trouble == "token"
    hubs.counts(A, NOT_THE_HUB, "1")
    assert hubs.trouble == "token"
    hubs.failed(A, "away")
    assert hubs.trouble == "away", "who waits for the hub need not hear of the other"
    hubs.counts(A, NOT_THE_HUB, "1")
    hubs.counts(B, NOT_THE_HUB, "1")
    assert hubs.trouble == "away"
    assert hubs.counts(A, 200, "1")
    assert hubs.trouble == ""


def test_a_core_of_this_computer_has_any_epoch_and_hears_of_no_device() -> None:
    hubs = hubs_of("unix:/run/core.sock")
    assert hubs.counts(hubs.address, 200, "") and hubs.counts(hubs.address, 401, "5")
    assert hubs.headers() == {} and not hubs.is_device
    hubs.failed(hubs.address)
    assert hubs.address == "unix:/run/core.sock"


def test_whose_401_it_is() -> None:
    assert refuses_device(401, "", signed_in=False)
    assert refuses_device(401, "Hitofuda-Device", signed_in=True)
    assert not refuses_device(401, "", signed_in=True)
    assert not refuses_device(403, "Hitofuda-Device", signed_in=False)


@given(told=st.lists(st.integers(0, 9), max_size=12))
def test_what_is_taken_never_goes_down(told: list[int]) -> None:
    hubs = Hubs([A, B], "token", None, Path("/nonexistent/folder"))
    taken = [epoch for epoch in told if hubs.counts(hubs.address, 200, str(epoch))]
    assert taken == sorted(taken)
    assert hubs.seen == max(told, default=0)


# --- the file --------------------------------------------------------------------------------------------------


def test_two_programs_of_a_device_keep_the_highest(tmp_path: Path) -> None:
    threads = [threading.Thread(target=keep_epoch, args=(tmp_path, n)) for n in (3, 9, 5, 7, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_epoch(tmp_path) == 9
    assert keep_epoch(tmp_path, 4) == 9
    assert os.listdir(tmp_path) == ["epoch"]


@pytest.mark.parametrize("text", ["", "x", "-3", "1\n2", "9" * 16])
def test_a_spoilt_file_is_said_and_written_anew(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "epoch").write_text(text)
    assert read_epoch(tmp_path) == 0
    assert "epoch: expected a whole number" in capsys.readouterr().err
    assert keep_epoch(tmp_path, 4) == 4
    assert read_epoch(tmp_path) == 4


def test_a_folder_that_cannot_be_written_loses_only_the_memory(capsys: pytest.CaptureFixture[str]) -> None:
    hubs = Hubs([A], "token", None, Path("/nonexistent/folder"))
    assert hubs.counts(A, 200, "3")
    assert "cannot be written" in capsys.readouterr().err
    assert not hubs.counts(A, 200, "2")
