"""What a release needs of Python: an environment of its own, made from the wheels of a bundle or from a registry,
without the parts of Qt that are GPL, and with a list of what is in it. Of Python's own library alone: the installer
uses it before anything is installed.
"""

from __future__ import annotations

import email
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

GPL_OF_QT = (
    "Qt/lib/libQt6WaylandCompositor.so*",
    "Qt/lib/libQt6WaylandEglCompositorHwIntegration.so*",
    "Qt/plugins/wayland-graphics-integration-server",
    "Qt/qml/QtWayland",
    "Qt/lib/libQt6Lottie*",
    "Qt/lib/libQt6QuickTimeline*",
    "Qt/qml/QtQuick/Timeline",
    "Qt/qml/QtQuick/VirtualKeyboard",
    "Qt/qml/Qt/labs/lottieqt",
    "Qt/lib/libQt6Designer*",
    "Qt/lib/libQt6Help*",
    "Qt/plugins/designer",
    "QtDesigner*",
    "QtHelp*",
    "assistant*",
    "balsam*",
    "designer*",
    "linguist*",
    "lrelease*",
    "lupdate*",
    "qmlformat*",
    "qmllint*",
    "qmlls*",
    "qsb*",
    "svgtoqml*",
    "Qt/libexec",
)
"""Of the wheel PySide6-Essentials: GPL-3.0 alone, or tools under the GPL with an exception. The product uses none."""


def make_environment(folder: Path, python: str, wheels: Path | None) -> None:
    """venv/ with what the product needs; from a folder of wheels alone, or from the registry that pip is set up for.
    Raises CalledProcessError."""
    _run(python, "-m", "venv", str(folder / "venv"))
    inside = str(folder / "venv/bin/python")
    # The wheels of a bundle are covered by its signature; what comes from a registry by the hashes of the lock.
    where = ("--no-index", "--find-links", str(wheels)) if wheels is not None else ("--require-hashes",)
    pip = (inside, "-m", "pip", "--disable-pip-version-check", "-q")
    listed = folder / ("wheels.txt" if wheels is not None else "requirements.txt")
    if wheels is not None:
        listed.write_text(re.sub(r" --hash=\S+", "", (folder / "requirements.txt").read_text()))
    _run(*pip, "install", *where, "-r", str(listed))
    _run(*pip, "uninstall", "-y", "pip", "setuptools")
    remove_gpl(folder)
    (folder / "sbom.json").write_text(sbom(folder))
    compile_app(folder)


def compile_app(folder: Path) -> None:
    """Once, since no service may write there later."""
    _run(str(folder / "venv/bin/python"), "-m", "compileall", "-q", str(folder / "app"))


def sbom(folder: Path) -> str:
    """What is installed with this release, with licences as the packages tell them (CycloneDX 1.5)."""
    parts = []
    for path in sorted((folder / "venv").glob("lib/python*/site-packages/*.dist-info/METADATA")):
        told = email.message_from_string(path.read_text(encoding="utf-8", errors="replace").partition("\n\n")[0])
        classes = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or [] if one.startswith("License")]
        licence = told.get("License-Expression") or "; ".join(classes) or (told.get("License") or "").split("\n")[0]
        name, version = str(told["Name"]), str(told["Version"])
        parts.append(
            {
                "type": "library",
                "name": name,
                "version": version,
                "purl": f"pkg:pypi/{name.lower()}@{version}",
                "licenses": [{"license": {"name": licence}}],
            }
        )
    whole = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": parts}
    return json.dumps(whole, indent=1) + "\n"


def remove_gpl(folder: Path) -> list[str]:
    """What was removed, which is also written down beside the release."""
    removed = []
    for qt in (folder / "venv").glob("lib/python*/site-packages/PySide6"):
        for pattern in GPL_OF_QT:
            for path in sorted(qt.glob(pattern)):
                removed.append(str(path.relative_to(folder)))
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / "removed.txt").write_text("".join(f"{name}\n" for name in removed))
    return removed


def lend_environment(of: Path, to: Path) -> None:
    """The same files under a second name, where both releases need the same; either may go without the other."""
    source, place = of / "venv", to / "venv"
    if source.is_symlink():
        os.symlink(os.readlink(source), place)
    else:
        shutil.copytree(source, place, symlinks=True, copy_function=os.link)
    for name in ("removed.txt", "sbom.json"):
        if (of / name).exists():
            shutil.copyfile(of / name, to / name)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)
