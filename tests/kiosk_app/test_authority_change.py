"""The steps of docs/key-rotation.md for an office's authority, over real TLS: at each step whoever has followed works,
and whoever has not is refused before a word is sent.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from kiosk_app import hub_tls
from kiosk_app.client import WrongCertificate
from tests.kiosk_app.test_client_tls import ask, office
from tests.tls_hub import TOKEN, Door, doors, paired, serving


@pytest.fixture
def ended() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


class Change:
    """One hub on one address, with the certificate of the old authority or of the new one."""

    def __init__(self, folder: Path) -> None:
        (self.old,) = doors(folder / "old")
        hub_tls.make(folder / "new", [self.old.host])
        self.new = Door(folder / "new", self.old.host)
        self.folder = folder

    def device(self, *trusts: Door) -> str:
        pem = b"".join((door.folder / "ca.pem").read_bytes() for door in trusts)
        return paired(self.folder / f"device-{len(list(self.folder.iterdir()))}", [self.old], ca_pem=pem)


def test_both_authorities_are_trusted_while_one_takes_the_place_of_the_other(
    tmp_path: Path, ended: threading.Event
) -> None:
    change = Change(tmp_path)
    late, ready, done = change.device(change.old), change.device(change.new, change.old), change.device(change.new)
    with serving(change.old, office("a", ended)):
        assert ask(late) == ask(ready) == "a"
        with pytest.raises(WrongCertificate):
            ask(done)
    with serving(change.new, office("b", ended)):
        assert ask(ready) == ask(done) == "b"
        with pytest.raises(WrongCertificate):
            ask(late)
    assert len(change.old.came) == 2 and len(change.new.came) == 2


def test_the_order_in_the_file_does_not_matter_and_the_line_to_a_hub_or_central_reads_it_too(
    tmp_path: Path, ended: threading.Event
) -> None:
    change = Change(tmp_path)
    for one, trusts in enumerate(((change.old, change.new), (change.new, change.old))):
        file = tmp_path / f"both{one}.pem"
        file.write_bytes(b"".join((door.folder / "ca.pem").read_bytes() for door in trusts))
        hub_tls.check_authority(str(file))
        for door in (change.old, change.new):
            with serving(door, office("x", ended)):
                headers = {"hitofuda-device": TOKEN, "authorization": "Bearer t"}
                answer = requests.get(f"{door.address}/v1/staff/view", headers=headers, verify=str(file), timeout=30)
                assert answer.status_code == 200


def test_a_new_authority_never_writes_over_the_old_one(tmp_path: Path) -> None:
    change = Change(tmp_path)
    before = (change.old.folder / "hub.key").read_bytes()
    with pytest.raises(OSError):
        hub_tls.make(change.old.folder, [change.old.host])
    assert (change.old.folder / "hub.key").read_bytes() == before
    assert before != (change.new.folder / "hub.key").read_bytes()
