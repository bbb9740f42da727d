"""What must not be on a machine that serves visitors, looked for before anything is opened.

vpcd, the virtual card reader of the tests, listens on every address of the computer: whoever reaches it could lay a
pretended card at the reader. It is therefore not enough that it is not used.
"""

from __future__ import annotations

from pathlib import Path

from kiosk_app.settings import MachineSettings, SettingsError, parse_machine
from kiosk_app.virtual_readers import virtual_readers


def check(settings: MachineSettings, file_name: str, root: Path = Path("/")) -> None:
    """Raises SettingsError on an installed machine with a virtual card reader; says what to remove."""
    if settings.installed and (found := virtual_readers(root)):
        raise SettingsError(
            f"{file_name}: installed: expected no virtual card reader (vpcd) on an installed machine, because anyone "
            f"on the network could pretend a card; found {', '.join(found)}; next: apt-get purge vsmartcard-vpcd, then "
            "restart pcscd"
        )


def refuse_simulation(machine: Path) -> None:
    """Raises SettingsError where this machine.toml says that visitors are served; without the file nothing does."""
    if machine.exists() and parse_machine(machine.read_text(encoding="utf-8"), machine.name).installed:
        raise SettingsError(
            f"{machine.name}: installed: expected false where devices are simulated: here visitors are served, and "
            "nobody gets what a simulated printer prints"
        )
