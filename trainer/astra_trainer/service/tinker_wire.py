"""Bodies of the Tinker wire, as far as they are used here."""

from typing import Annotated, Literal

from pydantic import Field

from astra_trainer.service.wire import Finite, Open, Seed


class AnyBody(Open):
    """Whatever a client says about itself."""


class SessionOnly(Open):
    session_id: str


class ModelOnly(Open):
    model_id: str


class Retrieve(Open):
    request_id: str


class TinkerPath(Open):
    tinker_path: str


class Numbered(Open):
    """A request with its number in the order of one model: the key by which a repeated one is known."""

    model_id: str
    seq_id: int | None = None

    @property
    def key(self) -> tuple[str, int] | None:
        return None if self.seq_id is None else (self.model_id, self.seq_id)


class LoraConfig(Open):
    rank: Annotated[int, Field(ge=0, le=256)]
    seed: Seed | None = None
    alpha: Annotated[Finite, Field(gt=0)] | None = None


class CreateModel(Open):
    session_id: str
    model_seq_id: int
    base_model: str
    lora_config: LoraConfig | None = None


class TextChunk(Open):
    type: Literal["encoded_text"] = "encoded_text"
    tokens: list[int]


class ModelInput(Open):
    chunks: list[TextChunk]


class Tensor(Open):
    data: list[Finite]


class Datum(Open):
    model_input: ModelInput
    loss_fn_inputs: dict[str, Tensor]


class PassInput(Open):
    data: Annotated[list[Datum], Field(min_length=1)]
    loss_fn: str
    loss_fn_config: dict[str, Finite] | None = None


class ForwardBackward(Numbered):
    forward_backward_input: PassInput


class Forward(Numbered):
    forward_input: PassInput


class AdamParams(Open):
    learning_rate: Annotated[Finite, Field(ge=0)] = 1e-4
    beta1: Annotated[Finite, Field(ge=0, lt=1)] = 0.9
    beta2: Annotated[Finite, Field(ge=0, lt=1)] = 0.95
    eps: Annotated[Finite, Field(gt=0)] = 1e-12
    weight_decay: Annotated[Finite, Field(ge=0)] = 0.0
    grad_clip_norm: Annotated[Finite, Field(ge=0)] = 0.0


class OptimStep(Numbered):
    adam_params: AdamParams


class SaveWeights(Numbered):
    path: str | None = None


class SaveForSampler(Numbered):
    path: str | None = None
    sampling_session_seq_id: int | None = None


class LoadWeights(Numbered):
    path: str
    optimizer: bool = True


class CreateSamplingSession(Open):
    session_id: str
    sampling_session_seq_id: int
    base_model: str | None = None
    model_path: str | None = None


class SamplingParams(Open):
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    temperature: Annotated[Finite, Field(ge=0)] = 1.0
    top_p: Annotated[Finite, Field(gt=0, le=1)] = 1.0
    top_k: Annotated[int, Field(ge=-1)] = -1
    stop: str | list[str] | list[int] | None = None
    seed: Seed | None = None


class Sample(Open):
    prompt: ModelInput
    num_samples: Annotated[int, Field(ge=1, le=1024)] = 1
    sampling_params: SamplingParams
    base_model: str | None = None
    model_path: str | None = None
    sampling_session_id: str | None = None
    seq_id: int | None = None
    prompt_logprobs: Literal[False] | None = None
