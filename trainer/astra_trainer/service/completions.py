"""Sampling over HTTP: completions of token ids, and of conversations."""

import asyncio
import secrets
import time
from concurrent.futures import Future
from typing import Any

from astra_trainer.errors import ServiceError, invalid_request
from astra_trainer.hashing import SEED_LIMIT
from astra_trainer.model.chat import ChatFormat, json_text, parse_turn
from astra_trainer.model.tokenizer import PolicyTokenizer
from astra_trainer.sampling.draw import SamplingValues
from astra_trainer.sampling.engine import Choice
from astra_trainer.sampling.pool import Prompt, SamplerPool
from astra_trainer.service.policies import Policies
from astra_trainer.service.wire import ChatBody, CompletionBody, DetokenizeBody, RenderBody
from astra_trainer.store.checkpoint import Checkpoint
from astra_trainer.store.policies import PolicyLoader

CHAT_MAX_TOKENS = 512


class Completions:
    def __init__(self, policies: Policies, loader: PolicyLoader, pool: SamplerPool) -> None:
        self._policies, self._loader, self._pool = policies, loader, pool

    async def complete(self, body: CompletionBody) -> dict[str, Any]:
        checkpoint = self._policies.resolve(body.model)
        tokenizer = self._loader.tokenizer(checkpoint)
        prompts = prompt_ids(body.prompt, tokenizer)
        seeds = seeds_of(body.seed, len(prompts))
        values = SamplingValues(
            max_tokens=body.max_tokens,
            temperature=body.temperature,
            top_p=body.top_p,
            top_k=max(0, body.top_k),
            stop=body.stops,
            alternatives=body.logprobs or 0,
        )
        asked = [Prompt(ids, seed, body.n) for ids, seed in zip(prompts, seeds, strict=True)]
        answers = await asyncio.wrap_future(self.sample(checkpoint, asked, values))
        flat = [(prompt, choice) for prompt, row in zip(prompts, answers, strict=True) for choice in row]
        choices = [
            completion_choice(index, prompt, choice, tokenizer, body) for index, (prompt, choice) in enumerate(flat)
        ]
        return {
            "id": f"cmpl-{secrets.token_hex(12)}",
            "object": "text_completion",
            "created": int(time.time()),
            "model": body.model,
            "weight_version": body.model,
            "choices": choices,
            "usage": usage(prompts, answers),
        }

    def sample(
        self, checkpoint: Checkpoint, prompts: list[Prompt], values: SamplingValues
    ) -> Future[list[list[Choice]]]:
        """Refuses what cannot be sampled before it reaches the thread that samples for everyone."""
        config = self._loader.config(checkpoint)
        for prompt in prompts:
            if not prompt.ids:
                raise invalid_request("prompt: expected at least one token")
            if len(prompt.ids) >= config.context:
                raise ServiceError(
                    400,
                    "context_length",
                    f"a prompt of {len(prompt.ids)} tokens leaves no room in a context of {config.context}",
                )
            if min(prompt.ids) < 0 or max(prompt.ids) >= config.vocab_size:
                raise invalid_request(f"prompt: token ids must lie in 0 … {config.vocab_size - 1}")
        return self._pool.sample(checkpoint, prompts, values)

    def render(self, body: RenderBody) -> dict[str, Any]:
        tokenizer = self._loader.tokenizer(self._policies.resolve(body.model))
        chat = ChatFormat(tokenizer)
        mask: list[int] | None = None
        try:
            if body.bridge_of is not None:
                ids = chat.bridge(body.bridge_of)
            elif body.add_generation_prompt:
                ids = chat.prompt(body.messages or [], body.tools)
            else:
                pieces = chat.conversation(body.messages or [], body.tools)
                ids, mask = pieces.ids, pieces.mask
        except ValueError as error:
            raise invalid_request(str(error)) from error
        answer = {"model": body.model, "token_ids": ids, "text": tokenizer.decode(ids)}
        return answer | ({"mask": mask} if body.return_mask else {})

    def detokenize(self, body: DetokenizeBody) -> dict[str, Any]:
        tokenizer = self._loader.tokenizer(self._policies.resolve(body.model))
        if max(body.tokens, default=0) >= tokenizer.vocab_size:
            raise invalid_request(f"tokens: ids must lie in 0 … {tokenizer.vocab_size - 1}")
        return {"prompt": tokenizer.decode(body.tokens)}

    async def chat(self, body: ChatBody) -> dict[str, Any]:
        checkpoint = self._policies.resolve(body.model)
        tokenizer = self._loader.tokenizer(checkpoint)
        try:
            ids = ChatFormat(tokenizer).prompt(body.messages, body.tools)
        except ValueError as error:
            raise invalid_request(str(error)) from error
        stop = (body.stop,) if isinstance(body.stop, str) else tuple(body.stop or ())
        values = SamplingValues(
            max_tokens=body.max_completion_tokens or body.max_tokens or CHAT_MAX_TOKENS,
            temperature=body.temperature,
            top_p=body.top_p,
            stop=stop,
            alternatives=body.top_logprobs or 0,
        )
        prompt = Prompt(ids, seeds_of(body.seed, 1)[0], body.n)
        answers = await asyncio.wrap_future(self.sample(checkpoint, [prompt], values))
        return {
            "id": f"chatcmpl-{secrets.token_hex(12)}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": body.model,
            "choices": [chat_choice(index, choice, tokenizer, body) for index, choice in enumerate(answers[0])],
            "usage": usage([ids], answers),
        }


