"""Bodies of the endpoints that are ours, and what they share. The JSON Schemas in `contract/` are made from here."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Seed = Annotated[int, Field(ge=0, lt=2**53)]
BaseReference = Annotated[str, StringConstraints(pattern=r"^base:[0-9a-f]{64}$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class Closed(BaseModel):
    """Ours: an unknown name is a mistake, and is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Open(BaseModel):
    """Of a standard that others extend: unknown names are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True, protected_namespaces=())


class BatchReference(Closed):
    uri: Annotated[str, StringConstraints(pattern=r"^(file://)?/.+")]
    sha256: Sha256


class LossMask(Closed):
    kind: Literal["icepop", "sequence"]
    low: Annotated[Finite, Field(ge=0)] = 0.5
    high: Annotated[Finite, Field(gt=0)] = 5.0


class Loss(Closed):
    fn: Literal["importance_sampling", "ppo", "cispo", "dppo"] = "ppo"
    clip_low: Annotated[Finite, Field(ge=0, le=1)] = 0.2
    clip_high: Annotated[Finite, Field(ge=0)] = 0.28
    tis_cap: Annotated[Finite, Field(gt=0)] | None = None
    mask: LossMask | None = None
    tv_threshold: Annotated[Finite, Field(gt=0, le=1)] = 0.2
    temperature: Annotated[Finite, Field(gt=0)] = 1.0


class Optim(Closed):
    lr: Annotated[Finite, Field(gt=0)]
    betas: tuple[Annotated[Finite, Field(ge=0, lt=1)], Annotated[Finite, Field(ge=0, lt=1)]] = (0.9, 0.95)
    eps: Annotated[Finite, Field(gt=0)] = 1e-8
    weight_decay: Annotated[Finite, Field(ge=0)] = 0.0
    grad_clip: Annotated[Finite, Field(ge=0)] = 1.0


class StepBody(Closed):
    """PUT /v1/runs/{run}/steps/{n}"""

    parent: Annotated[str, StringConstraints(pattern=r"^(step-\d+|base:[0-9a-f]{64})$")]
    batch: BatchReference
    loss: Loss = Loss()
    optim: Optim
    seed: Seed = 0
    micro_batch_tokens: Annotated[int, Field(ge=1)] = 16384


class PublishBody(Closed):
    """PUT /v1/policies/{run}"""

    step: Annotated[int, Field(ge=0)]
    base: BaseReference | None = None
    manifest_sha256: Sha256 | None = None


class AdapterBody(Closed):
    rank: Annotated[int, Field(ge=1, le=256)] = 16
    alpha: Annotated[Finite, Field(gt=0)] = 32.0
    first_layer: Annotated[int, Field(ge=0)] = 0


class NanoBase(Closed):
    kind: Literal["nano"]
    training_file: str
    seed: Seed = 0
    vocab_size: Annotated[int, Field(ge=288, le=65536)] = 704
    hidden_size: Annotated[int, Field(ge=32, le=1024, multiple_of=32)] = 128
    layers: Annotated[int, Field(ge=1, le=48)] = 4
    heads: Annotated[int, Field(ge=1, le=64)] = 4
    kv_heads: Annotated[int, Field(ge=1, le=64)] = 2
    context: Annotated[int, Field(ge=128, le=32768)] = 1024


class SmolBase(Closed):
    kind: Literal["smollm2-135m"]
    adapter: AdapterBody | None = AdapterBody(first_layer=10)


class FolderBase(Closed):
    kind: Literal["folder"]
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
    path: str
    adapter: AdapterBody | None = None


BaseBody = Annotated[NanoBase | SmolBase | FolderBase, Field(discriminator="kind")]


class CompletionBody(Open):
    """POST /v1/completions"""

    model: str
    prompt: str | list[str] | list[int] | list[list[int]]
    max_tokens: Annotated[int, Field(ge=1)] = 16
    temperature: Annotated[Finite, Field(ge=0, le=10)] = 1.0
    top_p: Annotated[Finite, Field(gt=0, le=1)] = 1.0
    top_k: Annotated[int, Field(ge=-1)] = 0
    n: Annotated[int, Field(ge=1, le=1024)] = 1
    seed: Seed | list[Seed] | None = None
    stop: str | list[str] | None = None
    logprobs: Annotated[int, Field(ge=0, le=5)] | None = None
    return_token_ids: bool = False
    stream: Literal[False] = False

    @property
    def stops(self) -> tuple[str, ...]:
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())


class ChatBody(Open):
    """POST /v1/chat/completions"""

    model: str
    messages: Annotated[list[dict[str, Any]], Field(min_length=1)]
    tools: list[dict[str, Any]] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    temperature: Annotated[Finite, Field(ge=0, le=10)] = 1.0
    top_p: Annotated[Finite, Field(gt=0, le=1)] = 1.0
    n: Annotated[int, Field(ge=1, le=1024)] = 1
    seed: Seed | None = None
    stop: str | list[str] | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=5)] | None = None
    stream: Literal[False] = False


class RenderBody(Closed):
    """POST /v1/render"""

    model: str
    messages: Annotated[list[dict[str, Any]], Field(min_length=1)] | None = None
    tools: list[dict[str, Any]] | None = None
    bridge_of: Annotated[list[dict[str, Any]], Field(min_length=1)] | None = None
    add_generation_prompt: bool = True
    return_mask: bool = False

    @model_validator(mode="after")
    def one_question(self) -> "RenderBody":
        if (self.messages is None) == (self.bridge_of is None):
            raise ValueError("expected either messages or bridge_of")
        if self.bridge_of is not None and (self.tools or self.return_mask or not self.add_generation_prompt):
            raise ValueError("bridge_of stands alone, with add_generation_prompt true")
        if self.return_mask and self.add_generation_prompt:
            raise ValueError("return_mask is about a whole conversation: set add_generation_prompt to false")
        return self


class DetokenizeBody(Open):
    """POST /detokenize, as vLLM has it: for clients of servers that only know tokens"""

    model: str
    tokens: list[Annotated[int, Field(ge=0)]]


class Supervised(Open):
    hyperparameters: dict[str, Any] = {}


class Method(Open):
    type: Literal["supervised"] = "supervised"
    supervised: Supervised = Supervised()


class JobBody(Open):
    """POST /v1/fine_tuning/jobs"""

    model: str
    training_file: str
    validation_file: str | None = None
    suffix: Annotated[str, StringConstraints(max_length=64)] | None = None
    seed: Seed | None = None
    metadata: dict[str, str] = {}
    method: Method = Method()
    hyperparameters: dict[str, Any] = {}
