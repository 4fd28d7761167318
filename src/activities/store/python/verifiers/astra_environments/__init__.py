from .taskset import AstraTaskset

__all__ = ["AstraTaskset"]