def prompt_ids(prompt: str | list[str] | list[int] | list[list[int]], tokenizer: PolicyTokenizer) -> list[list[int]]:
    if isinstance(prompt, str):
        return [tokenizer.markup(prompt)]
    if not prompt:
        raise invalid_request("prompt: expected at least one token")
    if isinstance(prompt[0], int):
        return [[int(token) for token in prompt]]  # type: ignore[arg-type]
    return [tokenizer.markup(part) if isinstance(part, str) else list(part) for part in prompt]  # type: ignore[arg-type]


def seeds_of(seed: int | list[int] | None, prompts: int) -> list[int]:
    """One seed a prompt. With one seed for several prompts each takes the next: equal prompts get different answers."""
    if seed is None:
        return [secrets.randbelow(SEED_LIMIT) for _ in range(prompts)]
    if isinstance(seed, int):
        return [(seed + place) % SEED_LIMIT for place in range(prompts)]
    if len(seed) != prompts:
        raise invalid_request(f"seed: got {len(seed)} for {prompts} prompts")
    return list(seed)


def text_of(choice: Choice, tokenizer: PolicyTokenizer) -> str:
    """The text without the end of the turn, and cut before a stop text."""
    tokens = choice.tokens[:-1] if choice.tokens[-1] == tokenizer.end_of_turn else choice.tokens
    text = tokenizer.decode(tokens)
    return text[: text.index(choice.stop_reason)] if choice.stop_reason is not None else text


def completion_choice(
    index: int, prompt: list[int], choice: Choice, tokenizer: PolicyTokenizer, body: CompletionBody
) -> dict[str, Any]:
    ids = {"token_ids": choice.tokens, "prompt_token_ids": prompt} if body.return_token_ids else {}
    return ids | {
        "index": index,
        "text": text_of(choice, tokenizer),
        "logprobs": None if body.logprobs is None else completion_logprobs(choice, tokenizer),
        "finish_reason": choice.finish_reason,
        "stop_reason": choice.stop_reason,
        "weight_versions": [{"version": body.model, "start": 0, "end": len(choice.tokens)}],
    }


def completion_logprobs(choice: Choice, tokenizer: PolicyTokenizer) -> dict[str, Any]:
    texts = [tokenizer.token_text(token) for token in choice.tokens]
    offsets = [sum(len(text) for text in texts[:place]) for place in range(len(texts))]
    top = [{tokenizer.token_text(token): value for token, value in row} for row in choice.alternatives]
    return {"tokens": texts, "token_logprobs": choice.logprobs, "top_logprobs": top or None, "text_offset": offsets}


def chat_choice(index: int, choice: Choice, tokenizer: PolicyTokenizer, body: ChatBody) -> dict[str, Any]:
    turn = parse_turn(text_of(choice, tokenizer))
    calls = [
        {
            "id": f"call_{index}_{place}",
            "type": "function",
            "function": {"name": call["name"], "arguments": json_text(call["arguments"])},
        }
        for place, call in enumerate(turn.calls)
    ]
    message: dict[str, Any] = {"role": "assistant", "content": turn.content or (None if calls else "")}
    if calls:
        message["tool_calls"] = calls
    finish = "tool_calls" if calls and choice.finish_reason == "stop" else choice.finish_reason
    logprobs = chat_logprobs(choice, tokenizer) if body.logprobs else None
    return {"index": index, "message": message, "finish_reason": finish, "logprobs": logprobs}


def chat_logprobs(choice: Choice, tokenizer: PolicyTokenizer) -> dict[str, Any]:
    def entry(token: int, logprob: float) -> dict[str, Any]:
        text = tokenizer.token_text(token)
        return {"token": text, "logprob": logprob, "bytes": list(text.encode())}

    rows = choice.alternatives or [[] for _ in choice.tokens]
    return {
        "content": [
            entry(token, value) | {"top_logprobs": [entry(*other) for other in row]}
            for token, value, row in zip(choice.tokens, choice.logprobs, rows, strict=True)
        ]
    }


def usage(prompts: list[list[int]], answers: list[list[Choice]]) -> dict[str, int]:
    read = sum(len(prompt) for prompt in prompts)
    drawn = sum(len(choice.tokens) for row in answers for choice in row)
    return {"prompt_tokens": read, "completion_tokens": drawn, "total_tokens": read + drawn}
