"""Failures that a caller can act on: each has an HTTP status and a type that the contract names."""


class ServiceError(Exception):
    """Becomes `{"error": {"type", "message"}}` with its status."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message

    def body(self) -> dict[str, dict[str, str]]:
        return {"error": {"type": self.kind, "message": self.message}}


def invalid_request(message: str) -> ServiceError:
    return ServiceError(400, "invalid_request", message)


def not_found(message: str) -> ServiceError:
    return ServiceError(404, "not_found", message)


def conflict(message: str) -> ServiceError:
    return ServiceError(409, "conflict", message)


def batch_invalid(message: str) -> ServiceError:
    return ServiceError(422, "batch_invalid", message)


def dataset_invalid(message: str) -> ServiceError:
    return ServiceError(422, "dataset_invalid", message)


def gradient_not_finite(message: str) -> ServiceError:
    return ServiceError(422, "gradient_not_finite", message)


def checkpoint_corrupt(message: str) -> ServiceError:
    return ServiceError(500, "checkpoint_corrupt", message)
