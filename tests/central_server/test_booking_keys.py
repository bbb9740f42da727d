"""An office's booking key is replaced while codes of the old one are in people's hands: none is refused on the way,
whichever of the two ends has gone ahead, and afterwards the old key proves nothing.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from central_server import offices
from central_server.command import app
from central_server.offices import OfficesError, code_of
from kiosk_app.central_settings import read_booking_key
from kiosk_app.expected import Expected
from kiosk_app.office import booking_code, slots
from kiosk_app.office.booking_code import Keys, known_keys
from kiosk_app.office.check_in_rows import CheckInRow, phone_mark
from tests.central_server.house import BOX, DAY, LETTER, NINE, NOW, OFFICE, here
from tests.kiosk_app.test_expected import open_day

START = slots.Start(NINE, 1, 10, 0)


class TwoEnds:
    """Central, and the hub with the file that a technician carries."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.dsn, self.file = dsn, folder / "booking.key"
        self.central = Keys(offices.add(dsn, BOX, here()[OFFICE].office, NOW, lambda _: None).booking_key)
        self.file.write_text(f"{self.central.hex()}\n")
        self.carried = self.file.read_text()

    def step(self, step: offices.KeyStep) -> None:
        """At central alone."""

        def carry(keys: Keys) -> None:
            self.carried = "".join(f"{key.hex()}\n" for key in known_keys(keys))

        offices.booking_keys(self.dsn, BOX, OFFICE, step, carry)
        loaded = offices.load(self.dsn, BOX, {OFFICE: here()[OFFICE].office})[OFFICE].booking_key
        assert isinstance(loaded, Keys)
        self.central = loaded

    def carry(self) -> None:
        self.file.write_text(self.carried)

    @property
    def hub(self) -> Keys:
        return read_booking_key(self.file)

    def made_by_central(self) -> str:
        return code_of(offices.OfficeHere(here()[OFFICE].office, self.central), LETTER, DAY, START)

    def is_taken(self, code: str) -> tuple[bool, bool]:
        """At the hub, at central."""
        claim = booking_code.read(code, DAY - timedelta(days=2))
        assert claim is not None and claim.day == DAY
        return booking_code.proves(self.hub, code, claim), booking_code.proves(self.central, code, claim)

    def made_by_hub(self) -> str:
        claim = booking_code.Claim(here()[OFFICE].office.number, DAY, LETTER, NINE, 1)
        return booking_code.encode(self.hub, claim)

    def finds_phone(self) -> bool:
        """A row that central has made with its key, by the last digits at the hub."""
        book = open_day()
        day = book.state.day.date
        expected = Expected(book, OFFICE, self.hub)
        row = CheckInRow(booking="b1", phone_mark=phone_mark(self.central, OFFICE, day, "0001"))
        expected.put(day, [row])
        return [one.booking for one in expected.with_digits("0001")] == ["b1"]


def test_no_code_is_refused_at_any_step_and_the_old_key_ends(dsn: str, tmp_path: Path) -> None:
    ends = TwoEnds(dsn, tmp_path)
    old = ends.made_by_central()
    codes = {old}
    for step in ("new", "use"):
        # Central has gone ahead; then its hub has followed.
        ends.step(step)  # type: ignore[arg-type]
        if step == "use":
            codes.add(ends.made_by_central())
        for _ in range(2):
            codes |= {ends.made_by_central(), ends.made_by_hub()}
            assert {ends.is_taken(code) for code in codes} == {(True, True)}, step
            assert ends.finds_phone()
            ends.carry()
    assert len(codes) == 2
    ends.step("end")
    ends.carry()
    new = ends.made_by_central()
    assert new != old and ends.is_taken(new) == (True, True) and ends.is_taken(old) == (False, False)
    assert ends.finds_phone() and len(known_keys(ends.hub)) == 1


def test_steps_come_in_their_order_and_a_second_use_goes_back(dsn: str, tmp_path: Path) -> None:
    ends = TwoEnds(dsn, tmp_path)
    first = bytes(ends.central)
    for step in ("use", "end"):
        with pytest.raises(OfficesError, match="the next step is new"):
            ends.step(step)  # type: ignore[arg-type]
    ends.step("new")
    with pytest.raises(OfficesError, match="the next step is use or end"):
        ends.step("new")
    ends.step("use")
    assert bytes(ends.central) != first
    ends.step("use")
    assert bytes(ends.central) == first
    # Given up: as if nothing had been.
    ends.step("end")
    assert known_keys(ends.central) == (first,)


def test_what_cannot_be_carried_changes_nothing(dsn: str, tmp_path: Path) -> None:
    ends = TwoEnds(dsn, tmp_path)

    def full(_: Keys) -> None:
        raise OfficesError("disk full")

    with pytest.raises(OfficesError, match="disk full"):
        offices.booking_keys(dsn, BOX, OFFICE, "new", full)
    loaded = offices.load(dsn, BOX, {OFFICE: here()[OFFICE].office})[OFFICE].booking_key
    assert known_keys(loaded) == (bytes(ends.central),)


def test_the_command_writes_the_file_for_the_hub(dsn: str, tmp_path: Path) -> None:
    (tmp_path / "central.toml").write_text(
        f'schema = 1\npublic_url = "https://x"\nkey_file = "k"\noffices_dir = "o"\n[database]\ndsn = "{dsn}"\n'
    )
    (tmp_path / "k").write_text((b"k" * 32).hex())
    (tmp_path / "k").chmod(0o600)
    TwoEnds(dsn, tmp_path)

    def run(*words: str) -> int:
        at = ["--settings", str(tmp_path / "central.toml")]
        return CliRunner().invoke(app, ["office", "booking-key", *words, *at]).exit_code

    assert run(OFFICE, "new", "--out", str(tmp_path / "1")) == 0
    assert run(OFFICE, "nonsense", "--out", str(tmp_path / "2")) == 2
    assert run("nowhere", "use", "--out", str(tmp_path / "3")) == 2
    # A file that is there is never overwritten, and then the step was not taken.
    assert run(OFFICE, "use", "--out", str(tmp_path / "1")) == 2
    assert run(OFFICE, "use", "--out", str(tmp_path / "4")) == 0
    first, second = (known_keys(read_booking_key(tmp_path / name / "booking.key")) for name in ("1", "4"))
    assert first == second[::-1] and (tmp_path / "4" / "booking.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "zz", "00" * 31, "00" * 32 + "\n" + "00" * 31, ("00" * 32 + "\n") * 4])
def test_a_file_that_cannot_be_used_is_said(text: str, tmp_path: Path) -> None:
    (tmp_path / "booking.key").write_text(text)
    with pytest.raises(Exception, match="booking_key_file: expected 64 hexadecimal digits"):
        read_booking_key(tmp_path / "booking.key")
