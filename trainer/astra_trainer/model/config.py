"""Shape of a Llama, read from and written as the `config.json` that other engines know."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ModelConfig:
    vocab_size: int
    hidden_size: int
    intermediate_size: int
    layers: int
    heads: int
    kv_heads: int
    context: int
    rope_theta: float = 10000.0
    norm_eps: float = 1e-5
    eos_token_id: int = 1
    pad_token_id: int = 0

    @property
    def head_size(self) -> int:
        return self.hidden_size // self.heads

    @property
    def queries_per_key(self) -> int:
        return self.heads // self.kv_heads

    @property
    def activation_bytes(self) -> int:
        """What the backward pass keeps of one token, in float32: 1.9 MB of SmolLM2, as measured."""
        return 4 * self.layers * (14 * self.hidden_size + 5 * self.intermediate_size)

    def to_json(self) -> dict[str, Any]:
        return {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "vocab_size": self.vocab_size,
            "hidden_size": self.hidden_size,
            "intermediate_size": self.intermediate_size,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "num_key_value_heads": self.kv_heads,
            "max_position_embeddings": self.context,
            "rope_theta": self.rope_theta,
            "rms_norm_eps": self.norm_eps,
            "eos_token_id": self.eos_token_id,
            "pad_token_id": self.pad_token_id,
            "hidden_act": "silu",
            "tie_word_embeddings": True,
            "torch_dtype": "float32",
        }

    @staticmethod
    def from_json(raw: dict[str, Any]) -> "ModelConfig":
        """Reads a `config.json`; a network that is not this Llama is refused by name, never half-read."""
        if raw.get("model_type") != "llama" or not raw.get("tie_word_embeddings", False):
            raise ValueError(
                f"config.json: expected a llama with tied embeddings, got {raw.get('model_type')!r} "
                f"with tie_word_embeddings {raw.get('tie_word_embeddings')!r}"
            )
        config = ModelConfig(
            vocab_size=raw["vocab_size"],
            hidden_size=raw["hidden_size"],
            intermediate_size=raw["intermediate_size"],
            layers=raw["num_hidden_layers"],
            heads=raw["num_attention_heads"],
            kv_heads=raw["num_key_value_heads"],
            context=raw["max_position_embeddings"],
            rope_theta=float(raw.get("rope_theta", 10000.0)),
            norm_eps=float(raw.get("rms_norm_eps", 1e-5)),
            eos_token_id=raw["eos_token_id"],
            pad_token_id=raw.get("pad_token_id") or 0,
        )
        config.check()
        return config

    def check(self) -> None:
        if self.hidden_size % self.heads or self.heads % self.kv_heads or self.head_size % 2:
            raise ValueError(f"{self.hidden_size} features do not divide over {self.heads}/{self.kv_heads} heads")
