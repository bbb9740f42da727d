"""`hitofuda core`: runs the core of this machine. It stays for days, so the library of the command line is not loaded
for it: that would weigh a fifth of all that a core needs.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path


def run(arguments: Sequence[str]) -> int:
    """Until it is told to stop; the codes are those of serve.run. Ends with code 2 and one message when the arguments
    cannot be used."""
    parser = argparse.ArgumentParser(
        prog="hitofuda core", description="Run the core of this machine: devices, log, office rules, API."
    )
    parser.add_argument("--machine", type=Path, required=True, help="machine.toml of this computer")
    chosen = parser.parse_args(arguments)
    from kiosk_app import serve

    return serve.run(chosen.machine)
