"""What a Python process does that is told to stumble: REMARKS_TEST_POISON is {"part of an address": ["step", "deed"]}.

A process whose PYTHONPATH has this folder imports this by itself, so that no line of the program knows of it.
"""

import json
import os
import signal
import sys
import time
from dataclasses import replace

POISON = json.loads(os.environ.get("REMARKS_TEST_POISON", "{}"))


class Poisoned(Exception):
    """Nobody foresaw it."""


def recursion():
    return recursion()


def spin():
    while True:
        pass


def deaf():
    """As code in C: no signal is heard."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    time.sleep(600)


def raising(error):
    def fail():
        raise error

    return fail


DEEDS = {
    "ValueError": raising(ValueError("x\ud800\x1b[1m\n" * 100)),
    "OverflowError": raising(OverflowError("date value out of range")),
    "KeyError": raising(KeyError("turns")),
    "AssertionError": raising(AssertionError()),
    "UnicodeError": raising(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")),
    "Poisoned": raising(Poisoned("nobody foresaw it")),
    "RecursionError": recursion,
    "MemoryError": lambda: bytearray(10**13),
    "SystemExit": lambda: sys.exit(3),
    "deaf": deaf,
    "spin": spin,
    "exit": lambda: os._exit(3),
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "segfault": lambda: os.kill(os.getpid(), signal.SIGSEGV),
}


def url_of(value):
    """Of a capture, a page, a remark, a response, an address."""
    page = getattr(value, "page", value)
    url = getattr(page, "url", page)
    return url if isinstance(url, str) else ""


def poisoned(step, function):
    def stumbling(*args, **kwargs):
        urls = [url_of(value) for value in args]
        for part, (where, deed) in POISON.items():
            if where == step and any(part in url for url in urls):
                DEEDS[deed]()
        return function(*args, **kwargs)

    return stumbling


def patch():
    from crawler import flow, templates
    from crawler.rebuild import reading
    from crawler.web import health

    steps = {step for step, _ in POISON.values()}
    health.judge = poisoned("judge", health.judge)
    reading.read_index = poisoned("index", reading.read_index)
    reading.judge = poisoned("headers", reading.judge)
    templates.target_of = poisoned("stub", templates.target_of)
    flow.STEPS = (poisoned("parse_page", flow.STEPS[0]), *flow.STEPS[1:])
    for name in ("strip", "split", "identify", "validate"):
        setattr(flow, name, poisoned(name, getattr(flow, name)))
    if "rebuild.reader" not in " ".join(sys.orig_argv) and steps & {"store", "callback", "wire", "listed"}:
        from crawler.exporters.sqlite import save as saving
        from crawler.exporters.sqlite import store as sqlite
        from crawler.fetch import answers, middlewares

        saving.Saving._add_addresses = with_remark(saving.Saving._add_addresses)
        answers.Answers.record = poisoned("callback", answers.Answers.record)
        middlewares.headers_of = poisoned("wire", middlewares.headers_of)
        sqlite.Store.note_listed = poisoned("listed", sqlite.Store.note_listed)


def with_remark(function):
    """Midway in the rows of a remark."""
    told = poisoned("store", lambda remark: None)

    def stumbling(self, *args, **kwargs):
        told(replace(self.remark, page=replace(self.remark.page, url=self.capture.url)))
        return function(self, *args, **kwargs)

    return stumbling


if POISON:
    patch()
