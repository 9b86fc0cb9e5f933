"""Whether a pattern needs time in proportion to its input. `python linear.py` reads patterns and prints the slow ones.

The strings are made from the pattern itself: what leads to each of its repeats, then what the repeat takes over and
over, then a character at which the whole fails. A long one is compared with as many short ones as have its length, in
processor time and with a wide margin. Each pattern has a process of its own with a limit on processor time that the
kernel keeps, so that one which never ends ends there.
"""

from __future__ import annotations

import os
import pickle
import re
import resource
import sys
import time
from collections import deque
from itertools import islice
from re import _constants as op
from re import _parser

#: Characters of the short string, and by how much the long one is longer.
LENGTH = 500
TIMES = 16
#: One long string may cost so many times as much as TIMES short ones: 1 is linear, 16 quadratic.
MOST_GROWTH = 4.0
#: What takes less than this at 2,000 characters needs no second look.
LEAST_SECONDS = 0.002
#: Processor seconds of one pattern with all its strings.
MOST_SECONDS = 30
#: Tried for a class of characters, and to fail.
CHARACTERS = "aAsQ09 .,-'\"’()[]<>/&;:=*_#!?@%~\n\t\xa0é–—“”ब\u0301\x00"
MOST_ALTERNATIVES = 24
#: Of one pattern; of more every second, third, … is tried.
MOST_STRINGS = 300
#: Of a list of words, so many are tried.
MOST_WORDS = 6
METHODS = ("fullmatch", "finditer")


class Grammar:
    """What strings a pattern takes."""

    def __init__(self, pattern):
        self.bytes = isinstance(pattern.pattern, bytes)
        self.flags = pattern.flags & ~re.DEBUG
        self.tree = list(_parser.parse(pattern.pattern, self.flags))
        self.groups = {}

    def strings(self):
        """(what leads there, what is repeated, what ends it), each once."""
        found = {}
        for before, pump in self.pumps(self.tree, ""):
            for end in ("", "\x00", "\n", "<a "):
                found[before, pump, end] = None
            found[before, f"{pump} ", "\x00"] = None
        made = [(before, pump, end) for before, pump, end in found if pump]
        return made[:: -(-len(made) // MOST_STRINGS)]

    def pumps(self, tree, before):
        """For every repeat below, and for every beginning of a sequence."""
        led = before
        for number, (kind, value) in enumerate(tree):
            yield from ((led, one) for one in self.alternatives([(kind, value)]) if one)
            for inner in self.inner(kind, value):
                yield from self.pumps(inner, led)
            led += self.sample([(kind, value)])
            if number:
                begun = led[len(before) :]
                yield before, begun
                yield before, begun[:-1]

    @staticmethod
    def inner(kind, value):
        if kind is op.BRANCH:
            plain = [list(one) for one in value[1] if all(k is op.LITERAL for k, _ in one)]
            return plain[:MOST_WORDS] + [one for one in map(list, value[1]) if one not in plain]
        if kind is op.SUBPATTERN:
            return [list(value[3])]
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            return [list(value[2])]
        if kind is op.ATOMIC_GROUP:
            return [list(value)]
        if kind in (op.ASSERT, op.ASSERT_NOT):
            return [list(value[1])]
        return []

    def sample(self, tree):
        return next(self.alternatives(tree), "")

    def alternatives(self, tree):
        """Strings that the sequence takes: each alternative of each part once, the other parts as they come first."""
        first = [next(iter(self.of(kind, value)), "") for kind, value in tree]
        yield "".join(first)
        for number, (kind, value) in enumerate(tree):
            for one in islice(self.of(kind, value), 1, MOST_ALTERNATIVES):
                yield "".join((*first[:number], one, *first[number + 1 :]))

    def of(self, kind, value):
        if kind is op.LITERAL:
            yield chr(value)
        elif kind in (op.NOT_LITERAL, op.ANY, op.IN):
            yield from (one for one in self.candidates(kind, value) if self.takes(kind, value, one))
        elif kind is op.BRANCH:
            for one in value[1]:
                yield from self.alternatives(list(one))
        elif kind is op.SUBPATTERN:
            yield from self.alternatives(list(value[3]))
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            least, most, inner = value
            for one in self.alternatives(list(inner)):
                yield one * max(least, 1 if most else 0)
            if not least:
                yield ""
        elif kind is op.ATOMIC_GROUP:
            yield from self.alternatives(list(value))
        elif kind is op.ASSERT:
            yield from islice(self.alternatives(list(value[1])), 2)
            yield ""
        else:
            yield ""

    @staticmethod
    def candidates(kind, value):
        own = [chr(v) for k, v in value if k is op.LITERAL] if kind is op.IN else []
        own += [chr(v[0]) for k, v in value if k is op.RANGE] if kind is op.IN else []
        return [*own[:4], *CHARACTERS]

    @staticmethod
    def takes(kind, value, char):
        if kind is op.ANY:
            return char != "\n"
        if kind is op.NOT_LITERAL:
            return char != chr(value)
        negated, within = False, False
        for k, v in value:
            if k is op.NEGATE:
                negated = True
            elif k is op.LITERAL:
                within |= char == chr(v)
            elif k is op.RANGE:
                within |= v[0] <= ord(char) <= v[1]
            elif k is op.CATEGORY:
                within |= re.match(CATEGORIES[v], char) is not None
        return within != negated


CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}


def slow(pattern, methods=METHODS):
    """(method, string's parts, growth) of the first string that grows too fast."""
    grammar = Grammar(pattern)
    strings = grammar.strings()
    for method in methods:
        for before, pump, end in strings:
            if growth := grows(pattern, method, before, pump, end, grammar.bytes):
                yield method, (before, pump, end), growth
                return


def grows(pattern, method, before, pump, end, is_bytes):
    """How much more one string of TIMES the length costs than as many short ones; 0 if that is fine."""

    def cost(length, times=1):
        text = before + pump * (length // len(pump)) + end
        data = text.encode("utf-8", "replace") if is_bytes else text
        start = time.process_time()
        for _ in range(times):
            if method == "finditer":
                deque(pattern.finditer(data), maxlen=0)
            else:
                getattr(pattern, method)(data)
        return time.process_time() - start

    if cost(4 * LENGTH) < LEAST_SECONDS:
        return 0
    small, large = (min(cost(*size) for _ in range(2)) for size in ((LENGTH, TIMES), (LENGTH * TIMES,)))
    growth = large / max(small, LEAST_SECONDS)
    return growth if growth > MOST_GROWTH else 0


def main():
    """Patterns in, [(number, method, parts, growth)] out, both pickled; method None where the time was up."""
    patterns = pickle.load(sys.stdin.buffer)
    most = int(sys.argv[1]) if sys.argv[1:] else MOST_SECONDS
    found = []
    for number, (source, flags, methods) in enumerate(patterns):
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_CPU, (most, most))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            with os.fdopen(writer, "wb") as out:
                pickle.dump(list(slow(re.compile(source, flags), methods)), out)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as told:
            answer = told.read()
        _, status = os.waitpid(child, 0)
        found += [(number, *one) for one in pickle.loads(answer)] if status == 0 else [(number, None, None, 0)]
    pickle.dump(found, sys.stdout.buffer)


if __name__ == "__main__":
    main()
