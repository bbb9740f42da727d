"""What the catalogue says of certificates at a kiosk: which kinds, at which hours and places, and whose counter gives
each.

Left out, no machine of the office sells one. Prices stand in the table of fees, whom a certificate may name in
certificates.py. Import the parts from catalogue_parts.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from kiosk_app.office.catalogue_base import Clock, Id, LocalTime, Part, Text, Weekday
from kiosk_app.office.certificates import KINDS, Kind


class CertificateKind(Part, frozen=True, kw_only=True):
    """A kind that is sold at the office's kiosks."""

    kind: Kind
    service: Id
    """Whoever cannot have it at the kiosk is offered a ticket for this service."""


class CertificateHours(Part, frozen=True, kw_only=True):
    """When some kinds are sold. A kind may stand in several; at none of their times it is closed."""

    kinds: tuple[Kind, ...] = ()
    """None named: all kinds."""
    sites: tuple[Id, ...] = ()
    """As the machine's settings name its place; none named: everywhere."""
    weekdays: tuple[Weekday, ...]
    start: Clock
    until: Clock
    holidays: bool = False
    """Also on national holidays that fall on one of these weekdays."""


class CertificateClosure(Part, frozen=True, kw_only=True):
    """Nothing is sold for a time: a system is being looked after. None named: all kinds."""

    start: LocalTime
    until: LocalTime
    kinds: tuple[Kind, ...] = ()
    reason: Text


class OfficeCertificates(Part, frozen=True, kw_only=True):
    """Certificates at this office's kiosks. The yearly closures of the office hold for them too."""

    city: Text
    """The municipality whose certificates they are: 北九州市."""
    elsewhere: Id
    """The service for who needs a certificate of another municipality."""
    kinds: tuple[CertificateKind, ...]
    """In the order of the screen."""
    hours: tuple[CertificateHours, ...]
    closures: tuple[CertificateClosure, ...] = ()


def certificate_faults(found: OfficeCertificates | None, services: Collection[str]) -> Iterator[str]:
    """`services`: the ids of the catalogue."""
    if found is None:
        return
    if not found.kinds:
        yield "certificates.kinds: expected at least one"
    for kind, times in Counter(one.kind for one in found.kinds).items():
        if times > 1:
            yield f"certificates.kinds[{kind}]: expected each only once, {kind!r} stands there {times} times"
    for path, service in (
        ("certificates.elsewhere", found.elsewhere),
        *((f"certificates.kinds[{one.kind}].service", one.service) for one in found.kinds),
    ):
        if service not in services:
            yield f"{path}: expected the id of a service, {service!r} is unknown"
    yield from _hours(found)
    for n, closure in enumerate(found.closures, 1):
        if closure.start >= closure.until:
            yield f"certificates.closures[#{n}]: expected start before until, got {closure.start} to {closure.until}"


def _hours(found: OfficeCertificates) -> Iterator[str]:
    if not found.hours:
        yield "certificates.hours: expected at least one"
    for n, hours in enumerate(found.hours, 1):
        if hours.start >= hours.until:
            yield f"certificates.hours[#{n}]: expected start before until, got {hours.start} to {hours.until}"
        if not hours.weekdays:
            yield f"certificates.hours[#{n}].weekdays: expected at least one"
    covered = {kind for hours in found.hours for kind in (hours.kinds or KINDS)}
    for one in found.kinds:
        if found.hours and one.kind not in covered:
            yield f"certificates.kinds[{one.kind}]: expected hours at which it is sold, there are none"
