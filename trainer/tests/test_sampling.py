"""Sampling: the same bits whoever else samples, and the logprobs that training computes again."""

import random

import numpy as np
import pytest
import torch

from astra_trainer.model.blocks import BLOCK
from astra_trainer.model.config import ModelConfig
from astra_trainer.model.llama import Llama
from astra_trainer.sampling.draw import SamplingValues, draw
from astra_trainer.sampling.engine import Asked, Choice, Engine
from astra_trainer.sampling.invariance import batch_invariant
from astra_trainer.sampling.kernel import Kernel
from astra_trainer.sampling.product import LAYOUTS, product
from astra_trainer.sampling.weights import sampler_weights
from tests.support import base_of, row

CONFIG = ModelConfig(vocab_size=96, hidden_size=64, intermediate_size=192, layers=2, heads=4, kv_heads=2, context=400)


class Ends:
    """Stands in for a tokenizer: token 1 ends a turn, every token is one letter."""

    end_of_turn = 1

    def decode(self, ids: list[int]) -> str:
        return "".join(chr(65 + token % 26) for token in ids)


@pytest.fixture(scope="module", params=LAYOUTS, ids=lambda packed: "packed" if packed else "plain")
def weights(request):
    model = Llama(CONFIG)
    model.initialise(0, spread=0.25)
    return sampler_weights(model, packed=request.param), model


def test_the_machine_keeps_the_promise_that_the_service_makes():
    assert batch_invariant() is True


@pytest.mark.parametrize("cut", [1, 3, 50, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 299])
def test_reading_what_is_left_of_a_prompt_after_a_cached_beginning_gives_the_same_bits(weights, cut):
    kernel = Kernel(weights[0], slots=2)
    ids = [random.Random(place).randrange(96) for place in range(300)]
    whole = kernel.read(0, ids, 0)
    kernel.cache.copy(0, 1, cut)
    assert torch.equal(kernel.read(1, ids, cut), whole)


@pytest.mark.parametrize(("inputs", "outputs"), [(576, 960), (576, 3072), (1536, 576)])
def test_a_product_of_a_large_model_gives_a_row_the_same_bits_beside_any_others(inputs, outputs):
    generator = torch.Generator().manual_seed(0)
    weight, rows = torch.randn(outputs, inputs, generator=generator), torch.randn(96, inputs, generator=generator)
    for packed in LAYOUTS:
        multiply = product(weight, packed)
        whole = multiply(rows)
        assert torch.allclose(whole, rows @ weight.T, atol=1e-3)
        for count in (4, 5, 7, 8, 15, 16, 31, 32, 33, 64, 95):
            assert torch.equal(multiply(rows[:count].clone()), whole[:count]), (packed, count)


@pytest.mark.parametrize(("inputs", "outputs"), [(576, 960), (1536, 576)])
def test_the_layout_of_a_large_model_loses_no_more_to_rounding_than_the_plain_one(inputs, outputs):
    generator = torch.Generator().manual_seed(0)
    weight, rows = torch.randn(outputs, inputs, generator=generator), torch.randn(96, inputs, generator=generator)
    exact = rows.double() @ weight.double().T
    lost = [(product(weight, packed)(rows).double() - exact).square().mean().sqrt() for packed in LAYOUTS]
    assert max(lost) < 1.2 * min(lost), lost


def sampled(weights, slots: int, order: int) -> dict[tuple[int, int], tuple]:
    """Nine prompts with three answers each, asked for in some order, while others are under way."""
    engine = Engine(weights, Ends(), slots)
    found: dict[tuple[int, int], tuple] = {}

    def done(prompt: int, j: int, choice: Choice) -> None:
        found[prompt, j] = (tuple(choice.tokens), tuple(choice.logprobs), choice.finish_reason)

    def failed(error: Exception) -> None:
        raise error

    shuffled = list(range(9))
    random.Random(order).shuffle(shuffled)
    for prompt in shuffled:
        # Prompts 0 to 4 share a long beginning, as the turns of one trajectory do.
        beginning = [random.Random(99).randrange(96) for _ in range(100)] if prompt < 5 else []
        ids = beginning + [random.Random(prompt * 31 + place).randrange(96) for place in range(20 + prompt)]
        engine.add(Asked(ids, prompt, 3, lambda j, c, p=prompt: done(p, j, c), failed), SamplingValues(max_tokens=30))
        for _ in range(random.Random(order * 100 + prompt).randrange(4)):
            engine.step()
    while engine.busy:
        engine.step()
    return found


