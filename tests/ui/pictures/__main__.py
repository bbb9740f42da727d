"""Pictures of every face beside the stored ones.

python -m tests.ui.pictures            compare; what differs is left in out/pictures
python -m tests.ui.pictures --renew    store what is shown now; look at every sheet before it is committed
python -m tests.ui.pictures staff      one face only: citizen, card, booked, certificate, procedures, ...
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.ui.pictures.fonts import CONFIGURATION, others

# All before Qt: fonts and scale are read once.
os.environ |= {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software", "FONTCONFIG_FILE": str(CONFIGURATION)}

from PIL import Image
from PySide6.QtGui import QFont, QGuiApplication

from tests.ui.pictures.scenes import FACES, scenes
from tests.ui.pictures.sheets import STORED, differing, store
from tests.ui.quiet import quiet


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.ui.pictures")
    parser.add_argument("face", nargs="?", choices=FACES)
    parser.add_argument("--renew", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("out/pictures"))
    wish = parser.parse_args()
    application = QGuiApplication(sys.argv[:1])
    application.setFont(QFont("Noto Sans CJK JP"))
    # A caret that blinks would be another picture each time.
    application.styleHints().setCursorFlashTime(0)
    wrong: list[str] = []
    with quiet():
        for face in [wish.face] if wish.face else FACES:
            sheets: dict[str, dict[str, Image.Image]] = {}
            for sheet, screen, picture in scenes(face):
                sheets.setdefault(sheet, {})[screen] = picture
            for name, shown in sheets.items():
                if wish.renew:
                    store(name, list(shown.values()), STORED)
                else:
                    wrong += differing(name, shown, STORED, wish.out)
    if wrong:
        wrong += [f"not the font of the stored pictures: {path}" for path in others()]
        print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
