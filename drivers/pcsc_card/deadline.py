"""Gives every exchange with a card a deadline: PC/SC has none, and a silent card would hold its caller for ever.

A session's work runs in a thread of its own. The caller waits as long as exchanges follow each other in time; then it
goes on without, and the thread cleans up behind itself whenever the card service lets go of it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar, cast

T = TypeVar("T")
ABANDONED_MAX = 8
"""So many threads may hang in the card service; until one comes back no further card is opened."""


class Overdue(Exception):
    """An exchange took longer than its deadline, or too many before it still hang."""


class _Job(Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.done = threading.Event()
        self.value: T | None = None
        self.error: BaseException | None = None


class CardThread:
    """Runs one session's work in order. `beat` is called by the work before each exchange."""

    _hanging = 0
    _count_lock = threading.Lock()

    def __init__(self, exchange_s: float, clean_up: Callable[[], None]) -> None:
        """`clean_up` runs in the thread when it ends, in every case; it must not fail."""
        self._exchange_s = exchange_s
        self._clean_up = clean_up
        self._jobs: SimpleQueue[_Job[object] | None] = SimpleQueue()
        self._began_s = time.monotonic()
        self._state_lock = threading.Lock()
        self._abandoned = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="card", daemon=True)
        self._thread.start()

    @classmethod
    def too_many_hang(cls) -> bool:
        return cls._hanging >= ABANDONED_MAX

    def beat(self) -> None:
        """Overdue when nobody waits any more: then nothing further may be sent."""
        if self._abandoned:
            raise Overdue
        self._began_s = time.monotonic()

    def run(self, work: Callable[[], T]) -> T:
        """Raises what `work` raises, or Overdue; after that this thread serves nobody any more."""
        if self._abandoned or self._ended.is_set():
            raise Overdue
        job = _Job(work)
        self.beat()
        self._jobs.put(cast("_Job[object]", job))
        while not job.done.wait(max(0.0, self._began_s + self._exchange_s - time.monotonic())):
            if time.monotonic() >= self._began_s + self._exchange_s and self._abandon(job):
                raise Overdue
        if job.error is not None:
            error, job.error = job.error, None
            raise error
        value, job.value = job.value, None
        return cast("T", value)

    def end(self, wait_s: float = 0.0) -> bool:
        """No more work; whether it has cleaned up within `wait_s`. One that hangs is not waited for."""
        self._jobs.put(None)
        return self._ended.wait(0.0 if self._abandoned else wait_s)

    def _abandon(self, job: _Job[T]) -> bool:
        """False: it was done at the last moment."""
        with self._state_lock:
            if job.done.is_set():
                return False
            self._abandoned = True
        with self._count_lock:
            CardThread._hanging += 1
        self._jobs.put(None)
        return True

    def _work(self) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                try:
                    job.value = job.work()
                except BaseException as error:  # handed to the caller, who raises it
                    job.error = error
                with self._state_lock:
                    job.done.set()
                    if self._abandoned:
                        job.value = job.error = None
                del job
        finally:
            self._clean_up()
            self._ended.set()
            if self._abandoned:
                with self._count_lock:
                    CardThread._hanging -= 1
