"""The office of a morning, and what it has with the city: a central server on a PostgreSQL of its own, telephones that
book there, a scanner at each ticket machine, and a leader's console.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from drivers.code_reader.simulator import SimulatedCodeReader
from kiosk_app import api
from kiosk_app.clock import new_token
from kiosk_app.hub_settings import write_token
from scripts.central import Trial
from scripts.office import free_port
from scripts.supervisor import end_with_us
from tests.many.cable import Cable
from tests.many.computers import HERE, until, utc_ms
from tests.many.devices import Device
from tests.stories.house import Lines
from tests.stories.morning_house import MorningHouse
from tests.stories.script import Story

OFFICE = "kokura-kita"
PHONE_TOKEN_FILE = "phone-token"
DESK = "枠の相談机"
"""The leader's console, which has no counter."""


class NoonHouse(MorningHouse):
    """`central` and its office know each other from the beginning; `wire` is the cable between them."""

    def __init__(self, story: Story, work: Path, out: Path) -> None:
        self.begins_utc_ms = utc_ms(story.start)
        self.scanners: dict[str, SimulatedCodeReader] = {}
        self.wire: Cable | None = None
        self.leader: Lines | None = None
        self._server: subprocess.Popen[bytes] | None = None
        super().__init__(story, work, out)

    def furnish(self, work: Path) -> None:
        more = f'[phone]\ntoken_file = "{PHONE_TOKEN_FILE}"\n'
        self.central = Trial(work / "c", free_port(), more=more, simulated=True, database={"fsync": "off"})
        # The user that the database runs as must get to it.
        work.chmod(0o755)
        self.central.folder.mkdir()
        self.phone_token = new_token()
        write_token(self.central.folder / PHONE_TOKEN_FILE, self.phone_token)
        self.central.prepare()
        self.central.set_clock(self.begins_utc_ms)
        self._server = subprocess.Popen(
            self.central.command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, preexec_fn=end_with_us
        )
        self.central.wait_ready()
        self.wire = Cable(HERE, self.central.port)
        given = self.central.for_hub(OFFICE)
        self.office.hub.more_tables = f"""[central]
url = "https://{HERE}:{self.wire.port}"
token_file = "{given}/central.token"
ca_file = "{given}/central-ca.pem"
booking_key_file = "{given}/booking.key"
"""
        for machine in self.office.machines:
            scanner = self.scanners[machine.code] = SimulatedCodeReader(work / f"scanner-{machine.code}")
            scanner.plug_in()
            machine.more_keys = f'booking_key_file = "{given}/booking.key"'
            machine.more_tables = f'[code_reader]\nkind = "serial"\ndevice = "{scanner.device}"\n'

    def _wanted(self) -> list[tuple[str, api.DeviceUse, str]]:
        return [*super()._wanted(), (DESK, "console", "")]

    def _paired(self) -> dict[str, Device]:
        devices = super()._paired()
        self.leader = self._face("staff", devices[DESK].core)
        return devices

    def named_faces(self) -> dict[str, Lines]:
        leader = {"staff-leader": self.leader} if self.leader is not None else {}
        return {**super().named_faces(), **leader}

    def begin(self) -> None:
        super().begin()
        until(lambda: self.office.hub.client.health().central == "linked", "the hub is linked with central")

    def close(self) -> None:
        super().close()
        for scanner in self.scanners.values():
            scanner.unplug()
        if self.wire is not None:
            self.wire.close()
        if self._server is not None:
            self._server.terminate()
            self._server.wait()
            self.central.stop()
