"""A reservation as an entry for the visitor's calendar (RFC 5545). Nothing of the person is in it, and not the key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

LINE_BYTES = 75
LENGTH_MAX = timedelta(hours=12)


def entry(uid: str, title: str, place: str, notes: str, start: datetime, until: datetime, made: datetime) -> bytes:
    """Times with their zone. A reminder one hour before, as calendars show it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hitofuda//reservation//JA",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}",
        f"DTSTAMP:{_time(made)}",
        f"DTSTART:{_time(start)}",
        f"DTEND:{_time(min(until, start + LENGTH_MAX))}",
        f"SUMMARY:{_text(title)}",
        f"LOCATION:{_text(place)}",
        f"DESCRIPTION:{_text(notes)}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(title)}",
        "TRIGGER:-PT1H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    value = value.replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,")
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", r"\n")


def _folded(line: str) -> bytes:
    """A line has 75 bytes at most; a letter is never cut in two."""
    pieces: list[bytes] = []
    piece = b""
    for letter in line:
        coded = letter.encode()
        if len(piece) + len(coded) > LINE_BYTES - (1 if pieces else 0):
            pieces.append(piece)
            piece = b""
        piece += coded
    pieces.append(piece)
    return b"\r\n ".join(pieces) + b"\r\n"
