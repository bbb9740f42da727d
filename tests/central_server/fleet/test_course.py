"""From seen to ended: whatever a sensor flutters, one trouble is told once at its beginning and once at its end."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from central_server.fleet.course import GONE, LASTS, Standing, changes
from central_server.fleet.problems import Judged, Key, Problem, Severity
from tests.central_server.fleet.fleet_house import NOON

NEAR = Key("o", "m1", "paper_near_end", "printer")
OTHER = Key("o", "m2", "offline")


class Course:
    """Time goes on by hand; `told` is what receivers would have heard."""

    def __init__(self) -> None:
        self.now: datetime = NOON
        self.standing: dict[Key, Standing] = {}
        self.told: list[tuple[str, str]] = []
        self.ids = 0

    def look(self, judged: Judged) -> None:
        new = {}
        for key in judged.found.keys() - self.standing.keys():
            self.ids += 1
            new[key] = f"a{self.ids}"
        for change in changes(self.standing, judged, new, self.now):
            if change.now is None:
                assert change.before is not None
                del self.standing[change.key]
            else:
                self.standing[change.key] = change.now
            if change.event is not None:
                one = change.now or change.before
                assert one is not None
                self.told.append((one.alert, change.event))

    def pass_(self, span: timedelta) -> None:
        self.now += span


def seen(severity: Severity = "warning", key: Key = NEAR) -> Judged:
    return Judged(found={key: Problem(severity)})


WELL = Judged()


def test_a_flutter_is_not_told_and_what_lasts_is_told_once() -> None:
    one = Course()
    one.look(seen())
    one.look(WELL)
    assert one.standing == {} and one.told == []
    for _ in range(20):
        one.look(seen())
        one.pass_(LASTS["paper_near_end"])
    assert one.told == [("a2", "opened")]


def test_what_comes_back_soon_is_the_same_and_what_stays_away_has_ended() -> None:
    one = Course()
    one.look(seen())
    one.pass_(LASTS["paper_near_end"])
    one.look(seen())
    for _ in range(5):
        one.pass_(GONE - timedelta(seconds=1))
        one.look(WELL)
        one.pass_(timedelta(seconds=30))
        one.look(seen())
    assert one.told == [("a1", "opened")]
    one.look(WELL)
    one.pass_(GONE)
    one.look(WELL)
    assert one.told == [("a1", "opened"), ("a1", "ended")] and one.standing == {}


def test_what_gets_worse_is_told_once_more_and_never_milder() -> None:
    one = Course()
    for severity in ("warning", "critical", "warning", "critical"):
        one.look(seen(severity, Key("o", "m1", "certificate_expiry", "tls_hub")))  # type: ignore[arg-type]
        one.pass_(timedelta(minutes=1))
    assert one.told == [("a1", "opened"), ("a1", "worse")]


def test_what_cannot_be_seen_neither_begins_nor_ends() -> None:
    one = Course()
    one.look(seen())
    one.pass_(LASTS["paper_near_end"])
    one.look(seen())
    for _ in range(3):
        one.pass_(timedelta(hours=5))
        one.look(Judged(blind={("o", "m1")}))
        one.look(Judged(blind={("o", "")}))
        one.look(Judged(held={NEAR}))
    assert one.told == [("a1", "opened")]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([timedelta(seconds=15), timedelta(minutes=3), timedelta(minutes=11)]),
            st.sampled_from(["", "warning", "critical"]),
            st.sampled_from(["", "warning", "critical"]),
            st.sampled_from(["", "m1", "m2"]),
        ),
        max_size=40,
    )
)
def test_any_course_tells_each_alert_in_order_and_never_two_of_one_at_once(
    looks: list[tuple[timedelta, Severity, Severity, str]],
) -> None:
    one, open_now = Course(), defaultdict[Key, set[str]](set)
    for span, near, other, blind in looks:
        found = {key: Problem(severity) for key, severity in ((NEAR, near), (OTHER, other)) if severity}
        if blind:
            found = {key: problem for key, problem in found.items() if key.machine != blind}
        one.look(Judged(found=found, blind={("o", blind)} if blind else set()))
        one.pass_(span)
        for key, standing in one.standing.items():
            if standing.opened_at is not None:
                open_now[key].add(standing.alert)
    by_alert = defaultdict[str, list[str]](list)
    for alert, event in one.told:
        by_alert[alert].append(event)
    for events in by_alert.values():
        assert events in (["opened"], ["opened", "ended"], ["opened", "worse"], ["opened", "worse", "ended"])
    for alerts in open_now.values():
        # Of each but perhaps the last the end was told before the next began.
        assert sum(1 for alert in alerts if "ended" not in by_alert[alert]) <= 1
