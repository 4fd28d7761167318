from .client import AstraEnv
from .models import AstraAction, AstraObservation

__all__ = ["AstraAction", "AstraEnv", "AstraObservation"]
