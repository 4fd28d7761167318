"""Keys and values of what was read, by slot: memory is taken as it is written."""

import math
import mmap
from contextlib import suppress

import torch
from torch import Tensor

from astra_trainer.model.config import ModelConfig


def untouched_zeros(shape: tuple[int, ...]) -> Tensor:
    """Zeros that take memory as they are written, by small pages: a large cache costs what was read into it.

    With huge pages a single token of a slot would take 2 MB per layer and head, 11 GB for 32 slots of SmolLM2. And they
    are zeros, not what lay there: masked columns weigh nothing, but nothing times NaN is NaN.
    """
    memory = mmap.mmap(-1, 4 * math.prod(shape))
    with suppress(AttributeError, OSError):  # no such advice here: no huge pages either
        memory.madvise(mmap.MADV_NOHUGEPAGE)
    return torch.frombuffer(memory, dtype=torch.float32).view(shape)


class KeyValueCache:
    """Per layer [slots, key heads, context + 1, head size]; the last place takes what slots at rest would write."""

    def __init__(self, config: ModelConfig, slots: int) -> None:
        shape = (slots, config.kv_heads, config.context + 1, config.head_size)
        self.keys = [untouched_zeros(shape) for _ in range(config.layers)]
        self.values = [untouched_zeros(shape) for _ in range(config.layers)]

    def copy(self, source: int, target: int, length: int) -> None:
        for store in (*self.keys, *self.values):
            store[target, :, :length] = store[source, :, :length]
