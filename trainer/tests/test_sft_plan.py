"""What an SFT job will do: rows of each step, learning rates, phases."""

import pytest

from astra_trainer.training.sft_plan import RowOrder, SftPlan
from astra_trainer.training.sft_rows import SftRow, SftRows


def rows(count: int, phase: int = 0) -> list[SftRow]:
    return [SftRow([phase * 100 + number], [1], phase) for number in range(count)]


def drawn(order: RowOrder, steps: range) -> list[int]:
    return [row.ids[0] for step in steps for row in order.rows(step)]


def test_every_row_is_drawn_once_a_round_in_an_order_that_the_seed_and_the_round_decide():
    plan = SftPlan(steps=12, batch_size=4)
    order = RowOrder(SftRows(rows(12)), plan, seed=1)
    first, second = drawn(order, range(3)), drawn(order, range(3, 6))
    assert sorted(first) == sorted(second) == list(range(12))
    assert first != second
    assert drawn(RowOrder(SftRows(rows(12)), plan, seed=1), range(6)) == first + second
    assert drawn(RowOrder(SftRows(rows(12)), plan, seed=2), range(3)) != first


def test_a_step_knows_its_rows_without_the_steps_before_it():
    plan = SftPlan(steps=12, batch_size=5)
    order = RowOrder(SftRows(rows(12)), plan, seed=1)
    assert [row.ids for row in RowOrder(SftRows(rows(12)), plan, seed=1).rows(7)] == [row.ids for row in order.rows(7)]


def test_each_phase_draws_its_own_rows_in_its_share_of_the_steps():
    plan = SftPlan(steps=10, batch_size=2, phases=(0.7, 0.3))
    order = RowOrder(SftRows(rows(6) + rows(4, phase=1)), plan, seed=1)
    assert max(drawn(order, range(7))) < 100
    assert min(drawn(order, range(7, 10))) >= 100
    assert sorted(drawn(order, range(7, 9))) == [100, 101, 102, 103]


def test_learning_rates_warm_up_and_fall_to_the_fraction_named():
    cosine = SftPlan(steps=100, warmup_steps=10, final_lr_fraction=0.1)
    assert [round(cosine.rate(step), 3) for step in (0, 9, 50, 99)] == [0.1, 0.982, 0.55, 0.1]
    linear = SftPlan(steps=100, warmup_steps=1, schedule="linear", final_lr_fraction=0.2)
    assert [linear.rate(step) for step in (0, 50, 100)] == [1.0, 0.6, pytest.approx(0.2)]
    assert SftPlan(steps=100, warmup_steps=1, schedule="constant").rate(99) == 1.0
