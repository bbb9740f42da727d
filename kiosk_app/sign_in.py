"""The door of the staff: code and PIN, one check at a time, and a lock after wrong ones.

A code that does not exist is counted, locked, timed and answered like one that does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from kiosk_app import api
from kiosk_app.book import Book
from kiosk_app.office.facts import SignInLocked
from kiosk_app.office.times import clock_text
from kiosk_app.settings_staff import PIN_MEMORY_KIB, PIN_ROUNDS, StaffMember
from offline_store.errors import StoreFull

WRONG_PINS_MAX = 5
LOCK_MS = 10 * 60 * 1000
WAITING_MAX = 16
"""So many may wait for their PIN to be checked, some 30 ms each."""
STRANGERS_MAX = 200
"""Codes that do not exist and whose tries are remembered; the oldest is forgotten first."""

WRONG = "係員番号か暗証番号がちがいます。もう一度入れてください。"
CROWDED = "サインインが込み合っています。少し待ってから、もう一度押してください。"


class Door:
    """Remembers wrong tries in memory; that a code was locked is a fact, so a restart does not unlock it.

    `records`: whether a lock is such a fact. Only the hub writes it, and only for its consoles.
    """

    def __init__(self, book: Book, staff: Sequence[StaffMember], records: bool = True) -> None:
        self._book = book
        self._records = records
        self._staff = {member.code: member for member in staff}
        self._wrong: dict[str, int] = {}
        self._locked_until: dict[str, int] = {}
        self._waiting = 0
        self._hashing = ThreadPoolExecutor(1, thread_name_prefix="pin")

    def member(self, code: str) -> StaffMember | None:
        return self._staff.get(code)

    async def admit(self, wish: api.SignIn) -> StaffMember | str:
        """The member, or one sentence why not."""
        code = wish.staff_code
        if refusal := self._locked(code):
            return refusal
        if self._waiting >= WAITING_MAX:
            return CROWDED
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            right = await loop.run_in_executor(self._hashing, _verify, self._staff.get(code), wish.pin)
        finally:
            self._waiting -= 1
        # Others may have tried the same code meanwhile: a lock holds for the right PIN too.
        if refusal := self._locked(code):
            return refusal
        member = self._staff.get(code)
        if member is None or not right:
            return self._count(code)
        self._wrong.pop(code, None)
        return member

    def close(self) -> None:
        self._hashing.shutdown()

    def _locked(self, code: str) -> str:
        until = max(self._book.state.locks.get(code, 0), self._locked_until.get(code, 0))
        if until <= self._book.clock.now_utc_ms():
            return ""
        # The minute in which it ends is not over yet.
        again = clock_text(until + 59_999)
        return f"続けてまちがえたため、{again}までサインインできません。リーダーに相談してください。"

    def _count(self, code: str) -> str:
        wrong = self._wrong.pop(code, 0) + 1
        if wrong < WRONG_PINS_MAX:
            self._wrong[code] = wrong
            self._forget_strangers(self._wrong)
            return WRONG
        until = self._book.clock.now_utc_ms() + LOCK_MS
        self._locked_until[code] = until
        self._forget_strangers(self._locked_until)
        if code in self._staff and self._records:
            try:
                self._book.commit(code, [SignInLocked(staff_code=code, until_utc_ms=until)])
            except StoreFull:
                # Nothing can be kept: the lock then lasts in memory alone.
                return self._locked(code)
        return self._locked(code)

    def _forget_strangers(self, counted: dict[str, int]) -> None:
        strangers = [code for code in counted if code not in self._staff]
        for code in strangers[: max(0, len(strangers) - STRANGERS_MAX)]:
            del counted[code]


def _verify(member: StaffMember | None, pin: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import VerificationError

    hasher = PasswordHasher(time_cost=PIN_ROUNDS, memory_cost=PIN_MEMORY_KIB, parallelism=1)
    if member is None:
        hasher.hash(pin)
        return False
    try:
        return hasher.verify(member.pin_hash, pin)
    except VerificationError:
        return False
