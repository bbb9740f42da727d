"""What Prometheus is told: every machine, every office, the alerts, and the database with its archive.

Everything is read from the database in one go, so any worker process of any central server tells the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from central_server.database import Connection
from central_server.fleet import alerts, seen
from central_server.fleet.exposition import Family, Sample
from central_server.fleet.seen import OfficeSeen
from kiosk_app.office.fleet import MachineNow
from kiosk_app.program import program_version

GRADES: Mapping[str, int] = {"good": 0, "look": 1, "bad": 2}
SEVERITIES = ("warning", "critical")


class Archive(NamedTuple):
    """PostgreSQL's own word of its archive of the write-ahead log. `last_at`: None where nothing was archived yet."""

    is_on: bool
    archived: int = 0
    failed: int = 0
    last_at: datetime | None = None
    fails_now: bool = False
    """The last try failed."""


async def families(connection: Connection, now: datetime, cert_file: str) -> list[Family]:
    offices = await seen.all_offices(connection)
    opened = await alerts.open_now(connection)
    until = alerts.certificate_until(cert_file)
    found = [
        _one("hitofuda_central_info", "The program of the central server.", {"version": program_version()}, 1),
        *_of_offices(offices),
        *_of_machines(offices),
        _of_alerts(opened),
        *await _of_queues(connection),
        *_of_archive(await archive(connection)),
    ]
    if until is not None:
        name = "hitofuda_central_certificate_end_timestamp_seconds"
        found.append(_one(name, "When the certificate of the central server ends.", {}, until.timestamp()))
    return found


async def archive(connection: Connection) -> Archive:
    found = await connection.execute(
        "SELECT current_setting('archive_mode') <> 'off', archived_count, failed_count, last_archived_time, "
        "coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) FROM pg_stat_archiver"
    )
    row = await found.fetchone()
    return Archive(False) if row is None else Archive(*row)


def _gauge(name: str, help_: str, samples: Sequence[tuple[Mapping[str, str], float]]) -> Family:
    return _family("gauge", name, help_, samples)


def _family(
    kind: Literal["gauge", "counter"], name: str, help_: str, samples: Sequence[tuple[Mapping[str, str], float]]
) -> Family:
    return Family(name, kind, help_, tuple(Sample(*one) for one in samples))


def _one(name: str, help_: str, labels: Mapping[str, str], value: float) -> Family:
    return _gauge(name, help_, [(labels, value)])


def _of_offices(offices: Sequence[OfficeSeen]) -> list[Family]:
    return [
        _gauge(
            "hitofuda_office_last_contact_timestamp_seconds",
            "When the hub of the office was last heard; 0 where it never was.",
            [({"office": one.office}, one.heard_at.timestamp() if one.heard_at else 0) for one in offices],
        ),
        _gauge(
            "hitofuda_office_backlog_facts",
            "Facts of the office that were not at the central server at its last word.",
            [({"office": one.office}, one.pending) for one in offices],
        ),
        _gauge(
            "hitofuda_office_hub_changes",
            "How often the office has had another hub.",
            [({"office": one.office}, one.epoch) for one in offices],
        ),
        _gauge(
            "hitofuda_office_in_trouble",
            "1 where something that the office has told must be looked at by a person.",
            [({"office": one.office}, bool(one.trouble)) for one in offices],
        ),
    ]


def _of_machines(offices: Sequence[OfficeSeen]) -> list[Family]:
    machines = [(one, machine) for one in offices for machine in one.machines]
    return [
        _gauge(
            "hitofuda_machine_info",
            "The program of each machine, and whether it is the hub.",
            [({**_named(o, m), "version": m.version, "hub": str(m.hub).lower()}, 1) for o, m in machines],
        ),
        _gauge(
            "hitofuda_machine_last_contact_timestamp_seconds",
            "When the hub last heard of the machine; 0 where it has not since it started.",
            [(_named(o, m), m.heard_utc_ms / 1000) for o, m in machines],
        ),
        _gauge(
            "hitofuda_machine_backlog_facts",
            "Facts of the machine that its hub knows to be missing.",
            [(_named(o, m), m.behind) for o, m in machines],
        ),
        _gauge(
            "hitofuda_machine_bells",
            "Calls for staff whose cause lasts.",
            [(_named(o, m), len(m.bells)) for o, m in machines],
        ),
        _gauge(
            "hitofuda_machine_looked_over_timestamp_seconds",
            "When the machine was last looked over; 0 where it never was.",
            [(_named(o, m), m.checked_utc_ms / 1000) for o, m in machines],
        ),
        _gauge(
            "hitofuda_machine_printer",
            "1 for the status that each printer has now.",
            [
                ({**_named(o, m), "printer": printer, "status": status}, 1)
                for o, m in machines
                for printer, status in sorted(m.paper.items())
            ],
        ),
        _gauge(
            "hitofuda_machine_check_grade",
            "What the last look over the machine found: 0 good, 1 something to see to, 2 does not work.",
            [
                ({**_named(o, m), "check": check}, GRADES[grade])
                for o, m in machines
                for check, grade in sorted(m.checks.items())
                if grade in GRADES
            ],
        ),
    ]


def _named(one: OfficeSeen, machine: MachineNow) -> dict[str, str]:
    return {"office": one.office, "machine": machine.code}


def _of_alerts(opened: Sequence[alerts.Open]) -> Family:
    """Zeros too: a rule that asks for more than none must find something to ask."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for one in opened:
        counts[one.standing.severity] += 1
    return _gauge(
        "hitofuda_alerts_open",
        "Alerts that were told and have not ended.",
        [({"severity": severity}, count) for severity, count in counts.items()],
    )


async def _of_queues(connection: Connection) -> list[Family]:
    found = await connection.execute(
        "SELECT 'visitors', count(*) FROM messages WHERE state IN ('waiting', 'sending') "
        "UNION ALL SELECT 'technicians', count(*) FROM alert_messages WHERE state IN ('waiting', 'sending')"
    )
    rows = [({"to": to}, count) for to, count in await found.fetchall()]
    return [_gauge("hitofuda_messages_waiting", "Messages that wait for their way out.", sorted(rows, key=str))]


def _of_archive(one: Archive) -> list[Family]:
    made = [_one("hitofuda_archive_on", "1 where PostgreSQL archives its write-ahead log.", {}, one.is_on)]
    if one.is_on:
        made += [
            _family("counter", "hitofuda_archive_segments_total", "Segments that were archived.", [({}, one.archived)]),
            _family("counter", "hitofuda_archive_failures_total", "Tries that failed.", [({}, one.failed)]),
            _one("hitofuda_archive_failing", "1 while the last try is one that failed.", {}, one.fails_now),
            _one(
                "hitofuda_archive_last_timestamp_seconds",
                "When the last segment was archived; 0 where none was.",
                {},
                one.last_at.timestamp() if one.last_at else 0,
            ),
        ]
    return made
