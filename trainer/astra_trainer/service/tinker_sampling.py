"""Sampling for Tinker clients: sessions that stand for a model, and requests in their words."""

import secrets
from concurrent.futures import Future
from typing import Any

from astra_trainer.errors import invalid_request, not_found
from astra_trainer.sampling.draw import SamplingValues
from astra_trainer.sampling.engine import Choice
from astra_trainer.sampling.pool import Prompt
from astra_trainer.service.completions import Completions
from astra_trainer.service.policies import Policies
from astra_trainer.service.tinker_futures import transformed
from astra_trainer.service.tinker_wire import Sample
from astra_trainer.store.policies import PolicyLoader


class TinkerSampling:
    def __init__(self, policies: Policies, loader: PolicyLoader, completions: Completions) -> None:
        self._policies, self._loader, self._completions = policies, loader, completions
        self._models: dict[str, str] = {}

    def open(self, model: str) -> str:
        session = f"p-{secrets.token_hex(8)}"
        self._models[session] = model
        return session

    def model_of(self, body: Sample) -> str:
        if body.sampling_session_id is not None:
            if body.sampling_session_id not in self._models:
                raise not_found(f"sampling session {body.sampling_session_id} is not known here: create it again")
            return self._models[body.sampling_session_id]
        model = body.model_path or body.base_model
        if model is None:
            raise invalid_request("asample: expected sampling_session_id, model_path or base_model")
        return model

    def sample(self, model: str, body: Sample) -> "Future[dict[str, Any]]":
        checkpoint = self._policies.resolve(model)
        tokenizer = self._loader.tokenizer(checkpoint)
        wanted = body.sampling_params
        values = SamplingValues(
            max_tokens=wanted.max_tokens or self._loader.config(checkpoint).context,
            temperature=wanted.temperature,
            top_p=wanted.top_p,
            top_k=max(0, wanted.top_k),
            stop=stop_texts(wanted.stop, tokenizer.end_of_turn),
        )
        seed = wanted.seed if wanted.seed is not None else secrets.randbelow(2**53)
        prompt = Prompt([token for chunk in body.prompt.chunks for token in chunk.tokens], seed, body.num_samples)
        answers = self._completions.sample(checkpoint, [prompt], values)
        return transformed(answers, lambda rows: {"sequences": [sequence(c) for c in rows[0]], "type": "sample"})


def stop_texts(stop: str | list[str] | list[int] | None, end_of_turn: int) -> tuple[str, ...]:
    if stop is None or isinstance(stop, str):
        return (stop,) if stop else ()
    texts = [part for part in stop if isinstance(part, str)]
    if any(isinstance(part, int) and part != end_of_turn for part in stop):
        raise invalid_request(f"stop: of token ids only {end_of_turn}, the end of a turn, is known here")
    return tuple(texts)


def sequence(choice: Choice) -> dict[str, Any]:
    return {"tokens": choice.tokens, "logprobs": choice.logprobs, "stop_reason": choice.finish_reason}
