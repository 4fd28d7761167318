"""Base models: where a policy starts. Made once from what they are, and named by it."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from astra_trainer.errors import ServiceError, conflict, invalid_request, not_found
from astra_trainer.hashing import sha256_file, sha256_value
from astra_trainer.model.nano import NanoShape, nano_model, nano_tokenizer
from astra_trainer.model.tokenizer import PolicyTokenizer
from astra_trainer.service.files import Files
from astra_trainer.service.wire import AdapterBody, FolderBase, NanoBase, SmolBase
from astra_trainer.store.checkpoint import Checkpoint, commit
from astra_trainer.store.home import Home
from astra_trainer.store.policies import TOKENIZER, PolicyLoader
from astra_trainer.store.policy_files import Adapter, build_full, read_config, read_full_tensors, write_full
from astra_trainer.training.sft_rows import count_rows, read_rows
from astra_trainer.versions import versions

SMOL = "smollm2-135m"


class BaseModels:
    def __init__(self, home: Home, loader: PolicyLoader, files: Files) -> None:
        self._home, self._loader, self._files = home, loader, files

    def make(self, body: NanoBase | SmolBase | FolderBase) -> tuple[Checkpoint, bool]:
        """→ the base model, and whether it is new."""
        if isinstance(body, NanoBase):
            return self._nano(body)
        whole = self._smol() if isinstance(body, SmolBase) else self._folder(body)
        return whole if body.adapter is None else self._adapter(whole[0], body.adapter)

    def named(self, name: str, training_file: str, seed: int) -> Checkpoint | None:
        """The base that a job may name without having made it; None for any other name."""
        if name == "nano":
            return self._nano(NanoBase(kind="nano", training_file=training_file, seed=seed))[0]
        if name == SMOL:
            return self._smol()[0]
        if name == f"{SMOL}-lora16":
            return self.make(SmolBase(kind=SMOL))[0]
        return None

    def about(self, name: str) -> dict[str, Any]:
        checkpoint = self._home.model(name)
        if checkpoint is None:
            raise not_found(f"base model {name[:80]!r} is not known here")
        return describe(checkpoint, self._loader)

    def listing(self) -> dict[str, Any]:
        names = sorted(path.name for path in self._home.models.iterdir())
        found = [self._home.model(name) for name in names]
        return {"object": "list", "data": [describe(checkpoint, self._loader) for checkpoint in found if checkpoint]}

    def _nano(self, body: NanoBase) -> tuple[Checkpoint, bool]:
        about = self._files.about(body.training_file)
        recipe = body.model_dump() | {"training_file": about["sha256"]}
        name = f"nano-{sha256_value(recipe)[:12]}"
        if (known := self._home.model(name)) is not None:
            return known, False
        shape = NanoShape(**{field: recipe[field] for field in asdict(NanoShape())})
        try:
            content = self._files.content(body.training_file)
            count_rows(content)
            tokenizer = nano_tokenizer(read_rows(content), shape.vocab_size)
            model = nano_model(tokenizer, shape, body.seed)
        except ValueError as error:
            raise invalid_request(f"nano: {error}") from error

        def write(folder: Path) -> None:
            write_full(folder, model)
            (folder / TOKENIZER).write_text(tokenizer.json_text, encoding="utf-8")

        return self._commit(name, {"recipe": recipe}, write), True

    def _smol(self) -> tuple[Checkpoint, bool]:
        if (known := self._home.model(SMOL)) is not None:
            return known, False
        from astra_trainer.model.gguf_import import find_package_file, import_gguf

        file = find_package_file()
        if file is None:
            raise ServiceError(
                503, "base_missing", f"{SMOL}: its package is not installed: sh trainer/install.sh DIR --real"
            )
        imported = import_gguf(file)

        def write(folder: Path) -> None:
            write_full(folder, imported.model)
            (folder / TOKENIZER).write_text(imported.tokenizer_json, encoding="utf-8")

        return self._commit(SMOL, {"recipe": {"kind": SMOL, "gguf": sha256_file(file)}}, write), True

    def _folder(self, body: FolderBase) -> tuple[Checkpoint, bool]:
        source = Path(body.path)
        try:
            config = read_config(source)
            tokenizer = PolicyTokenizer.load(source / TOKENIZER)
            model = build_full(config, read_full_tensors(source))
            recipe = {"kind": "folder", "weights": sha256_file(source / "model.safetensors")}
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise invalid_request(f"folder {source}: no model that can be read: {str(error)[:300]}") from error
        if (known := self._home.model(body.name)) is not None:
            if known.manifest["recipe"] != recipe:
                raise conflict(f"base model {body.name} exists with other weights: take another name")
            return known, False

        def write(folder: Path) -> None:
            write_full(folder, model)
            (folder / TOKENIZER).write_text(tokenizer.json_text, encoding="utf-8")

        return self._commit(body.name, {"recipe": recipe}, write), True

    def _adapter(self, whole: Checkpoint, body: AdapterBody) -> tuple[Checkpoint, bool]:
        base = whole.manifest["base"]
        standard = body == AdapterBody(first_layer=10) and base == SMOL
        suffix = f"lora{body.rank}" if standard else f"lora{body.rank}-{sha256_value(body.model_dump())[:8]}"
        name = f"{base}-{suffix}"
        if (known := self._home.model(name)) is not None:
            return known, False
        layers = self._loader.config(whole).layers
        if body.first_layer >= layers:
            raise invalid_request(f"adapter.first_layer: got {body.first_layer}; {base} has {layers} layers")
        policy = self._loader.with_adapter(whole, Adapter(body.rank, body.alpha, body.first_layer), seed=0)
        fields = policy.lineage() | {"recipe": {"kind": "adapter", **body.model_dump()}}
        return self._commit(name, fields, policy.write), True

    def _commit(self, name: str, fields: dict[str, Any], write) -> Checkpoint:
        start = {"kind": "full", "base": name, "base_hash": None, "made_by": "base", "versions": versions()}
        return self._home.remember(commit(self._home.models / name, start | fields, write))


def describe(checkpoint: Checkpoint, loader: PolicyLoader) -> dict[str, Any]:
    config = loader.config(checkpoint)
    policy = loader.load(checkpoint)
    return {
        "id": checkpoint.path.name,
        "object": "base_model",
        "kind": checkpoint.manifest["recipe"].get("kind"),
        "manifest_sha256": checkpoint.manifest_sha256,
        "weights_sha256": checkpoint.weights_sha256,
        "parameters": sum(parameter.numel() for parameter in policy.model.parameters()),
        "trainable_parameters": sum(parameter.numel() for parameter in policy.model.trainable().values()),
        "vocab_size": config.vocab_size,
        "context": config.context,
        "tokenizer_sha256": sha256_file(loader.tokenizer_folder(checkpoint) / TOKENIZER),
    }
