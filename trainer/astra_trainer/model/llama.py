"""A Llama in plain torch, with the parameter names and the arithmetic of `LlamaForCausalLM` with tied embeddings.

Own code, because a policy of less than a million parameters spends most of a library's time in its layers of options,
and because training and sampling must agree to the last bit that float32 allows.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from astra_trainer.model.config import ModelConfig


class Linear(nn.Module):
    """Without bias; with low-rank factors when the policy is an adapter."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.lora_A: nn.Parameter | None = None
        self.lora_B: nn.Parameter | None = None
        self.scale = 0.0

    def add_adapter(self, rank: int, alpha: float, generator: torch.Generator) -> None:
        """The second factor starts at zero, so that the adapter changes nothing at first."""
        outputs, inputs = self.weight.shape
        self.scale = alpha / rank
        self.lora_A = nn.Parameter(torch.randn(rank, inputs, generator=generator) / math.sqrt(inputs))
        self.lora_B = nn.Parameter(torch.zeros(outputs, rank))

    def merged(self) -> Tensor:
        if self.lora_A is None or self.lora_B is None:
            return self.weight.detach()
        return (self.weight + self.scale * (self.lora_B @ self.lora_A)).detach()

    def forward(self, x: Tensor) -> Tensor:
        y = F.linear(x, self.weight)
        if self.lora_A is None or self.lora_B is None:
            return y
        return y + F.linear(F.linear(x, self.lora_A), self.lora_B) * self.scale


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

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        rows, length, _ = x.shape
        config = self.config

        def split(y: Tensor, heads: int) -> Tensor:
            return y.view(rows, length, heads, config.head_size).transpose(1, 2)

        q = rotate(split(self.q_proj(x), config.heads), cos, sin)
        k = rotate(split(self.k_proj(x), config.kv_heads), cos, sin)
        v = split(self.v_proj(x), config.kv_heads)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        return self.o_proj(mixed.transpose(1, 2).reshape(rows, length, -1))


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

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
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
        x = self.embed_tokens(ids)
        cos, sin = self.cos[:length], self.sin[:length]
        for block in self.layers:
            x = block(x, cos, sin)
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
