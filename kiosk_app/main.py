"""The program `hitofuda`. Somebody waits before a dark screen while a face starts, so a face goes ahead of the command
line's library, which takes as long to load as the face to draw its first frame. So do the core and the voice, for its
weight.
"""

from __future__ import annotations

import sys


def main() -> None:
    if sys.argv[1:2] == ["face"]:
        from kiosk_app import face

        sys.exit(face.run(sys.argv[2:]))
    if sys.argv[1:2] == ["core"]:
        from kiosk_app import core_command

        sys.exit(core_command.run(sys.argv[2:]))
    if sys.argv[1:2] == ["voice"]:
        from kiosk_app import voice_command

        sys.exit(voice_command.run(sys.argv[2:]))
    if sys.argv[1:2] == ["central"]:
        sys.exit(_added("central", sys.argv[2:]))
    from kiosk_app.command_line import app

    app()


def _added(name: str, arguments: list[str]) -> str | None:
    """A command of another room, which the core must not know: it is found by the entry point that it was installed
    with, and missing where it was left out."""
    from importlib.metadata import entry_points

    found = list(entry_points(group="hitofuda.commands", name=name))
    if not found:
        return f"hitofuda {name}: is not installed on this computer"
    found[0].load()(arguments)
    return None


if __name__ == "__main__":
    main()