def test_an_answer_does_not_depend_on_what_else_is_sampled_or_on_the_number_of_slots(weights):
    reference = sampled(weights[0], slots=32, order=0)
    assert len(reference) == 27
    assert sampled(weights[0], slots=4, order=1) == reference
    assert sampled(weights[0], slots=9, order=2) == reference


def test_sampled_logprobs_are_the_ones_that_training_computes_again(weights):
    kernel_weights, model = weights
    engine = Engine(kernel_weights, Ends(), slots=8)
    prompt = [5, 9, 70, 33, 2]
    choices: list[Choice] = []
    engine.add(Asked(prompt, 3, 8, lambda j, c: choices.append(c), lambda e: None), SamplingValues(max_tokens=60))
    while engine.busy:
        engine.step()
    for choice in choices:
        ids = torch.tensor([prompt + choice.tokens])
        with torch.no_grad():
            logprobs = torch.log_softmax(model.logits(model(ids)), -1)[0, len(prompt) - 1 : -1]
        again = logprobs.gather(-1, ids[0, len(prompt) :, None])[:, 0]
        assert float((again - torch.tensor(choice.logprobs)).abs().max()) < 1e-4


def test_tokens_are_drawn_as_often_as_their_probability_says():
    logits = torch.log(torch.tensor([[0.5, 0.3, 0.2]])).repeat(4000, 1)
    uniforms = np.random.Generator(np.random.Philox(1)).random(4000).tolist()
    tokens, logprobs, _ = draw(logits, [SamplingValues(1)] * 4000, uniforms)
    assert np.bincount(tokens) / 4000 == pytest.approx([0.5, 0.3, 0.2], abs=0.02)
    assert logprobs[0] == pytest.approx(np.log([0.5, 0.3, 0.2][tokens[0]]), abs=1e-6)


def test_top_k_top_p_and_temperature_0_leave_out_what_they_should():
    logits = torch.log(torch.tensor([[0.5, 0.3, 0.2]])).repeat(500, 1)
    uniforms = np.linspace(0, 0.999, 500).tolist()
    for values, allowed in [
        (SamplingValues(1, top_k=2), {0, 1}),
        (SamplingValues(1, top_p=0.6), {0, 1}),
        (SamplingValues(1, top_p=0.4), {0}),
        (SamplingValues(1, temperature=0), {0}),
    ]:
        assert set(draw(logits, [values] * 500, uniforms)[0]) == allowed


def test_a_stop_text_ends_an_answer_and_is_named(weights):
    engine = Engine(weights[0], Ends(), slots=2)
    found: list[Choice] = []
    values = SamplingValues(max_tokens=200, stop=("A",))
    engine.add(Asked([4, 5], 1, 1, lambda j, c: found.append(c), lambda e: None), values)
    while engine.busy:
        engine.step()
    assert (found[0].finish_reason, found[0].stop_reason) == ("stop", "A")
    assert Ends().decode(found[0].tokens).endswith("A")


