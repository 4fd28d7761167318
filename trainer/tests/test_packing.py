"""Packed micro-batches: the same log-probabilities and gradients as row by row, with a prompt computed once."""

import numpy as np
import pytest
import torch

from astra_trainer.model.config import ModelConfig
from astra_trainer.model.llama import Llama, add_adapters
from astra_trainer.sampling.kernel import Kernel
from astra_trainer.sampling.weights import sampler_weights
from astra_trainer.training.batch import Trajectory
from astra_trainer.training.losses import LossSpec
from astra_trainer.training.packing import micro_batches
from astra_trainer.training.update import Totals, backward, tokens_at_once
from astra_trainer.training.vocabulary import chosen_logprobs

PPO = LossSpec("ppo", low=0.8, high=1.28)
CONFIG = ModelConfig(64, 32, 96, 3, 4, 2, 64)


@pytest.fixture(params=["all weights", "adapters"])
def model(request) -> Llama:
    network = Llama(CONFIG)
    network.initialise(3, spread=0.2)
    if request.param == "adapters":
        add_adapters(network, rank=4, alpha=8.0, first_layer=1, seed=0)
        for parameter in network.trainable().values():
            torch.nn.init.normal_(parameter, 0.0, 0.2, generator=torch.Generator().manual_seed(1))
    return network


def group(number: int, prompt: int, lengths: list[int]) -> list[Trajectory]:
    """Rows with one prompt; each goes on with two sampled turns around a token that it only reads."""
    draw = np.random.default_rng(number)
    beginning = draw.integers(0, 64, prompt)
    made = []
    for length in lengths:
        ids = np.concatenate([beginning, draw.integers(0, 64, length)]).astype(np.int32)
        mask = np.array([0] * prompt + [1] * length, np.uint8)
        if length > 2:
            mask[prompt + length // 2] = 0
        logprobs = (mask * -draw.random(len(ids)) * 4).astype(np.float32)
        made.append(Trajectory(ids, mask, logprobs, (mask * draw.normal()).astype(np.float32)))
    return made


ROWS = [*group(1, 9, [5, 8, 5, 1]), *group(2, 1, [6]), *group(3, 20, [7, 12])]


def by_row(model: Llama, rows: list[Trajectory]) -> torch.Tensor:
    """The plain way: each row alone from its first token on."""
    total = torch.zeros(())
    for row in rows:
        ids, mask = torch.from_numpy(row.ids.astype(np.int64)), torch.from_numpy(row.mask) == 1
        logp = torch.log_softmax(model.logits(model(ids[None])), -1)[0, :-1].gather(-1, ids[1:, None])[:, 0][mask[1:]]
        ratio = (logp - torch.from_numpy(row.logprobs)[mask]).exp()
        advantages = torch.from_numpy(row.advantages)[mask]
        total = total - torch.minimum(ratio * advantages, ratio.clamp(0.8, 1.28) * advantages).sum()
    return total


def gradients(model: Llama) -> torch.Tensor:
    return torch.cat([parameter.grad.flatten() for parameter in model.trainable().values()])


@pytest.mark.parametrize("token_limit", [10**6, 40, 1])
def test_loss_and_gradient_are_those_of_every_row_by_itself(model, token_limit):
    wanted = by_row(model, ROWS)
    wanted.backward()
    expected = gradients(model)
    model.zero_grad()
    loss = sum(backward(model, micro, PPO, Totals()) for micro in micro_batches(ROWS, token_limit, CONFIG))
    assert loss == pytest.approx(float(wanted.detach()), abs=1e-4)
    assert float((gradients(model) - expected).norm() / expected.norm()) < 1e-5


def test_a_prompt_is_computed_once_for_all_rows_of_its_group_and_nothing_is_padded():
    (micro,) = micro_batches(ROWS, 10**6, CONFIG)
    assert micro.tokens == (9 + 5 + 8 + 5 + 1) + (1 + 6) + (20 + 7 + 12)
    assert max(part.tokens for part in micro_batches(ROWS, 30, CONFIG)) <= 39
    trained = sum(len(part.targets) for part in micro_batches(ROWS, 30, CONFIG))
    assert trained == sum(int(row.mask.sum()) for row in ROWS)


def test_a_large_model_gets_micro_batches_that_fit_in_memory_whatever_was_asked_for():
    with torch.device("meta"):
        large, nano = (Llama(ModelConfig(49152, 576, 1536, 30, 9, 3, 8)), Llama(ModelConfig(704, 128, 384, 4, 4, 2, 8)))
    assert tokens_at_once(large) == 1705
    assert tokens_at_once(nano) > 16384


@pytest.mark.parametrize(("prompt", "lengths"), [(100, [60, 200, 60, 9]), (256, [5, 130]), (1, [300])])
def test_training_attends_as_the_sampler_does_to_the_last_bit(prompt, lengths):
    network = Llama(ModelConfig(64, 64, 192, 4, 4, 2, 512))
    # Sharp attention: what one side rounds in another way would grow from layer to layer.
    network.initialise(3, spread=0.5)
    rows = group(7, prompt, lengths)
    (micro,) = micro_batches(rows, 10**6, network.config)
    trained = network.packed(micro.ids, micro.positions, micro.mix)
    assert trained.requires_grad
    kernel = Kernel(sampler_weights(network), slots=1)
    read = []
    for row in sorted(rows, key=lambda row: len(row.ids)):
        for place in np.flatnonzero(row.mask):
            read.append(kernel.read(0, row.ids[:place].tolist(), 0))
    again = network.logits(trained[micro.before])
    assert torch.equal(again, torch.stack(read))


def test_the_largest_difference_is_that_of_rows_of_the_newest_policy_alone(model):
    fresh, old = group(5, 4, [6])[0], group(6, 4, [6])[0]
    totals = Totals()
    (micro,) = micro_batches([fresh], 100, CONFIG)
    with torch.no_grad():
        hidden = model.packed(micro.ids, micro.positions, micro.mix)[micro.before]
        own, _ = chosen_logprobs(hidden, model.embed_tokens.weight, micro.targets, 1.0)
    fresh.logprobs[fresh.mask == 1] = own.numpy()
    fresh.fresh = True
    fresh.logprobs[np.flatnonzero(fresh.mask)[3]] -= 0.02
    for micro in micro_batches([fresh, old], 100, CONFIG):
        backward(model, micro, PPO, totals)
    metrics = totals.metrics()
    assert metrics["tokens_fresh"] == int(fresh.mask.sum()) < metrics["tokens_trained"]
    assert metrics["logprob_diff_max"] == pytest.approx(0.02, abs=1e-4)
    assert abs(metrics["kl"]) > 0.1
