"""Whether sampling on this machine keeps its promise: tried on a small network when the service starts."""

import torch

from astra_trainer.model.blocks import BLOCK
from astra_trainer.model.config import ModelConfig
from astra_trainer.model.llama import Llama
from astra_trainer.sampling.kernel import Kernel
from astra_trainer.sampling.product import LAYOUTS
from astra_trainer.sampling.weights import SamplerWeights, sampler_weights

SMALL = ModelConfig(vocab_size=160, hidden_size=64, intermediate_size=192, layers=2, heads=4, kv_heads=2, context=256)


def batch_invariant() -> bool:
    """True when a prompt read at once, read in two parts, and read token by token among others has the same logits."""
    model = Llama(SMALL)
    model.initialise(0, spread=0.2)
    return all(keeps_its_bits(sampler_weights(model, packed)) for packed in LAYOUTS)


def keeps_its_bits(weights: SamplerWeights) -> bool:
    kernel = Kernel(weights, slots=6)
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(0, SMALL.vocab_size, (BLOCK + 9,), generator=generator).tolist()
    at_once = kernel.read(0, ids, 0)
    kernel.cache.copy(0, 1, 50)
    in_parts = kernel.read(1, ids, 50)
    start = BLOCK - 9
    for slot in range(6):
        kernel.read(slot, ids[: start + slot], 0)
    logits = at_once
    for position in range(start, len(ids)):
        slots = torch.tensor([0, 2, 5][: 1 + position % 3])
        tokens = torch.tensor([ids[position], 7, 9][: len(slots)])
        lengths = torch.tensor([position, start + 2, start + 5][: len(slots)])
        logits = kernel.step(slots, tokens, lengths)[0]
    return torch.equal(at_once, in_parts) and torch.equal(at_once, logits)
