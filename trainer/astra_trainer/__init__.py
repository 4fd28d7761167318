"""The trainer service: trains and samples the policies of ASTRA on Temporal behind HTTP."""

__version__ = "0.1.0"
