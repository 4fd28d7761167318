from .astra_environment import AstraEnvironment

__all__ = ["AstraEnvironment"]
