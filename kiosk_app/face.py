"""`hitofuda face`: shows one face in a window. It may be killed and started again at any moment.

Whatever is imported here is waited for by somebody before a dark screen; scripts/bench faces measures it.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence

KINDS = ("citizen", "staff", "display")
PLACES = ("left", "top-right", "bottom-right")


def run(arguments: Sequence[str]) -> int:
    """Until the window is closed. Ends with code 2 and one message when the arguments cannot be used."""
    parser = argparse.ArgumentParser(prog="hitofuda face", description="Show one face in a window.")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--core", required=True, help="unix:/path/to/core.sock")
    parser.add_argument("--orientation", choices=("portrait", "landscape"), default="portrait", help="citizen only")
    parser.add_argument("--zone", default="", help="display only: a floor's id, or nothing for all")
    parser.add_argument("--full-screen", action="store_true")
    parser.add_argument("--place", choices=PLACES, help="a part of this desktop to shrink into, for trying out")
    chosen = parser.parse_args(arguments)
    further = {"citizen": {"orientation": chosen.orientation}, "display": {"zone": chosen.zone}, "staff": {}}
    module = importlib.import_module(f"ui.{chosen.kind}.main")
    start = importlib.import_module("ui.kit.start").Start(chosen.full_screen, chosen.place, _tell_alive)
    ended: int = module.main(chosen.core, start, **further[chosen.kind])
    return ended


def _tell_alive() -> None:
    # First called with the first frame on the screen.
    from kiosk_app.service_manager import tell_alive

    tell_alive()
