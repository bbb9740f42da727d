"""The token of a console is replaced while it works (docs/key-rotation.md): paired once more under another name, then
the old one is taken back; the new one never notices.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app import api, device_settings
from kiosk_app.client import Client, DeviceRefused
from tests.kiosk_app.conftest import one_printer
from tests.kiosk_app.door_house import DoorHouse
from tests.kiosk_app.test_pair_command import Pair, office, on_the_console, says, shared

__all__ = ["office", "one_printer", "shared"]
pytestmark = pytest.mark.slow


def paired(office: DoorHouse, folder: Path, name: str) -> Client:
    one = Pair(folder, office.port, name)
    code = one.shows()
    (row,) = on_the_console(office)
    assert row.code == code and says(office, "confirm_pairing", row).ok
    assert one.ends() == 0
    device_settings.load(folder, uses=("console",))
    return Client(f"device:{folder}", timeout_s=30)


def test_a_console_gets_a_new_token_without_a_moment_in_which_none_is_good(
    office: DoorHouse,
    tmp_path: Path,
) -> None:
    who = api.SignIn(staff_code="1001", pin="1357")
    old = paired(office, tmp_path / "old", "5番窓口")
    assert old.sign_in(who).ok
    new = paired(office, tmp_path / "new", "5番窓口 新")
    assert new.sign_in(who).ok and old.sign_in(who).ok
    view = office.do(office.house.staff_view(office.technician))  # type: ignore[attr-defined]
    assert view.technician is not None
    (row,) = [one for one in view.technician.devices if one.name == "5番窓口" and not one.revoked]
    act = office.house.act(
        office.technician,  # type: ignore[attr-defined]
        "revoke_device",
        device=row.id,
        reason=api.REVOKE_REASONS[0],
    )
    assert office.do(act).ok
    with pytest.raises(DeviceRefused):
        old.sign_in(who)
    assert new.sign_in(who).ok
    assert (tmp_path / "old" / "token").read_text() != (tmp_path / "new" / "token").read_text()
