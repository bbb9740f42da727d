"""`hitofuda face`: shows one face in a window. It may be killed and started again at any moment.

Whatever is imported here is waited for by somebody before a dark screen; scripts/bench faces measures it.
"""

from __future__ import annotations

import argparse
import importlib
import os
from collections.abc import Sequence

KINDS = ("citizen", "staff", "display")
PLACES = ("left", "top-right", "bottom-right")


def run(arguments: Sequence[str]) -> int:
    """Until the window is closed. Ends with code 2 and one message when the arguments cannot be used."""
    parser = argparse.ArgumentParser(prog="hitofuda face", description="Show one face in a window.")
    parser.add_argument("kind", choices=KINDS)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--core", help="unix:/path/to/core.sock")
    where.add_argument("--device", help="staff and display: the folder that `hitofuda pair` wrote, for another's hub")
    parser.add_argument("--orientation", choices=("portrait", "landscape"), default="portrait", help="citizen only")
    parser.add_argument("--zone", default="", help="display only: a floor's id, or nothing for all")
    parser.add_argument("--full-screen", action="store_true")
    parser.add_argument("--place", choices=PLACES, help="a part of this desktop to shrink into, for trying out")
    chosen = parser.parse_args(arguments)
    if chosen.device and chosen.kind == "citizen":
        parser.error("citizen speaks to the core of its own computer: expected --core")
    further = {"citizen": {"orientation": chosen.orientation}, "display": {"zone": chosen.zone}, "staff": {}}
    module = importlib.import_module(f"ui.{chosen.kind}.main")
    start = importlib.import_module("ui.kit.start").Start(chosen.full_screen, chosen.place, _tell_alive)
    # Read after the first frame, like everything that it does not draw.
    core = f"device:{os.path.abspath(chosen.device)}" if chosen.device else chosen.core
    ended: int = module.main(core, start, **further[chosen.kind])
    return ended


def _tell_alive() -> None:
    # First called with the first frame on the screen.
    from kiosk_app.service_manager import tell_alive

    tell_alive()
