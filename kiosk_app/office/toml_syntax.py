"""Reads TOML as people who do not program write it, and says of each line what they probably meant.

Python's reader stops at the first slip and calls it by TOML's own names. Here the reading goes on after it, so that a
person mends a file once instead of ten times.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

SLIPS_MAX = 20
"""More of them, and it is no TOML at all."""
SHOWN_MAX = 60

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_WIDE = re.compile(r"[\u3000\uff01-\uff5e“”‘’、。「」]")


def read(text: str) -> dict[str, Any] | list[str]:
    """The document, or every slip with its line."""
    slips: list[str] = []
    lines = text.splitlines()
    while True:
        try:
            document = tomllib.loads("\n".join(lines) + "\n")
            return slips or document
        except RecursionError:
            return [*slips, "not valid TOML: brackets are nested too deeply"]
        except ValueError as cause:  # TOMLDecodeError, or a number with thousands of digits
            found = _PLACE.search(str(cause))
            number = int(found[1] or 0) if found else 0
            line = lines[number - 1] if 0 < number <= len(lines) else ""
            slips.append(_slip(str(cause), number, line))
            # Without the head of a table its keys would be taken for those of the table before.
            if len(slips) == SLIPS_MAX or not line.strip() or line.lstrip().startswith("["):
                return slips
            lines[number - 1] = ""


def _slip(cause: str, number: int, line: str) -> str:
    what = _PLACE.sub("", cause)
    if not line:
        return f"not valid TOML: {cause}"
    meant = _meant(what, line)
    return f"line {number}: {meant or f'not valid TOML, {what[:1].lower()}{what[1:]}'}: {_shown(line)}"


def _shown(line: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in line.strip())
    return shown if len(shown) <= SHOWN_MAX else f"{shown[:SHOWN_MAX]}…"


def _meant(what: str, line: str) -> str:
    """Empty where nobody can tell."""
    bare = _QUOTED.sub("", line)
    if what == "Cannot overwrite a value" or what.startswith(("Cannot declare", "Cannot mutate")):
        return "expected each key and table only once; is it there twice, or is [[ ]] written as [ ]?"
    if wide := _WIDE.search(bare.partition("#")[0]):
        sign = "space" if wide[0] == "\u3000" else wide[0]
        return f"expected half-width signs, digits and quotes outside of texts, got the full-width {sign}"
    if re.search(r"=\s*\d{1,2}:\d", bare):
        return 'expected a time in quotes, "08:30"'
    if re.search(r"=\s*\d{4}[/.年]", bare) or "Invalid date" in what:
        return "expected a day that exists, written 2026-04-01"
    if bare.count('"') % 2:
        return "expected a quote at both ends of a text, one is missing"
    if line.lstrip().startswith("[") and "=" not in bare:
        return "expected the head of a table between [ ] or [[ ]]"
    if what.startswith("Unclosed array"):
        return "expected commas between the entries of a list and ] at its end"
    if re.search(r"=\s*[A-Za-z]", bare) and what == "Invalid value":
        return "expected a text in quotes, a number, or true or false"
    return ""
