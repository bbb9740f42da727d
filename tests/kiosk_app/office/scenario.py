"""One small office in memory for the tests: it decides, appends and applies as the core does, on synthetic visitors."""

from __future__ import annotations

from kiosk_app.api import Role, StaffAct
from kiosk_app.office import facts as f
from kiosk_app.office import held
from kiosk_app.office.calls import decide
from kiosk_app.office.decision import Answer, Decision, Desk, Staff
from kiosk_app.office.folds import apply
from kiosk_app.office.numbers import Allocated, allocate
from kiosk_app.office.state import OfficeState

MINUTE_MS = 60_000
MORNING_MS = 1_775_433_600_000  # 2026-04-06 09:00 in Japan
SERVICES = {
    "residence": f.Stop(service="residence", group="A", service_name="住民票の写し", counters=(1, 2)),
    "seal": f.Stop(service="seal", group="A", service_name="印鑑登録証明書", counters=(1, 2), two_stage=True),
    "move": f.Stop(service="move", group="H", service_name="引っ越し", counters=(2, 3)),
}
DESK = Desk(
    counters={1: ("A",), 2: ("A", "H"), 3: ("H",)},
    services=SERVICES,
    closure_reasons={"台風・大雨": {"ja": "台風・大雨のため、休止しています。", "en": "Closed because of the storm."}},
    closures_ahead={"台風・大雨": {"ja": "台風・大雨のため、休止します。", "en": "closed because of the storm."}},
    notices={"混み合っています": {"ja": "ただいま大変混み合っています。", "en": "It is very busy now."}},
)

Record = tuple[str, int, int, str, f.Fact]


class Office:
    """`log` is everything that was appended, in order."""

    def __init__(self, desk: Desk = DESK) -> None:
        self.desk = desk
        self.state = OfficeState()
        self.log: list[Record] = []
        self.now_utc_ms = MORNING_MS
        self.intents = 0

    def append(self, *facts: f.Fact, machine: str = "hub", actor: str = "2041") -> None:
        for fact in facts:
            seq = sum(1 for record in self.log if record[0] == machine) + 1
            self.log.append((machine, seq, self.now_utc_ms, actor, fact))
            apply(self.state, *self.log[-1])

    def open_day(self, date: str = "2026-04-06", counters: tuple[int, ...] = (1, 2, 3)) -> Office:
        self.append(f.DayOpened(date=date, office="kokura-kita"))
        for counter in counters:
            self.act("open_counter", counter=counter)
        return self

    def issue(
        self,
        *services: str,
        due_min: float = 0,
        promise: str = "walk_in",
        verdict: f.Verdict | None = "issued",
        machine: str = "hub",
    ) -> str:
        self.intents += 1
        ticket = f"ticket-{self.intents}"
        stops = tuple(SERVICES[service] for service in services or ("residence",))
        letter = stops[0].group
        allocated = allocate(self.state, "1号機" if machine == "hub" else "2号機", letter)
        assert isinstance(allocated, Allocated)
        self.append(*allocated.facts)
        issued = f.TicketIssued(
            ticket=ticket,
            intent=f"issue-{self.intents}",
            letter=letter,
            number=allocated.number,
            stops=stops,
            language="ja",
            machine_code="1号機" if machine == "hub" else "2号機",
            due_utc_ms=self.now_utc_ms + int(due_min * MINUTE_MS),
            estimate_from_utc_ms=self.now_utc_ms,
            estimate_to_utc_ms=self.now_utc_ms,
            waiting_ahead=0,
            promise=promise,  # type: ignore[arg-type]
        )
        self.append(issued, machine=machine)
        if verdict is not None:
            job = f"job-{self.intents}"
            self.append(f.PrintStarted(job=job, ticket=ticket, attempt=1, printer="p"), machine=machine)
            self.append(f.PrintEnded(job=job, ticket=ticket, verdict=verdict), machine=machine)
        return ticket

    def decide(self, verb: str, role: Role = "clerk", intent: str = "", **fields: object) -> Answer:
        self.intents += 1
        act = StaffAct(intent=intent or f"act-{self.intents}", verb=verb, **fields)  # type: ignore[arg-type]
        return decide(self.state, act, Staff(code="2041", role=role), self.now_utc_ms, self.desk)

    def act(self, verb: str, role: Role = "clerk", intent: str = "", **fields: object) -> Answer:
        answer = self.decide(verb, role, intent, **fields)
        if isinstance(answer, Decision):
            self.append(*answer.facts)
        return answer

    def called(self, counter: int) -> str:
        """The ticket that 次を呼ぶ at this counter calls; empty when nobody waits."""
        answer = self.act("call_next", counter=counter)
        called = [fact for fact in answer.facts if isinstance(fact, f.Called)] if isinstance(answer, Decision) else []
        return called[0].ticket if called else ""

    def tick(self) -> Office:
        """What the core does by itself as time passes."""
        self.append(*held.back_in_line(self.state, self.now_utc_ms), actor="core")
        return self

    def pass_min(self, minutes: float) -> Office:
        self.now_utc_ms += int(minutes * MINUTE_MS)
        return self
