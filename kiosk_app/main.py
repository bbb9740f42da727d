"""The program `hitofuda`. Somebody waits before a dark screen while a face starts, so a face goes ahead of the command
line's library, which takes as long to load as the face to draw its first frame.
"""

from __future__ import annotations

import sys


def main() -> None:
    if sys.argv[1:2] == ["face"]:
        from kiosk_app import face

        sys.exit(face.run(sys.argv[2:]))
    from kiosk_app.command_line import app

    app()


if __name__ == "__main__":
    main()
