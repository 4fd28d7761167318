"""Live models of the Tinker wire: each belongs to a client, takes its verbs in order, and dies with the process."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from astra_trainer.errors import ServiceError, conflict, gradient_not_finite, invalid_request, not_found
from astra_trainer.hashing import sha256_text
from astra_trainer.service.policies import Policies
from astra_trainer.service.tinker_wire import PassInput
from astra_trainer.store.checkpoint import MANIFEST, Checkpoint, commit
from astra_trainer.store.home import Home, safe_name
from astra_trainer.store.policies import Policy, PolicyLoader
from astra_trainer.store.policy_files import Adapter, read_optimizer, write_optimizer
from astra_trainer.training.datum import datum_pass, loss_spec, read_datum
from astra_trainer.training.optimizers import AdamValues, State, adamw_step, clip_gradients, refuse_broken_weights
from astra_trainer.versions import versions


@dataclass
class LiveModel:
    model_id: str
    base_model: str
    policy: Policy
    state: State = field(default_factory=dict)
    used: bool = False


class TinkerModels:
    """All methods but `require` run on the training thread."""

    def __init__(self, home: Home, loader: PolicyLoader, policies: Policies) -> None:
        self._home, self._loader, self._policies = home, loader, policies
        self._models: dict[str, LiveModel] = {}

    def require(self, model_id: str) -> LiveModel:
        if model_id not in self._models:
            raise not_found(
                f"model {model_id} is not live here: it ended, or the service was restarted; load saved weights"
            )
        return self._models[model_id]

    def create(self, model_id: str, base_model: str, lora: dict[str, Any] | None) -> dict[str, Any]:
        checkpoint = self._policies.resolve(base_model)
        rank = int((lora or {}).get("rank", 0))
        if rank > 0:
            if checkpoint.manifest["kind"] == "adapter":
                raise invalid_request(f"lora_config: {base_model} is an adapter already: ask for rank 0")
            adapter = Adapter(rank, float((lora or {}).get("alpha") or 2 * rank))
            policy = self._loader.with_adapter(checkpoint, adapter, int((lora or {}).get("seed") or 0))
        else:
            policy = self._loader.load(checkpoint)
        self._models[model_id] = LiveModel(model_id, base_model, policy)
        return {"model_id": model_id, "type": "create_model"}

    def unload(self, model_id: str) -> dict[str, Any]:
        self._models.pop(model_id, None)
        return {"model_id": model_id, "type": "unload_model"}

    def info(self, model_id: str) -> dict[str, Any]:
        live = self.require(model_id)
        adapter = live.policy.adapter
        data = {"arch": "llama", "model_name": live.base_model, "tokenizer_id": live.base_model}
        answer = {"type": "get_info", "model_id": model_id, "model_data": data, "model_name": live.base_model}
        return answer | {"is_lora": adapter is not None, "lora_rank": adapter.rank if adapter else None}

    def passes(self, model_id: str, body: PassInput, backward: bool) -> dict[str, Any]:
        live = self._use(model_id)
        config = live.policy.config
        spec = loss_spec(body.loss_fn, body.loss_fn_config or {})
        data = []
        for datum in body.data:
            tokens = [token for chunk in datum.model_input.chunks for token in chunk.tokens]
            inputs = {name: tensor.data for name, tensor in datum.loss_fn_inputs.items()}
            data.append(read_datum(tokens, inputs, spec.fn, config.vocab_size, config.context))
        loss, logprobs = datum_pass(live.policy.model, data, spec, backward)
        if not math.isfinite(loss):
            raise gradient_not_finite(
                f"the loss of {len(data)} data is {loss}: start again from the last saved weights"
            )
        outputs = [{"logprobs": {"data": row, "dtype": "float32", "shape": [len(row)]}} for row in logprobs]
        return {"loss_fn_output_type": "array", "loss_fn_outputs": outputs, "metrics": {"loss:sum": loss}}

    def optimise(self, model_id: str, adam: dict[str, float]) -> dict[str, Any]:
        live = self._use(model_id)
        parameters = live.policy.model.trainable()
        if all(parameter.grad is None for parameter in parameters.values()):
            raise invalid_request("optim_step: there is no gradient: call forward_backward first")
        norm = clip_gradients(parameters, adam.get("grad_clip_norm", 0.0))
        if not math.isfinite(norm):
            raise gradient_not_finite(f"the norm of the gradient is {norm}: start again from the last saved weights")
        values = AdamValues(
            adam["learning_rate"], adam["beta1"], adam["beta2"], adam["eps"], adam.get("weight_decay", 0.0)
        )
        adamw_step(parameters, live.state, values)
        for parameter in parameters.values():
            parameter.grad = None
        refuse_broken_weights(parameters)
        return {"metrics": {"grad_norm": norm}, "type": "optim_step"}

    def save(self, model_id: str, name: str, with_state: bool) -> Checkpoint:
        """Weights (and optimizer) under a name that is then taken for ever."""
        live = self._use(model_id)
        target = self._target(model_id, name, with_state)
        if (target / MANIFEST).is_file():
            raise conflict(f"{model_id}: {name} is saved already; a name never changes its meaning")

        def write(folder: Path) -> None:
            live.policy.write(folder)
            if with_state:
                write_optimizer(folder, live.state)

        fields = live.policy.lineage() | {
            "made_by": "tinker",
            "model_id": model_id,
            "name": name,
            "versions": versions(),
        }
        return self._home.remember(commit(target, fields, write))

    def load(self, model_id: str, path: str, optimizer: bool) -> dict[str, Any]:
        live = self.require(model_id)
        if live.used:
            raise ServiceError(
                409, "not_first", f"load_weights must be the first request of {model_id}: create a new model"
            )
        checkpoint = self._policies.resolve(path)
        policy = self._loader.load(checkpoint)
        if policy.base != live.policy.base or policy.kind != live.policy.kind:
            own = f"{live.policy.kind} of {live.policy.base}"
            raise invalid_request(f"load_weights: {path} is a {policy.kind} of {policy.base}, the model a {own}")
        live.policy, live.used = policy, True
        live.state = read_optimizer(checkpoint.path) if optimizer else {}
        return {"path": path, "type": "load_weights"}

    def weights_info(self, path: str) -> dict[str, Any]:
        checkpoint = self._policies.resolve(path)
        adapter = self._loader.load(checkpoint).adapter
        base = checkpoint.manifest["base"]
        return {"base_model": base, "is_lora": adapter is not None, "lora_rank": adapter.rank if adapter else None}

    def _use(self, model_id: str) -> LiveModel:
        live = self.require(model_id)
        live.used = True
        return live

    def _target(self, model_id: str, name: str, with_state: bool) -> Path:
        if not safe_name(name):
            raise invalid_request(f"path: got {name[:80]!r}; expected letters, digits, '.', '_' and '-'")
        return self._home.tinker / model_id / ("weights" if with_state else "sampler_weights") / name


def model_id_of(session_id: str, model_seq_id: int) -> str:
    """The same for a repeated request."""
    return f"m-{sha256_text(f'{session_id}/{model_seq_id}')[:16]}"
