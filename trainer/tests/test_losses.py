"""Losses and gradients against numbers worked out by hand."""

import math

import numpy as np
import pytest
import torch

from astra_trainer.model.config import ModelConfig
from astra_trainer.model.llama import Llama
from astra_trainer.training.batch import Trajectory, join_identical
from astra_trainer.training.datum import Datum, datum_pass
from astra_trainer.training.losses import LossSpec, correction, token_losses
from astra_trainer.training.packing import micro_batches
from astra_trainer.training.update import Totals, backward

PPO = LossSpec("ppo", low=0.8, high=1.28)
# Three tokens with the ratios 1.1, 1.5 and 0.5.
RATIOS = [1.1, 1.5, 0.5]
BEHAVIOUR = torch.tensor([-1.0, -2.0, -3.0])
ADVANTAGES = torch.tensor([1.0, 2.0, -1.0])


def logp() -> torch.Tensor:
    return (BEHAVIOUR + torch.tensor(RATIOS).log()).requires_grad_()


@pytest.mark.parametrize(
    ("spec", "losses", "gradients"),
    [
        # -ratio * advantage; its derivative by logp is the same number.
        (LossSpec("importance_sampling"), [-1.1, -3.0, 0.5], [-1.1, -3.0, 0.5]),
        # The second is clipped at 1.28 from above, the third at 0.8 from below: no gradient there.
        (PPO, [-1.1, -2.56, 0.8], [-1.1, 0.0, 0.0]),
        # The clipped ratio weighs: -w * a * logp with the gradient -w * a.
        (LossSpec("cispo", low=0.0, high=1.2), None, [-1.1, -2.4, 0.5]),
    ],
)
def test_loss_and_gradient_of_three_tokens_are_the_ones_worked_out_by_hand(spec, losses, gradients):
    own = logp()
    loss = token_losses(spec, own, BEHAVIOUR, ADVANTAGES)
    loss.sum().backward()
    if losses is not None:
        assert loss.tolist() == pytest.approx(losses, abs=1e-6)
    assert own.grad.tolist() == pytest.approx(gradients, abs=1e-6)


def test_dppo_stops_only_tokens_whose_probability_has_already_moved_far_where_they_are_pushed():
    behaviour = torch.tensor([0.5, 0.5, 0.01]).log()
    own = torch.tensor([0.8, 0.2, 0.02]).log().requires_grad_()
    advantages = torch.tensor([1.0, -1.0, 1.0])
    loss = token_losses(LossSpec("dppo", tv_threshold=0.2), own, behaviour, advantages)
    # Moved by +0.3 and -0.3 where they are pushed; the third doubled its ratio but moved by 0.01 only.
    assert loss.tolist() == pytest.approx([0.0, 0.0, -2.0])


def test_a_cap_shrinks_what_is_above_it_and_masks_leave_out_tokens_or_whole_trajectories():
    row = torch.tensor([0, 0, 1])
    capped = correction(LossSpec("ppo", tis_cap=1.2), logp(), BEHAVIOUR, row)
    assert capped.tolist() == pytest.approx([1.0, 0.8, 1.0])
    icepop = LossSpec("ppo", mask_kind="icepop", mask_low=0.6, mask_high=1.4)
    assert correction(icepop, logp(), BEHAVIOUR, row).tolist() == [1.0, 0.0, 0.0]
    # Geometric means: sqrt(1.65) = 1.28 and 0.5.
    sequence = LossSpec("ppo", mask_kind="sequence", mask_low=0.6, mask_high=1.4)
    assert correction(sequence, logp(), BEHAVIOUR, row).tolist() == [1.0, 1.0, 0.0]


@pytest.fixture
def model() -> Llama:
    network = Llama(ModelConfig(64, 32, 96, 2, 4, 2, 64))
    network.initialise(3, spread=0.2)
    return network


def trajectories(count: int = 5) -> list[Trajectory]:
    draw = np.random.default_rng(0)
    made = []
    for place in range(count):
        length = 6 + place
        mask = np.array([0, 0, 0, *[1] * (length - 3)], np.uint8)
        ids = draw.integers(0, 64, length).astype(np.int32)
        logprobs = (mask * -4.0).astype(np.float32)
        made.append(Trajectory(ids, mask, logprobs, (mask * draw.normal()).astype(np.float32)))
    return made


def gradient(model: Llama, made: list[Trajectory], token_limit: int = 10**6) -> torch.Tensor:
    model.zero_grad()
    for micro in micro_batches(made, token_limit, model.config):
        backward(model, micro, PPO, Totals())
    return torch.cat([parameter.grad.flatten() for parameter in model.parameters()])


def relative(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((a - b).norm() / b.norm())


def test_the_sum_of_advantages_divided_by_the_client_is_the_mean_of_the_server(model):
    made = trajectories()
    tokens = sum(int(t.mask.sum()) for t in made)
    divided = [Trajectory(t.ids, t.mask, t.logprobs, t.advantages / tokens) for t in made]
    assert relative(gradient(model, divided), gradient(model, made) / tokens) < 1e-6


def test_the_size_of_micro_batches_does_not_change_the_gradient(model):
    made = trajectories()
    assert len(micro_batches(made, 20, model.config)) == 3
    assert relative(gradient(model, made, 20), gradient(model, made)) < 1e-5


def test_identical_trajectories_are_joined_without_changing_the_gradient(model):
    made = trajectories(3)
    twice = [*made, made[1], Trajectory(made[0].ids, made[0].mask, made[0].logprobs, -made[0].advantages)]
    assert [len(t.ids) for t in join_identical(twice)] == [6, 7, 8, 6]
    assert relative(gradient(model, join_identical(twice)), gradient(model, twice)) < 1e-5


def test_a_loss_computed_at_the_client_gives_the_gradient_of_ppo_through_weights(model):
    made = trajectories(2)
    wanted = gradient(model, made)
    data = []
    for t in made:
        shifted = {
            "logprobs": t.logprobs[1:].tolist(),
            "advantages": t.advantages[1:].tolist(),
            "mask": [1.0] * (len(t.ids) - 1),
        }
        data.append(Datum(t.ids[:-1].tolist(), t.ids[1:].tolist(), shifted))
    _, logprobs = datum_pass(model, data, PPO, backward=False)
    weighted = []
    for datum, own in zip(data, logprobs, strict=True):
        weights = []
        for lp, old, advantage in zip(own, datum.values["logprobs"], datum.values["advantages"], strict=True):
            ratio = math.exp(lp - old)
            clipped = (advantage > 0 and ratio > 1.28) or (advantage < 0 and ratio < 0.8)
            weights.append(0.0 if clipped else ratio * advantage)
        weighted.append(Datum(datum.tokens, datum.targets, {"weights": weights, "mask": datum.values["mask"]}))
    model.zero_grad()
    datum_pass(model, weighted, LossSpec("cross_entropy"), backward=True)
    own = torch.cat([parameter.grad.flatten() for parameter in model.parameters()])
    assert relative(own, wanted) < 1e-4
