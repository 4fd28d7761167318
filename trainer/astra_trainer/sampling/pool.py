"""The thread that samples: all policies in use, each with its engine, one token for all rows in turn."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread

from astra_trainer.sampling.draw import SamplingValues
from astra_trainer.sampling.engine import Asked, Choice, Engine
from astra_trainer.sampling.weights import sampler_weights
from astra_trainer.store.checkpoint import Checkpoint
from astra_trainer.store.policies import Policy, PolicyLoader

log = logging.getLogger(__name__)

# Small policies are cheap to keep; of large ones the cache of a slot is what costs.
SMALL_HIDDEN_SIZE = 256
SLOTS_SMALL, SLOTS_LARGE = 96, 32
# A run serves two versions; of a small policy others cost next to nothing.
ENGINES_SMALL, ENGINES_LARGE = 4, 2


@dataclass(frozen=True)
class Prompt:
    ids: list[int]
    seed: int
    count: int


class SamplerPool:
    """Engines by the hash of their checkpoint, the least recently used one dropped first."""

    def __init__(self, loader: PolicyLoader) -> None:
        self._loader = loader
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._inbox: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="sampler", daemon=True)
        self._thread.start()

    def prepare(self, checkpoint: Checkpoint) -> Future[None]:
        """Resolves when the policy is loaded and proven."""
        result: Future[None] = Future()

        def task() -> None:
            self._engine(checkpoint)
            result.set_result(None)

        self._ask(task, result)
        return result

    def sample(
        self, checkpoint: Checkpoint, prompts: list[Prompt], values: SamplingValues
    ) -> Future[list[list[Choice]]]:
        """Answers per prompt; each is a function of its own prompt alone."""
        result: Future[list[list[Choice]]] = Future()
        answers: list[list[Choice | None]] = [[None] * prompt.count for prompt in prompts]
        left = sum(prompt.count for prompt in prompts)

        def done(index: int, j: int, choice: Choice) -> None:
            nonlocal left
            answers[index][j] = choice
            left -= 1
            if left == 0 and not result.done():
                result.set_result([[choice for choice in row if choice is not None] for row in answers])

        def failed(error: Exception) -> None:
            if not result.done():
                result.set_exception(error)

        def task() -> None:
            engine = self._engine(checkpoint)
            for index, prompt in enumerate(prompts):
                engine.add(Asked(prompt.ids, prompt.seed, prompt.count, partial(done, index), failed), values)

        self._ask(task, result)
        return result

    def stop(self) -> None:
        self._inbox.put(None)
        self._thread.join()

    def _ask(self, task: Callable[[], None], result: Future) -> None:
        def guarded() -> None:
            try:
                task()
            except BaseException as error:  # the caller's to handle: this thread serves everyone
                result.set_exception(error)

        self._inbox.put(guarded)

    def _engine(self, checkpoint: Checkpoint) -> Engine:
        key = checkpoint.manifest_sha256
        if key not in self._engines:
            policy = self._loader.load(checkpoint)
            kept = ENGINES_SMALL if is_small(policy) else ENGINES_LARGE
            # Dropped before the new one is made: a large engine takes a gigabyte.
            idle = [other for other, engine in self._engines.items() if not engine.busy]
            for other in idle[: max(0, len(self._engines) + 1 - kept)]:
                del self._engines[other]
            self._engines[key] = make_engine(policy)
        self._engines.move_to_end(key)
        return self._engines[key]

    def _work(self) -> None:
        while True:
            busy = [engine for engine in self._engines.values() if engine.busy]
            try:
                task = self._inbox.get(block=not busy)
                while task is not None:
                    task()
                    task = self._inbox.get(block=False)
                return
            except Empty:
                pass
            for engine in busy:
                self._step(engine)

    def _step(self, engine: Engine) -> None:
        try:
            engine.step()
        except Exception as error:
            log.exception("a sampling step failed; its engine is dropped")
            self._engines = OrderedDict((key, kept) for key, kept in self._engines.items() if kept is not engine)
            engine.abandon(error)


def is_small(policy: Policy) -> bool:
    return policy.config.hidden_size <= SMALL_HIDDEN_SIZE


def make_engine(policy: Policy) -> Engine:
    slots = SLOTS_SMALL if is_small(policy) else SLOTS_LARGE
    return Engine(sampler_weights(policy.model), policy.tokenizer, slots)
