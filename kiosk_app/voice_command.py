"""`hitofuda voice`: speaks the calls of one zone, or the screens of the ticket machine. Like the core it stays for
days, so the library of the command line is not loaded for it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

MEANS = "Speak the calls of one zone, or the screens of the ticket machine: through the sound card, or as WAV files."


def run(arguments: Sequence[str]) -> int:
    """Until it is told to stop. 1: the core refuses us; 2: cannot begin as set up, or the arguments cannot be used."""
    parser = argparse.ArgumentParser(prog="hitofuda voice", description=MEANS)
    parser.add_argument("--core", default="", help="unix:/path/to/core.sock; known where --machine is given")
    parser.add_argument("--machine", type=Path, help="machine.toml: its core and its [sound]")
    parser.add_argument("--device", type=Path, help="the folder that `hitofuda pair` wrote: its hub is elsewhere")
    parser.add_argument("--sound", default="", help="the sound card, by ALSA's name; known with --machine")
    parser.add_argument("--zone", default="", help="a floor of the office; none is all")
    parser.add_argument("--citizen", action="store_true", help="the ticket machine's screens, into its earphone")
    parser.add_argument("--out", type=Path, help="a folder for WAV files instead of a sound card")
    chosen = parser.parse_args(arguments)
    core, device, out, aloud, volume = chosen.core, chosen.sound or "default", chosen.out, "", 100
    if chosen.device is not None:
        if core or chosen.machine is not None or chosen.citizen:
            return _cannot("--device speaks the calls of its hub: without --core, --machine, --citizen")
        core = f"device:{chosen.device.absolute()}"
    if chosen.machine is not None:
        from kiosk_app.settings import SettingsError, sound_of

        try:
            sound = sound_of(chosen.machine, chosen.citizen)
        except SettingsError as error:
            print(error, file=sys.stderr)
            return 2
        core, device = core or sound.core, chosen.sound or sound.device
        out = out or (None if chosen.sound else sound.folder)
        aloud = "" if out else sound.aloud
        volume = sound.volume
    if not core:
        return _cannot("expected --core, --machine or --device")
    from kiosk_app.voice.main import main

    return main(core, chosen.zone, out, device, chosen.citizen, aloud, volume)


def _cannot(why: str) -> int:
    print(f"hitofuda voice: {why}", file=sys.stderr)
    return 2
