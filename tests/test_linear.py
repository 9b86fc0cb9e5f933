"""Every pattern of the project needs time in proportion to its input, whatever the input is (linear.py)."""

import ast
import dataclasses
import functools
import importlib
import inspect
import pickle
import pkgutil
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import crawler
from crawler import flow
from crawler.items import Capture

ROOT = Path(crawler.__file__).parent
LINEAR = Path(__file__).with_name("linear.py")
METHODS = ("fullmatch", "finditer")  # what a match takes, the second tries first


def modules():
    """All that can be imported here."""
    for found in pkgutil.walk_packages(crawler.__path__, "crawler."):
        if not found.name.endswith("__main__"):
            with suppress(ModuleNotFoundError):  # an extra that is not installed
                yield importlib.import_module(found.name)


def patterns_in(value, name, seen):
    """Patterns in a value, whatever holds them: containers, data classes, classes, results that are kept."""
    if id(value) in seen:
        return
    seen[id(value)] = value
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, dict):
        yield from patterns_in([*value.keys(), *value.values()], name, seen)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from patterns_in(one, name, seen)
    elif isinstance(value, functools._lru_cache_wrapper):
        if value.__module__.startswith("crawler") and not inspect.signature(value).parameters:
            yield from patterns_in(value(), f"{name}()", seen)
    elif isinstance(value, type):
        if value.__module__.startswith("crawler"):
            yield from patterns_in(dict(vars(value)), name, seen)
    elif type(value).__module__.startswith("crawler"):
        slots = [slot for one in type(value).__mro__ for slot in getattr(one, "__slots__", ())]
        held = [getattr(value, slot, None) for slot in (*slots, *getattr(value, "__dict__", ()))]
        yield from patterns_in(held, name, seen)
    elif dataclasses.is_dataclass(value):
        yield from patterns_in([getattr(value, field.name) for field in dataclasses.fields(value)], name, seen)


def written():
    """Pattern and flags -> where it stands, for all that modules hold."""
    found, seen = {}, {}
    for module in modules():
        for name, value in vars(module).items():
            for where, pattern in patterns_in(value, f"{module.__name__}.{name}", seen):
                found.setdefault((pattern.pattern, pattern.flags), where)
    return found


HEAD = """<!DOCTYPE html><html lang="en-US"><head><meta charset="UTF-8"><title>Terns</title></head><body>
<h1 class="featured-content__headline">With Ada Holm of the BBC</h1><p class="article-meta doctype-meta">Interview</p>
<p class="article-meta__author-bureau">Ada Fenwick, Secretary of State</p>
<p class="article-meta__publish-date">November 3, 2023</p><div class="entry-content">"""
# What makes each pattern that is built while a page is read.
SAID = (
    ("MR KELP", "Why is it shut?"),
    ("MS MARSH", "This is Judy Marsh. Is it safe?"),
    ("SECRETARY FENWICK", "Good to be with you Judy and Bernie."),
    ("MS ALJARIR", "Thank you, Tom. Lea Marsh with the Borealis News."),
    ("MR O’DONNELL", "(In German.) Judy Okoye, it is."),
    ("BOREALIS NEWS", "Lea Marsh, why? Judy Marsh."),
    ("MR RIVERS", "So it is."),
    ("MS HOLM", "Thank you, Ivo. (Laughter.) Ada Holm, thanks.MR RIVERS: So it is: yes."),
    ("FOREIGN MINISTER LAVROV", "We did."),
)


def built(monkeypatch):
    """The same for what is built while a page is read: file and line -> patterns."""
    found = {}
    compiled = re.compile

    def recording(pattern, flags=0):
        frame = inspect.currentframe().f_back
        result = compiled(pattern, flags)
        found.setdefault((frame.f_code.co_filename, frame.f_lineno), {})[result.pattern, result.flags] = None
        return result

    monkeypatch.setattr(re, "compile", recording)
    body = (HEAD + "".join(f"<p><b>{label}:</b> {text}</p>" for label, text in SAID)).encode()
    flow.run(
        Capture(
            url="https://www.state.gov/terns/",
            fetched_at="2024-02-01T09:00:00Z",
            status=200,
            body=body,
            digest="sha256:0",
            content_type="text/html; charset=UTF-8",
        )
    )
    return found


def calls():
    """(file, call, whether it stands in a function) of each call of re in the project."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        inner = {
            id(call)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for call in ast.walk(function)
        }
        for call in ast.walk(tree):
            function = call.func if isinstance(call, ast.Call) else None
            if (
                isinstance(function, ast.Attribute)
                and isinstance(function.value, ast.Name)
                and function.value.id == "re"
            ):
                yield path, call, id(call) in inner


def slow(patterns, *more):
    line = [sys.executable, str(LINEAR), *more]
    asked = [(pattern, flags, METHODS) for pattern, flags in patterns]
    done = subprocess.run(line, input=pickle.dumps(asked), stdout=subprocess.PIPE, check=True)
    names = list(patterns.values())
    return [(names[number], *rest) for number, *rest in pickle.loads(done.stdout)]


def test_patterns_are_written_where_they_are_found():
    """As constants of modules; in functions only what is built from a page's own names, or from data."""
    wrong = [
        f"{path.name}:{call.lineno}: re.{call.func.attr}"
        for path, call, inner in calls()
        if call.func.attr not in ("compile", "escape")
        or (inner and call.func.attr == "compile" and isinstance(call.args[0], ast.Constant))
    ]
    assert [line for line in wrong if not line.startswith("faults.py")] == []  # a test's own words for addresses


def test_no_pattern_needs_more_than_linear_time():
    found = written()
    assert len(found) > 200
    assert slow(found) == []


def test_no_pattern_that_is_built_does(monkeypatch):
    for module in modules():
        for value in vars(module).values():
            if isinstance(value, functools._lru_cache_wrapper):
                value.cache_clear()
    found = built(monkeypatch)
    patterns, missed = {}, []
    for path, call, inner in calls():
        if inner and call.func.attr == "compile":
            lines = range(call.lineno, call.end_lineno + 1)
            here = [key for (file, line), keys in found.items() if file == str(path) and line in lines for key in keys]
            patterns |= dict.fromkeys(here, f"{path.name}:{call.lineno}")
            missed += [] if here else [f"{path.name}:{call.lineno}"]
    assert missed == [], "SAID must have them built"
    assert slow(patterns) == []


@pytest.mark.parametrize(
    "pattern",
    [r"(?:\W*(?:ok|yes)(?: [a-z]\w+)?\W*)+", r"\s+$", r"<!--.*?-->", r"\b(?:to|for)\b.* x", r"\s*,?\s*x", r"(a|a)*b"],
)
def test_the_test_sees_what_is_slow(pattern):
    assert slow({(pattern, re.compile(pattern).flags): "it"}, "1")
