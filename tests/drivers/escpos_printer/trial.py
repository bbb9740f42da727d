"""One number on virtual time under any fault: printed, printed again if need be, then the next. Judged at both ends: by
the simulated paper, and by what went over the line, read here without the driver's own state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.job import PAPER_HANDLED
from drivers.escpos_printer.protocol import ASK_PAPER, EncodedTicket, encode_ticket, marks_of, report
from drivers.escpos_printer.replies import AutomaticStatus, ProcessId, QueuedStatus, Reply
from drivers.escpos_printer.status import from_asb
from drivers.escpos_printer.transport import PrinterSettings, Transport
from drivers.escpos_printer.virtual import VirtualLine, VirtualPrinter
from drivers.ports import Gap, NumberMark, PaperPart, PrintOutcome, TicketLine, TicketPaper

NUMBER, NEXT_NUMBER = "A-105", "A-106"
WAITS_S = 12.0
"""The longest that a ticket may keep a visitor: its own limit, then one clearing and one question."""

Act = Callable[[VirtualPrinter], None]


def lasting(condition: str) -> Act:
    return lambda printer: printer.faults.fail_repeatedly(condition)


def become_slow(printer: VirtualPrinter) -> None:
    printer.bytes_s = 60.0


FAULTS: dict[str, Act] = {
    **{
        condition: lasting(condition)
        for condition in (
            *("paper_out", "cover_open", "cutter_error", "head_hot", "offline", "hung", "near_end"),
            *("power_off", "unplugged", "silent", "garbled", "duplicate", "connection"),
        )
    },
    "half_answer": lambda printer: printer.faults.fail_next("half_answer"),
    "half_answers": lasting("half_answer"),
    "late_answers": lambda printer: printer.faults.delay(0.4),
    "too_late_answers": lambda printer: printer.faults.delay(3.0),
    "slow_line": become_slow,
}


def paper(number: str, *more: PaperPart, reprint: bool = False) -> TicketPaper:
    head = (TicketLine("再発行", 2, reverse=True),) if reprint else ()
    body = (TicketLine("区役所", 2), Gap(16), NumberMark(), TicketLine(number, 8), TicketLine("証明書"))
    return TicketPaper((*head, *body, *more))


@dataclass(frozen=True)
class Kind:
    """Which printer stands here, and on which line."""

    over: str = "tcp"
    bytes_s: float = 1e7
    process_ids: bool = True
    clears: bool = True


class Overheard(VirtualLine):
    """Also tells the trial what arrived."""

    def __init__(
        self,
        transport: Transport,
        automatic: Callable[[bytes], None],
        ended: Callable[[], None],
        heard: list[Reply],
    ) -> None:
        self._heard = heard
        self._is_open = True
        super().__init__(transport, automatic, ended)

    def sort(self, data: bytes) -> list[Reply]:
        replies = super().sort(data)
        if self._is_open:
            self._heard.extend(replies)
        return replies

    def close(self) -> None:
        """What comes while the line is being closed nobody hears."""
        self._is_open = False
        super().close()


class WatchedPrinter(VirtualPrinter):
    """Knows what was handed over to its line, and at which moments anything happened."""

    def __init__(self, kind: Kind) -> None:
        self.handed_over = bytearray()
        self.moments: list[float] = []
        super().__init__(
            kind.over,
            kind.bytes_s,
            speed_dots_s=2000.0,
            cut_s=0.3,
            process_ids=kind.process_ids,
            clear_response=kind.clears,
            slice_dots=32,
        )

    def push(self, data: bytes) -> int:
        taken = super().push(data)
        self.handed_over += data[:taken]
        return taken

    def do_what_is_due(self) -> float | None:
        if not self.moments or self.moments[-1] < self.now_s():
            self.moments.append(self.now_s())
        return super().do_what_is_due()


@dataclass
class Trial:
    """A driver that has asked its printer and may print."""

    kind: Kind
    more: tuple[PaperPart, ...] = ()
    """What the tickets carry besides."""
    told: list[object] = field(default_factory=list)
    """What is done to it, for whoever reads a failure."""
    is_new: bool = False
    """The driver has not asked yet."""

    def __post_init__(self) -> None:
        self.printer = WatchedPrinter(self.kind)
        self.heard: list[Reply] = []
        self.driver = EscPosTicketPrinter(
            PrinterSettings(),
            self.printer.open,
            listen=lambda transport, automatic, ended: Overheard(transport, automatic, ended, self.heard),
            monotonic=self.printer.now_s,
        )
        if not self.is_new:
            assert self.driver.preflight() == "ready"

    def first(self) -> PrintOutcome:
        """The ticket that meets the fault."""
        self.heard.clear()
        self.printer.handed_over.clear()
        outcome = self.driver.print_ticket(paper(NUMBER, *self.more), "one")
        self.told.append(outcome)
        self._judge_by_the_line(outcome)
        return outcome

    def _judge_by_the_line(self, outcome: PrintOutcome) -> None:
        """The verdict is what the bytes that went over the line prove: every `maybe` is explained by them."""
        context = (self.kind, self.told)
        number_is_sent, may_be_sent = self._is_number_sent()
        assert outcome.finished_s <= WAITS_S, context
        if self.kind.process_ids:
            stops = [stop for _, stop in self._ticket().stops]
            ids = {reply.process_id for reply in self.heard if isinstance(reply, ProcessId)}
            reported = next((at for at, stop in enumerate(stops) if stop not in ids), len(stops))
            is_whole = reported == len(stops) and not self._was_handled()
            assert (outcome.cause is None) == is_whole, context
            if is_whole:
                assert outcome.verdict == "issued", context
            elif reported == len(stops) - 1:
                assert outcome.verdict == "uncut", context
            elif number_is_sent:
                assert outcome.verdict == "maybe", context
            else:
                assert outcome.verdict == "not_issued" or (may_be_sent and outcome.verdict == "maybe"), context
        elif outcome.verdict == "not_issued":
            assert not number_is_sent and outcome.cause is not None, context
        elif outcome.verdict == "unknown":
            assert (number_is_sent or may_be_sent) and outcome.cause is not None, context
        else:
            assert outcome.verdict == "maybe" and number_is_sent, context
            stops = self.printer.handed_over.count(ASK_PAPER)
            assert sum(isinstance(reply, QueuedStatus) for reply in self.heard) >= stops >= 3, context

    def _was_handled(self) -> bool:
        """The printer said, before the last report, that its paper was out or its cover open."""
        last = max(at for at, reply in enumerate(self.heard) if isinstance(reply, ProcessId))
        return any(
            isinstance(reply, AutomaticStatus) and from_asb(reply.data) in PAPER_HANDLED for reply in self.heard[:last]
        )

    def _ticket(self) -> EncodedTicket:
        return encode_ticket(paper(NUMBER, *self.more), marks_of("one", 1), process_ids=self.kind.process_ids)

    def _is_number_sent(self) -> tuple[bool, bool]:
        """Whether a byte of it was; and whether a USB line that broke then cannot tell."""
        ticket = self._ticket()
        mark = marks_of("one", 1).number
        number_end = next(end for end, stop in ticket.stops if stop == mark)
        assert ticket.data[:number_end].endswith(report(mark) if self.kind.process_ids else ASK_PAPER)
        sent = bytes(self.printer.handed_over)
        # What may stand in the place of the rest is a real-time command: it begins with another byte than the number.
        assert ticket.data[number_end] != 0x10
        at = sent.find(ticket.data[:number_end])
        following = sent[at + number_end :][:1] if at >= 0 else b""
        return following == ticket.data[number_end : number_end + 1], self.kind.over == "usb"

    def wait(self, seconds: float) -> None:
        self.printer.run(self.printer.now_s() + seconds, lambda: False)

    def end_faults(self) -> None:
        self.printer.faults.clear()
        self.printer.bytes_s = self.kind.bytes_s

    def finish(self, outcome: PrintOutcome, *, torn_unheard: bool = False, cut_unheard: bool = False) -> None:
        """The same number again where it may be asked for, then the next; and the paper agrees with every word.

        `torn_unheard`: a hand may have torn paper off in mid-ticket while the line lost the word of it.
        `cut_unheard`: GS r may have been answered twice and the cut itself been lost (both in decision 016).
        """
        printer, context = self.printer, (self.kind, self.told)
        with_number = [lines for lines in printer.lines_on_paper() if NUMBER in lines]
        whole = [piece for piece in printer.pieces if NUMBER in piece.lines and not piece.torn]
        assert len(with_number) <= 1, (context, with_number)
        if outcome.verdict == "issued":
            assert len(with_number) == 1 and any(not piece.torn for piece in printer.pieces), context
            assert whole or torn_unheard, context
        assert outcome.verdict != "not_issued" or not with_number, context
        assert outcome.verdict != "uncut" or with_number, context
        expected = "issued" if self.kind.process_ids else "maybe"
        if outcome.verdict != "issued":
            again = self.driver.print_ticket(paper(NUMBER, *self.more, reprint=True), "one")
            assert again.verdict == expected, (context, again)
        after = self.driver.print_ticket(paper(NEXT_NUMBER, *self.more), "two")
        assert after.verdict == expected, (context, after)
        self.wait(1.0)
        papers = printer.lines_on_paper()
        unmarked = [lines for lines in papers if NUMBER in lines and " 再発行 " not in lines]
        marked = [lines for lines in papers if NUMBER in lines and " 再発行 " in lines]
        assert len(unmarked) == len(with_number) or (cut_unheard and not unmarked), (context, papers)
        assert len(marked) == (outcome.verdict != "issued"), (context, papers)
        assert sum(NEXT_NUMBER in lines for lines in papers) == 1, (context, papers)
        assert not any(NUMBER in lines and NEXT_NUMBER in lines for lines in papers), (context, papers)
        self.driver.close()
