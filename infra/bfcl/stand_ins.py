"""Stand-ins for the client libraries of other vendors, which the benchmark imports and never uses here.

They would bring torch and gigabytes with them. Every name in them is a class; instantiating one is an error.
"""
import importlib.abc
import importlib.machinery
import sys
import types

_absent = set(
    "mistralai cohere google writerai boto3 botocore qwen_agent sentence_transformers faiss serpapi transformers "
    "huggingface_hub datamodel_code_generator".split()
)


class _Names(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Names(name, (), {})

    def __call__(cls, *_args, **_kwargs):
        raise RuntimeError(f"{cls.__name__} is a stand-in: only OpenAI endpoints are measured here")


class _Module(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Names(name, (), {})


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in _absent:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module):
        pass


def install():
    """Asked last: a library that is there wins."""
    sys.meta_path.append(_Finder())