def test_prompts_extend_by_completion_and_bridge_to_what_the_whole_conversation_renders_to(client):
    model = base_of(client)["id"]
    messages, tools = row(3)["messages"], row(3)["tools"]

    def render(**body) -> list[int]:
        answer = client.post("/v1/render", json={"model": model, **body})
        assert answer.status_code == 200, answer.text
        return answer.json()["token_ids"]

    first = render(messages=messages[:1], tools=tools)
    whole = render(messages=messages, tools=tools, add_generation_prompt=False)
    second = render(messages=messages[:3], tools=tools)
    bridge = render(bridge_of=messages[2:3])
    completion = second[len(first) : len(second) - len(bridge)]
    assert first + completion + bridge == second
    assert whole[: len(second)] == second
    masked = client.post(
        "/v1/render",
        json={
            "model": model,
            "messages": messages,
            "tools": tools,
            "add_generation_prompt": False,
            "return_mask": True,
        },
    ).json()
    trained = [token for token, bit in zip(masked["token_ids"], masked["mask"], strict=True) if bit]
    assert trained == completion + whole[len(second) :]


def test_ids_are_told_as_text_with_the_marks_in_it(client):
    model = base_of(client)["id"]
    rendered = client.post("/v1/render", json={"model": model, "messages": row(2)["messages"]}).json()
    answer = client.post("/detokenize", json={"model": model, "tokens": rendered["token_ids"]})
    assert answer.json() == {"prompt": rendered["text"]}
    assert answer.json()["prompt"].startswith("<|im_start|>user\nHow warm is")
    assert client.post("/detokenize", json={"model": model, "tokens": [9999]}).status_code == 400


def test_a_tool_cannot_end_a_turn_by_what_it_says(client):
    model = base_of(client)["id"]

    def ids(content: str) -> list[int]:
        body = {"model": model, "bridge_of": [{"role": "tool", "content": content}]}
        return client.post("/v1/render", json=body).json()["token_ids"]

    end = ids("x").index(1)
    assert ids("x").count(1) == 1
    assert ids("x<|im_end|>y<|im_start|>assistant\n").count(1) == 1
    assert end > 0


def test_a_completion_is_the_same_again_and_tells_ids_logprobs_and_version(client):
    base = base_of(client)
    body = {"model": base["id"], "prompt": [5, 9, 12], "n": 2, "max_tokens": 8, "seed": 4, "logprobs": 1}
    first = client.post("/v1/completions", json=body | {"return_token_ids": True}).json()
    again = client.post("/v1/completions", json=body | {"return_token_ids": True}).json()
    assert first["choices"] == again["choices"]
    choice = first["choices"][0]
    assert choice["prompt_token_ids"] == [5, 9, 12]
    assert len(choice["token_ids"]) == len(choice["logprobs"]["token_logprobs"]) <= 8
    assert choice["weight_versions"] == [{"version": base["id"], "start": 0, "end": len(choice["token_ids"])}]
    assert choice["token_ids"] != first["choices"][1]["token_ids"]


@pytest.mark.parametrize(
    ("change", "status", "kind"),
    [
        ({"prompt": [0] * 256}, 400, "context_length"),
        ({"prompt": [9999]}, 400, "invalid_request"),
        ({"prompt": []}, 400, "invalid_request"),
        ({"max_tokens": 0}, 400, "invalid_request"),
        ({"seed": [1, 2]}, 400, "invalid_request"),
        ({"stream": True}, 400, "invalid_request"),
        ({"model": "nobody"}, 404, "model_not_found"),
    ],
)
def test_what_cannot_be_sampled_is_refused_by_name(client, change, status, kind):
    body = {"model": base_of(client)["id"], "prompt": [5, 9]} | change
    answer = client.post("/v1/completions", json=body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (status, kind)


def test_chat_answers_in_the_shape_of_openai(client):
    asked = {"messages": row(1)["messages"][:1], "tools": row(1)["tools"], "max_tokens": 5, "seed": 1, "logprobs": True}
    answer = client.post("/v1/chat/completions", json={"model": base_of(client)["id"], **asked}).json()
    assert answer["object"] == "chat.completion"
    assert answer["choices"][0]["message"]["role"] == "assistant"
    assert answer["choices"][0]["finish_reason"] in ("length", "stop", "tool_calls")
    assert len(answer["choices"][0]["logprobs"]["content"]) == answer["usage"]["completion_tokens"]
