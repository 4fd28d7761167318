"""From a checkpoint to a policy in memory, proven by the hashes of its MANIFEST."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from torch import Tensor

from astra_trainer.errors import checkpoint_corrupt
from astra_trainer.hashing import derive_seed
from astra_trainer.model.chat import ChatFormat
from astra_trainer.model.config import ModelConfig
from astra_trainer.model.llama import Llama, add_adapters
from astra_trainer.model.tokenizer import PolicyTokenizer
from astra_trainer.store.checkpoint import Checkpoint, read_checkpoint, verify_files
from astra_trainer.store.home import Home
from astra_trainer.store.policy_files import (
    Adapter,
    build_adapter,
    build_full,
    link,
    read_config,
    read_full_tensors,
    write_adapter,
    write_full,
)

TOKENIZER = "tokenizer.json"


@dataclass
class Policy:
    """A model that may be trained, with what is needed to write its child."""

    model: Llama
    tokenizer: PolicyTokenizer
    adapter: Adapter | None
    """Manifest fields that a child shares: the base model and, for an adapter, the hash of the weights it stands on."""
    base: str
    base_hash: str
    folder: Path

    @property
    def config(self) -> ModelConfig:
        return self.model.config

    @property
    def chat(self) -> ChatFormat:
        return ChatFormat(self.tokenizer)

    @property
    def kind(self) -> str:
        return "full" if self.adapter is None else "adapter"

    def write(self, folder: Path) -> None:
        """Weights, shape and tokenizer, so that other engines can serve the folder as it is."""
        if self.adapter is None:
            write_full(folder, self.model)
            link(self.folder / TOKENIZER, folder)
        else:
            write_adapter(folder, self.model, self.adapter, self.base)

    def lineage(self) -> dict[str, Any]:
        return {"kind": self.kind, "base": self.base, "base_hash": self.base_hash}


@dataclass(frozen=True)
class Frozen:
    """Weights that adapters stand on: read and proven once, shared by all."""

    config: ModelConfig
    tensors: dict[str, Tensor]
    tokenizer: PolicyTokenizer
    folder: Path


class PolicyLoader:
    def __init__(self, home: Home) -> None:
        self._home = home
        self._frozen: dict[str, Frozen] = {}
        self._tokenizers: dict[str, PolicyTokenizer] = {}
        self._configs: dict[str, ModelConfig] = {}
        self._lock = Lock()

    def load(self, checkpoint: Checkpoint) -> Policy:
        """Reads a policy; `checkpoint_corrupt` when a file is not what its MANIFEST says."""
        verify_files(checkpoint)
        manifest = checkpoint.manifest
        if manifest["kind"] == "adapter":
            frozen = self._frozen_base(manifest["base_hash"])
            model, adapter = build_adapter(frozen.config, frozen.tensors, checkpoint.path)
            return Policy(model, frozen.tokenizer, adapter, manifest["base"], manifest["base_hash"], frozen.folder)
        tokenizer = self.tokenizer(checkpoint)
        model = build_full(read_config(checkpoint.path), read_full_tensors(checkpoint.path))
        # A base model is its own base.
        base_hash = manifest.get("base_hash") or checkpoint.manifest_sha256
        return Policy(model, tokenizer, None, manifest["base"], base_hash, checkpoint.path)

    def config(self, checkpoint: Checkpoint) -> ModelConfig:
        """Shape of the policy, without reading its weights."""
        with self._lock:
            known = self._configs.get(checkpoint.manifest_sha256)
        config = known or read_config(self.tokenizer_folder(checkpoint))
        with self._lock:
            self._configs[checkpoint.manifest_sha256] = config
        return config

    def tokenizer_folder(self, checkpoint: Checkpoint) -> Path:
        """Where the policy's tokenizer and config lie: in itself, or in what its adapter stands on."""
        if checkpoint.manifest["kind"] != "adapter":
            return checkpoint.path
        return self._frozen_base(checkpoint.manifest["base_hash"]).folder

    def tokenizer(self, checkpoint: Checkpoint) -> PolicyTokenizer:
        """The policy's tokenizer; one object for all policies with the same file."""
        folder = self.tokenizer_folder(checkpoint)
        sha256 = read_checkpoint(folder).manifest["files"][TOKENIZER]["sha256"]
        with self._lock:
            if sha256 not in self._tokenizers:
                self._tokenizers[sha256] = PolicyTokenizer.load(folder / TOKENIZER)
            return self._tokenizers[sha256]

    def with_adapter(self, checkpoint: Checkpoint, adapter: Adapter, seed: int) -> Policy:
        """A new adapter, which changes nothing yet, on a whole model."""
        frozen = self._frozen_base(checkpoint.manifest_sha256)
        model = build_full(frozen.config, frozen.tensors)
        add_adapters(model, adapter.rank, adapter.alpha, adapter.first_layer, derive_seed("adapter", seed))
        base = checkpoint.manifest["base"]
        return Policy(model, frozen.tokenizer, adapter, base, checkpoint.manifest_sha256, frozen.folder)

    def _frozen_base(self, manifest_sha256: str) -> Frozen:
        with self._lock:
            if manifest_sha256 not in self._frozen:
                checkpoint = self._home.by_hash(manifest_sha256)
                if checkpoint is None:
                    raise checkpoint_corrupt(
                        f"the base {manifest_sha256[:12]}… of this adapter is not in {self._home.root}"
                    )
                verify_files(checkpoint)
                self._frozen[manifest_sha256] = Frozen(
                    config=read_config(checkpoint.path),
                    tensors=read_full_tensors(checkpoint.path),
                    tokenizer=PolicyTokenizer.load(checkpoint.path / TOKENIZER),
                    folder=checkpoint.path,
                )
            return self._frozen[manifest_sha256]
