"""A Llama in plain torch, with the parameter names and the arithmetic of `LlamaForCausalLM` with tied embeddings.

Own code, because a policy of less than a million parameters spends most of a library's time in its layers of options,
and because training and sampling must agree to the last bit that float32 allows.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from astra_trainer.model.config import ModelConfig

Mix = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(queries, keys, values), each [rows, heads, length, head size] → what each query gathered"""


class AdaptedLinear(torch.autograd.Function):
    """A product with adapted weights as one product: what its factors need is made of thin ones when going back."""

    @staticmethod
    def forward(ctx, x: Tensor, merged: Tensor, a: Tensor, b: Tensor, scale: float) -> Tensor:
        ctx.save_for_backward(x, merged, a, b)
        ctx.scale = scale
        return F.linear(x, merged)

    @staticmethod
    def backward(ctx, gradient: Tensor):
        x, merged, a, b = ctx.saved_tensors
        rows, out = x.flatten(0, -2), gradient.flatten(0, -2)
        to_a = (out @ b).mul_(ctx.scale).T @ rows
        to_b = out.T @ (rows @ a.T).mul_(ctx.scale)
        to_x = gradient @ merged if ctx.needs_input_grad[0] else None
        return to_x, None, to_a, to_b, None


class Linear(nn.Module):
    """Without bias; with low-rank factors when the policy is an adapter."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.lora_A: nn.Parameter | None = None
        self.lora_B: nn.Parameter | None = None
        self.scale = 0.0
        # With the versions of the factors that it was made of: an optimizer changes them in place.
        self._merged: tuple[tuple[int, int], Tensor] | None = None

    def add_adapter(self, rank: int, alpha: float, generator: torch.Generator) -> None:
        """The second factor starts at zero, so that the adapter changes nothing at first."""
        outputs, inputs = self.weight.shape
        self.scale = alpha / rank
        self.lora_A = nn.Parameter(torch.randn(rank, inputs, generator=generator) / math.sqrt(inputs))
        self.lora_B = nn.Parameter(torch.zeros(outputs, rank))

    def merged(self) -> Tensor:
        if self.lora_A is None or self.lora_B is None:
            return self.weight.detach()
        versions = (self.lora_A._version, self.lora_B._version)
        if self._merged is None or self._merged[0] != versions:
            with torch.no_grad():
                self._merged = versions, torch.addmm(self.weight, self.lora_B, self.lora_A, alpha=self.scale)
        return self._merged[1]

    def forward(self, x: Tensor) -> Tensor:
        if self.lora_A is None or self.lora_B is None:
            return F.linear(x, self.weight)
        return AdaptedLinear.apply(x, self.merged(), self.lora_A, self.lora_B, self.scale)


class RmsNorm(nn.Module):
    def __init__(self, size: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return rms_norm(x, self.weight, self.eps)


def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * weight


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat([-second, first], -1) * sin


def attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal, [rows, heads, length, head size]; keys may have fewer heads."""
    rows, heads, length, size = q.shape
    key_heads, shared = k.shape[1], heads // k.shape[1]

    def shown(x: Tensor) -> Tensor:
        # The queries that share a key see it as a head of their own, without a copy of it.
        return x[:, :, None].expand(-1, -1, shared, -1, -1).flatten(0, 1)

    folded = q.reshape(rows * key_heads, shared, length, size)
    mixed = F.scaled_dot_product_attention(folded, shown(k), shown(v), is_causal=True)
    return mixed.view(rows, heads, length, size)


def rotary_tables(config: ModelConfig, length: int) -> tuple[Tensor, Tensor]:
    # Named device: a model may be built without memory for its parameters, but never without these.
    with torch.device("cpu"):
        inverse = 1 / config.rope_theta ** (torch.arange(0, config.head_size, 2).float() / config.head_size)
        angles = torch.outer(torch.arange(length).float(), inverse)
        both = torch.cat([angles, angles], -1)
        return both.cos(), both.sin()


class Attention(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        size, keys = config.hidden_size, config.kv_heads * config.head_size
        self.config = config
        self.q_proj = Linear(size, size)
        self.k_proj = Linear(size, keys)
        self.v_proj = Linear(size, keys)
        self.o_proj = Linear(size, size)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mix: Mix) -> Tensor:
        rows, length, _ = x.shape
        config = self.config

        def split(y: Tensor, heads: int) -> Tensor:
            return y.view(rows, length, heads, config.head_size).transpose(1, 2)

        q = rotate(split(self.q_proj(x), config.heads), cos, sin)
        k = rotate(split(self.k_proj(x), config.kv_heads), cos, sin)
        v = split(self.v_proj(x), config.kv_heads)
        return self.o_proj(mix(q, k, v).transpose(1, 2).reshape(rows, length, -1))


class FeedForward(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.gate_proj = Linear(config.hidden_size, config.intermediate_size)
        self.up_proj = Linear(config.hidden_size, config.intermediate_size)
        self.down_proj = Linear(config.intermediate_size, config.hidden_size)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.input_layernorm = RmsNorm(config.hidden_size, config.norm_eps)
        self.self_attn = Attention(config)
        self.post_attention_layernorm = RmsNorm(config.hidden_size, config.norm_eps)
        self.mlp = FeedForward(config)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mix: Mix) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, mix)
        return x + self.mlp(self.post_attention_layernorm(x))


class Llama(nn.Module):
    """Parameters are uninitialised: load them or call `initialise`."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = RmsNorm(config.hidden_size, config.norm_eps)
        cos, sin = rotary_tables(config, config.context)
        self.cos, self.sin = cos, sin

    def initialise(self, seed: int, spread: float = 0.05) -> None:
        generator = torch.Generator().manual_seed(seed)
        for name, parameter in self.named_parameters():
            if not name.endswith("norm.weight"):
                nn.init.normal_(parameter, 0.0, spread, generator=generator)

    def forward(self, ids: Tensor) -> Tensor:
        """[rows, length] right-padded ids → hidden states. Causal: what is padded at the end needs no mask."""
        length = ids.shape[1]
        return self._trunk(ids, (self.cos[:length], self.sin[:length]), attention)

    def packed(self, ids: Tensor, positions: Tensor, mix: Mix) -> Tensor:
        """[tokens] of any number of rows, at their positions → hidden states; `mix` knows who sees whom."""
        return self._trunk(ids[None], (self.cos[positions], self.sin[positions]), mix)[0]

    def _trunk(self, ids: Tensor, rotation: tuple[Tensor, Tensor], mix: Mix) -> Tensor:
        x = self.embed_tokens(ids)
        for block in self.layers:
            x = block(x, *rotation, mix)
        return self.norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        return F.linear(hidden, self.embed_tokens.weight)

    def trainable(self) -> dict[str, nn.Parameter]:
        """Name → parameter, in a fixed order."""
        return {name: parameter for name, parameter in self.named_parameters() if parameter.requires_grad}


def add_adapters(model: Llama, rank: int, alpha: float, first_layer: int, seed: int) -> None:
    """Freezes everything and adds low-rank factors to every matrix of the layers from `first_layer` on."""
    generator = torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for block in model.layers[first_layer:]:
        for module in block.modules():
            if isinstance(module, Linear):
                module.add_adapter(rank, alpha, generator)
