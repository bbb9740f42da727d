"""A coin recycler and a note validator as one place to pay, as scripts without input or output.

The order is part of what they know: a note is decided upon while it is held, money counts when the device says that
it is in for good, a payout is sent once and known by the changer's own counter, and a counter at 0 is a power cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from drivers.cctalk_unit import counting, payouts
from drivers.cctalk_unit import messages as m
from drivers.cctalk_unit.change import can_give, can_give_for_any_coin
from drivers.cctalk_unit.counting import Count, Mark
from drivers.cctalk_unit.scripts import Script, ask, both, pause, tell
from drivers.payment_ports import HandedBack, InDoubt, Inserted, MoneyEvent, PaidOut, UnitStatus

SHUT_POLLS, SHUT_PAUSE_S = 80, 0.1
"""A note takes a second or two to be stacked or to come back."""
SETTLED_POLLS = 20
"""So long nothing may be heard before nothing moves: a note that was just put in is told of only when it is held, and
it must not be taken for the next visitor's."""
UNHEARD_POLLS = 4
"""So often nothing at all may be heard before it cannot be known: each takes seconds, and a kiosk whose unit is off
would stand dark for minutes at its start. What went in meanwhile is told when it answers again."""
STACKING_POLLS = 40
"""Polls of a note that was told to go in and of which nothing is heard, before it counts as stuck."""
OPEN, SHUT = bytes((1,)), bytes((0,))


