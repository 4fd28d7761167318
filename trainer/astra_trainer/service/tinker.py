"""The routes of the Tinker wire in its JSON flavour."""

import secrets
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from astra_trainer.errors import invalid_request
from astra_trainer.service.parts import Service
from astra_trainer.service.tinker_futures import Futures
from astra_trainer.service.tinker_models import TinkerModels, model_id_of
from astra_trainer.service.tinker_sampling import TinkerSampling
from astra_trainer.service.tinker_wire import (
    AnyBody,
    CreateModel,
    CreateSamplingSession,
    Forward,
    ForwardBackward,
    LoadWeights,
    ModelOnly,
    OptimStep,
    Retrieve,
    Sample,
    SaveForSampler,
    SaveWeights,
    SessionOnly,
    TinkerPath,
)


class Tinker:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._models = TinkerModels(service.home, service.loader, service.policies)
        self._futures = Futures()
        self._sampling = TinkerSampling(service.policies, service.loader, service.completions)
        self.router = APIRouter(prefix="/api/v1")
        self._add_sessions()
        self._add_training()
        self._add_weights()
        self._add_sampling()

    def _train(self, work: Callable[[], dict[str, Any]], key: tuple[str, int] | None, body: Any) -> dict[str, Any]:
        request_id = self._futures.start(lambda: self._service.thread.submit(work), key, body)
        return {"request_id": request_id, "model_id": key[0] if key else None}

    def _add_sessions(self) -> None:
        route = self.router

        @route.get("/healthz")
        def healthz() -> dict[str, Any]:
            return {"status": "ok"}

        @route.get("/get_server_capabilities")
        def capabilities() -> dict[str, Any]:
            names = [(entry["id"], entry["max_model_len"]) for entry in self._service.model_list()["data"]]
            return {"supported_models": [{"model_name": n, "max_context_length": length} for n, length in names]}

        @route.post("/client/config")
        def client_config(_: AnyBody) -> dict[str, Any]:
            return {"proto_write_fwdbwd": False, "pjwt_auth_enabled": False, "use_pyqwest_transport": False}

        @route.post("/telemetry")
        def telemetry(_: AnyBody) -> dict[str, Any]:
            return {"status": "accepted"}

        @route.post("/create_session")
        def create_session(_: AnyBody) -> dict[str, Any]:
            return {"session_id": f"s-{secrets.token_hex(8)}", "type": "create_session"}

        @route.post("/session_heartbeat")
        def heartbeat(_: SessionOnly) -> dict[str, Any]:
            return {"type": "session_heartbeat"}

        @route.post("/retrieve_future")
        async def retrieve(body: Retrieve) -> JSONResponse:
            return await self._futures.result(body.request_id)

    def _add_training(self) -> None:
        route, models = self.router, self._models

        @route.post("/create_model")
        def create_model(body: CreateModel) -> dict[str, Any]:
            model_id = model_id_of(body.session_id, body.model_seq_id)
            lora = body.lora_config.model_dump() if body.lora_config else None
            work = lambda: models.create(model_id, body.base_model, lora)  # noqa: E731
            return self._train(work, (model_id, -1), body.model_dump())

        @route.post("/unload_model")
        def unload_model(body: ModelOnly) -> dict[str, Any]:
            return self._train(lambda: models.unload(body.model_id), None, body.model_dump())

        @route.post("/get_info")
        def get_info(body: ModelOnly) -> dict[str, Any]:
            return models.info(body.model_id)

        @route.post("/forward_backward")
        def forward_backward(body: ForwardBackward) -> dict[str, Any]:
            work = lambda: models.passes(body.model_id, body.forward_backward_input, backward=True)  # noqa: E731
            return self._train(work, body.key, body.model_dump())

        @route.post("/forward")
        def forward(body: Forward) -> dict[str, Any]:
            work = lambda: models.passes(body.model_id, body.forward_input, backward=False)  # noqa: E731
            return self._train(work, body.key, body.model_dump())

        @route.post("/optim_step")
        def optim_step(body: OptimStep) -> dict[str, Any]:
            work = lambda: models.optimise(body.model_id, body.adam_params.model_dump())  # noqa: E731
            return self._train(work, body.key, body.model_dump())

    def _add_weights(self) -> None:
        route, models = self.router, self._models

        @route.post("/save_weights")
        def save_weights(body: SaveWeights) -> dict[str, Any]:
            name = body.path or f"seq-{body.seq_id}"

            def work() -> dict[str, Any]:
                models.save(body.model_id, name, with_state=True)
                return {"path": f"tinker://{body.model_id}/weights/{name}", "type": "save_weights"}

            return self._train(work, body.key, body.model_dump())

        @route.post("/save_weights_for_sampler")
        def save_for_sampler(body: SaveForSampler) -> dict[str, Any]:
            name = body.path or f"session-{body.sampling_session_seq_id}"

            def work() -> dict[str, Any]:
                models.save(body.model_id, name, with_state=False)
                path = f"tinker://{body.model_id}/sampler_weights/{name}"
                if body.path is not None:
                    return {"path": path, "type": "save_weights_for_sampler"}
                session = {"sampling_session_id": self._sampling.open(path)}
                return session | {"path": None, "type": "save_weights_for_sampler"}

            return self._train(work, body.key, body.model_dump())

        @route.post("/load_weights")
        def load_weights(body: LoadWeights) -> dict[str, Any]:
            work = lambda: models.load(body.model_id, body.path, body.optimizer)  # noqa: E731
            return self._train(work, body.key, body.model_dump())

        @route.post("/weights_info")
        def weights_info(body: TinkerPath) -> dict[str, Any]:
            return models.weights_info(body.tinker_path)

    def _add_sampling(self) -> None:
        route = self.router

        @route.post("/create_sampling_session")
        def create_sampling_session(body: CreateSamplingSession) -> dict[str, Any]:
            model = body.model_path or body.base_model
            if model is None:
                raise invalid_request("create_sampling_session: expected model_path or base_model")
            self._service.policies.resolve(model)
            return {"sampling_session_id": self._sampling.open(model), "type": "create_sampling_session"}

        @route.post("/asample")
        def asample(body: Sample) -> dict[str, Any]:
            model = self._sampling.model_of(body)
            key = None
            if body.sampling_session_id is not None and body.seq_id is not None:
                key = (body.sampling_session_id, body.seq_id)
            start = lambda: self._sampling.sample(model, body)  # noqa: E731
            return {"request_id": self._futures.start(start, key, body.model_dump())}
