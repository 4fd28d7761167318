"""The thread that trains: one piece of work at a time, short ones before the next slice of a long one."""

import itertools
from collections.abc import Callable
from concurrent.futures import Future
from queue import PriorityQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
SHORT, LONG, STOP = 1, 2, 0


class TrainingThread:
    def __init__(self) -> None:
        self._count = itertools.count()
        self._queue: PriorityQueue[tuple[int, int, Callable[[], None] | None]] = PriorityQueue()
        self._thread = Thread(target=self._work, name="training", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[], T], priority: int = SHORT) -> Future[T]:
        """Runs the work after what is under way and what came before it with the same priority."""
        result: Future[T] = Future()

        def guarded() -> None:
            try:
                result.set_result(work())
            except BaseException as error:  # the caller's to handle: this thread serves everyone
                result.set_exception(error)

        self._put(priority, guarded)
        return result

    def stop(self) -> None:
        """Ends after the piece under way; what waits is dropped."""
        self._put(STOP, None)
        self._thread.join()

    def _put(self, priority: int, work: Callable[[], None] | None) -> None:
        self._queue.put((priority, next(self._count), work))

    def _work(self) -> None:
        while True:
            _, _, work = self._queue.get()
            if work is None:
                return
            work()