class CashUnit:
    """The state of one unit. Every method is a script; `events` are told in their order."""

    def __init__(self, notes_yen: tuple[int, ...], last_mark: str = "") -> None:
        known = counting.mark_of(last_mark) if last_mark else None
        self.mark = known or Mark()
        self.status: UnitStatus = "unknown"
        self._primed = known is not None
        """Whether the counts are known from before: else those of the first contact are taken as they are."""
        self._takes = notes_yen
        self._coins: dict[int, int] = {}
        self._notes: dict[int, int] = {}
        self._hoppers: tuple[tuple[int, int], ...] = ()
        self._numbers: tuple[int, ...] = ()
        """Of the hoppers that there are; others need not be asked again."""
        self._empty = 0
        """The hopper that says it is, whatever its count."""
        self._note_trouble: UnitStatus | None = None
        self._open = False
        self._wanted_yen = self._inserted_yen = 0
        self._held_yen = 0
        """Of the note that is in escrow or on its way into the stacker."""
        self._held_polls = 0
        self._in_doubt: tuple[int, Count, PaidOut] | None = None
        """The last payout, if nobody knows what became of it."""
        self._why_back: Literal["no_change", "not_taken", "shut"] = "not_taken"

    @property
    def holds(self) -> tuple[tuple[int, int], ...]:
        return self._hoppers

    # --- what it is and how it is ----------------------------------------------------------------------------------

    def look(self) -> Script[UnitStatus]:
        """Asks everything. The gravest is said."""
        self.status = yield from self._looked()
        return self.status

    def _looked(self) -> Script[UnitStatus]:
        if not (self._coins and self._notes):
            found = yield from self._tables()
            if found != "ready":
                return found
        doing = yield from ask(m.CHANGER, m.REQUEST_ACTIVITY)
        error = yield from ask(m.CHANGER, m.REQUEST_ERROR)
        check = yield from ask(m.VALIDATOR, m.SELF_CHECK)
        if doing is None or error is None or not check or (activity := m.activity(doing)) is None:
            return "silent"
        if activity.starting:
            return "unknown"
        status = m.changer_status(error)
        if check[0] == 0 and self._note_trouble in ("note_jam", "fault", "tampered"):
            # A jam that was cleared; that a stacker is full or out it says by an event when that is over.
            self._note_trouble = None
        if check[0] != 0 and self._note_trouble is None:
            self._note_trouble = "fault"
        if status not in ("ready", "no_change"):
            return status
        if self._note_trouble is not None:
            return self._note_trouble
        # An empty hopper of large coins is no harm as long as the smaller ones do.
        self._empty = error[0] if status == "no_change" else 0
        if not (yield from self._read_hoppers()):
            return "silent"
        return "ready" if can_give_for_any_coin(self._hoppers) else "no_change"

    def _tables(self) -> Script[UnitStatus]:
        for address in (m.CHANGER, m.VALIDATOR):
            category = yield from ask(address, m.REQUEST_CATEGORY)
            if category is None:
                return "silent"
            if category.decode("latin-1").strip().lower() != m.CATEGORY[address]:
                return "other_device"
        answer = yield from ask(m.VALIDATOR, m.REQUEST_SCALING, m.COUNTRY)
        if answer is None:
            return "silent"
        scale = m.scaling(answer)
        coins, notes = {}, {}
        for number in range(1, m.TYPES_MAX + 1):
            coin = yield from ask(m.CHANGER, m.REQUEST_COIN_ID, bytes((number,)))
            note = yield from ask(m.VALIDATOR, m.REQUEST_NOTE_ID, bytes((number,)))
            coins[number] = m.coin_yen(coin or b"")
            notes[number] = m.note_yen(note or b"", scale)
        self._coins = {number: yen for number, yen in coins.items() if yen}
        self._notes = {number: yen for number, yen in notes.items() if yen}
        return "ready" if self._coins and self._notes else "other_device"

    def _read_hoppers(self) -> Script[bool]:
        """False: the changer does not say, or has none."""
        found = []
        for number in self._numbers or range(1, m.HOPPERS_MAX + 1):
            answer = yield from ask(m.CHANGER, m.REQUEST_HOPPER, bytes((number,)))
            if answer is None and self._numbers:
                return False
            if answer is None:
                break
            if (held := m.hopper(answer)) is not None:
                found.append((number, held))
        self._numbers = tuple(number for number, _ in found)
        self._hoppers = tuple(held for number, held in found if number != self._empty)
        return bool(found)

    # --- money in --------------------------------------------------------------------------------------------------

    def open(self, wanted_yen: int) -> Script[UnitStatus]:
        if (yield from self.look()) != "ready":
            return self.status
        self._wanted_yen, self._inserted_yen = wanted_yen, 0
        coins = _mask(number for number, yen in self._coins.items() if yen >= 10)
        notes = _mask(number for number, yen in self._notes.items() if yen in self._takes)
        done = (
            (yield from tell(m.VALIDATOR, m.MODIFY_NOTE_MODE, m.STACKER_AND_ESCROW))
            and (yield from tell(m.CHANGER, m.MODIFY_INHIBIT, coins))
            and (yield from tell(m.VALIDATOR, m.MODIFY_INHIBIT, notes))
            and (yield from both(m.MODIFY_MASTER_INHIBIT, OPEN))
        )
        self._open = True
        if not done:
            self._open = False
            yield from both(m.MODIFY_MASTER_INHIBIT, SHUT)
            self.status = "silent"
        return self.status

    def poll(self) -> Script[tuple[MoneyEvent, ...]]:
        """What is new. Shuts when the sum is reached, and when something is in doubt."""
        if not (self._coins and self._notes) and (found := (yield from self._tables())) != "ready":
            self.status = found
            return ()
        coins = yield from self._read(m.CHANGER, m.READ_COINS)
        notes = yield from self._read(m.VALIDATOR, m.READ_NOTES)
        if coins is None or notes is None:
            self.status = "silent"
            return ()
        if self.status == "silent":
            self.status = "unknown"
        if not self._primed:
            self._primed = True
            self.mark = replace(self.mark, coins=Count(0, coins.counter), notes=Count(0, notes.counter))
            return ()
        told = [*self._coins_told(coins), *(yield from self._notes_told(notes))]
        if self._held_yen and not any(isinstance(event, Inserted | HandedBack) for event in told):
            self._held_polls += 1
            if self._held_polls > STACKING_POLLS:
                told.append(self._doubt("stuck"))
        if self._open and coins.counter == 0 and (yield from self._was_shut()):
            told.append(self._doubt("power"))
        done = self._inserted_yen >= self._wanted_yen or any(isinstance(event, InDoubt) for event in told)
        if self._open and done:
            self._open = False
            yield from both(m.MODIFY_MASTER_INHIBIT, SHUT)
        return tuple(told)

    def _read(self, address: int, header: int) -> Script[m.Events | None]:
        answer = yield from ask(address, header)
        return None if answer is None else m.events(answer)

    def _was_shut(self) -> Script[bool]:
        """A changer that lost its power before its first event says 0 as before, but it has forgotten to be open."""
        answer = yield from ask(m.CHANGER, m.REQUEST_MASTER_INHIBIT)
        return answer is not None and len(answer) == 1 and not answer[0] & 1

    def _coins_told(self, said: m.Events) -> list[MoneyEvent]:
        news = counting.news(self.mark.coins, said)
        told: list[MoneyEvent] = []
        for count, kind, code in news.fresh:
            self.mark = replace(self.mark, coins=count)
            if kind == 0:
                told += [HandedBack("not_taken")] if code in m.REJECTS else []
            elif kind in self._coins:
                told.append(self._inserted("coin", count, self._coins[kind]))
            else:
                told.append(self._doubt("lost"))
        return told + self._gaps(news, replace(self.mark, coins=news.now))

    def _notes_told(self, said: m.Events) -> Script[list[MoneyEvent]]:
        news = counting.news(self.mark.notes, said)
        told: list[MoneyEvent] = []
        for count, kind, code in news.fresh:
            self.mark = replace(self.mark, notes=count)
            if kind == 0:
                told += self._note_told(m.note_news(code))
            elif kind not in self._notes:
                told.append(self._doubt("lost"))
            elif code == m.IN_THE_STACKER:
                self._held_yen = 0
                told.append(self._inserted("note", count, self._notes[kind]))
            elif code == m.IN_ESCROW and count == news.now:
                # An older one was decided upon, or has gone back by itself.
                yield from self._decide(self._notes[kind])
        return told + self._gaps(news, replace(self.mark, notes=news.now))

    def _note_told(self, what: m.NoteNews) -> list[MoneyEvent]:
        match what:
            case "returned":
                why, self._held_yen, self._why_back = self._why_back, 0, "not_taken"
                return [HandedBack(why)]
            case "refused":
                return [HandedBack("not_taken")]
            case "ok":
                self._note_trouble = None
            case "nothing" | "ready":
                pass
            case trouble:
                self._note_trouble = trouble
                if self._held_yen and trouble == "note_jam":
                    return [self._doubt("stuck")]
        return []

    def _decide(self, yen: int) -> Script[None]:
        """Takes a held note when change can be given for it, and else gives it back."""
        self._held_yen, self._held_polls = yen, 0
        over_yen = self._inserted_yen + yen - self._wanted_yen
        known = yield from self._read_hoppers()
        takes = self._open and yen in self._takes and known and (over_yen <= 0 or can_give(self._hoppers, over_yen))
        self._why_back = "no_change" if self._open else "shut"
        yield from ask(m.VALIDATOR, m.ROUTE_NOTE, m.STACK_NOTE if takes else m.RETURN_NOTE)

    def _gaps(self, news: counting.News, mark: Mark) -> list[MoneyEvent]:
        self.mark = mark
        if news.began_anew:
            return [self._doubt("power")]
        return [self._doubt("lost")] if news.lost else []

    def _inserted(self, source: Literal["coin", "note"], count: Count, yen: int) -> Inserted:
        self._inserted_yen += yen
        return Inserted(f"{source}-{count}", yen, source, str(self.mark))

    def _doubt(self, why: Literal["power", "lost", "stuck"]) -> InDoubt:
        self._held_yen = 0
        return InDoubt(why, str(self.mark))

    def shut(self, was_open: bool = False) -> Script[tuple[MoneyEvent, ...]]:
        """Comes back when nothing moves any more, or when it cannot be known."""
        told: list[MoneyEvent] = []
        if was_open and not self._open:
            inhibit = yield from ask(m.CHANGER, m.REQUEST_MASTER_INHIBIT)
            if inhibit != OPEN:
                # One that does not answer is perhaps still without power, and will have forgotten by then.
                told.append(self._doubt("power"))
        self._open = False
        yield from both(m.MODIFY_MASTER_INHIBIT, SHUT)
        told += yield from self.poll()
        if self._held_yen:
            self._why_back = "shut"
            yield from ask(m.VALIDATOR, m.ROUTE_NOTE, m.RETURN_NOTE)
        settled = unheard = 0
        for _ in range(SHUT_POLLS):
            doing = yield from ask(m.CHANGER, m.REQUEST_ACTIVITY)
            more = yield from self.poll()
            told += more
            activity = m.activity(doing) if doing is not None else None
            moves = activity is None or activity.taking or self._held_yen or more
            settled = 0 if moves else settled + 1
            if settled > SETTLED_POLLS:
                return tuple(told)
            unheard = unheard + 1 if doing is None and self.status == "silent" else 0
            if unheard >= UNHEARD_POLLS:
                break
            yield from pause(SHUT_PAUSE_S)
        if self._held_yen:
            told.append(self._doubt("stuck"))
        return tuple(told)

    # --- money out -------------------------------------------------------------------------------------------------

    def read_mark(self) -> Script[tuple[str | None, tuple[MoneyEvent, ...]]]:
        """None: it does not say. What it told on the way was not told before."""
        told = yield from self.poll()
        out = yield from payouts.verify()
        if out is None or self.status == "silent":
            return None, told
        before = self.mark.payouts
        if out.counter == 0 and before.seen:
            now = before.new_life()
        else:
            now = before.until(out.counter) if out.counter else before
        self.mark = replace(self.mark, payouts=now)
        return str(self.mark), told

    def pay_out(self, yen: int, since: Mark) -> Script[PaidOut]:
        if self._in_doubt is not None and self._in_doubt[:2] == (yen, since.payouts):
            # The counter may say that nothing was paid; nobody tries again on its word alone.
            return self._in_doubt[2]
        found = self._settled((yield from payouts.pay(yen, since.payouts)))
        self._in_doubt = (yen, since.payouts, found) if found.doubt_yen else None
        return found

    def paid_since(self, yen: int, since: Mark) -> Script[PaidOut]:
        return self._settled((yield from payouts.paid_since(yen, since.payouts)))

    def _settled(self, found: payouts.Found) -> PaidOut:
        self.mark = replace(self.mark, payouts=found.now)
        return PaidOut(found.paid_yen, found.doubt_yen, str(self.mark), found.cause)


def _mask(numbers: Iterable[int]) -> bytes:
    """Bit 0 of the first byte is type 1; 1 is taken."""
    return sum(1 << (number - 1) for number in numbers).to_bytes(2, "little")
