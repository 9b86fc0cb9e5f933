"""Makes one step of the program fail on one address, in a process whose environment asks for it.

POISON: "module:name:exception:part of the address". Python imports a module of this name by itself at its start.
"""

import builtins
import importlib
import importlib.abc
import os
import sys


class _Poisoner(importlib.abc.MetaPathFinder):
    def __init__(self, module, name, error, part):
        self.module, self.name, self.error, self.part = module, name, getattr(builtins, error), part

    def find_spec(self, fullname, path, target=None):
        if fullname != self.module:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            setattr(module, self.name, self.poisoned(getattr(module, self.name)))

        spec.loader.exec_module = exec_module
        return spec

    def poisoned(self, step):
        def run(*args, **kwargs):
            if self.part in repr(args):
                raise self.error("poison")
            return step(*args, **kwargs)

        return run


if os.environ.get("POISON"):
    sys.meta_path.insert(0, _Poisoner(*os.environ["POISON"].split(":")))
