"""The fence: foreign bytes are read in a process of its own, which is killed where it takes too long or too much.

A limit in the same process would not hold: what runs in C hears no signal and cannot be left. So a Reader owns one
process, hands it one thing after the other, and takes back what it makes of it; where that does not come in time, the
process is killed, the answer is TooSlow, and the next one gets a new process. Where the process ends by itself (memory,
a fault in C), the answer is Crashed. The process ends with whoever started it, however that ends.
"""

from __future__ import annotations

import fcntl
import gc
import os
import resource
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from socket import socketpair
from typing import TYPE_CHECKING, Any, Final, Self

import crawler
from crawler.archive.reader import MAX_BODY_BYTES
from crawler.errors import Crashed, TooSlow, Unread
from crawler.rebuild.reading import Reading, read
from crawler.roster import roster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrapy.settings import BaseSettings

    from crawler.rebuild.records import Answer

#: A new process imports what it needs within a second; a machine that is busy with something else takes longer.
START_SECONDS: Final = 120
COMMAND: Final = "import sys; from crawler.rebuild.reader import serve; serve(*map(int, sys.argv[1:]))"
RESULT, END, FAULT = "result", "end", "fault"
#: Whoever started the process decides when it ends; Ctrl-C and a service's stop reach both.
IGNORED: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of the reading of one answer."""

    most_bytes: int = MAX_BODY_BYTES
    """A larger page is refused."""
    seconds: float = 0
    """0: no limit, and no process of its own: an answer that takes for ever does."""
    memory_bytes: int = 2_000_000_000
    """Of the process that reads; 0: no limit."""

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        return cls(
            most_bytes=settings.getint("REMARKS_MAX_PAGE_BYTES"),
            seconds=settings.getfloat("REMARKS_READ_SECONDS"),
            memory_bytes=settings.getint("REMARKS_READ_MEMORY_BYTES"),
        )


class Reader:
    """One process that reads; made when it is needed first. Threads may share it: they take turns."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._is_ready = self._is_closed = False
        self._turn = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, answer: Answer, types: str) -> Reading:
        """As reading.read(). Raises OSError where no process can be had."""
        if not self.is_apart(answer):
            return read(answer, types=types, most_bytes=self.limits.most_bytes)
        try:
            (reading,) = self.results(one, answer, types, self.limits.most_bytes)
        except Unread as refusal:
            return Reading(refusal=refusal.of(answer.capture.url))
        assert isinstance(reading, Reading)
        return reading

    def is_apart(self, answer: Answer) -> bool:
        """Whether it takes the process: no status but 2xx has its body looked at."""
        return bool(self.limits.seconds) and 200 <= answer.capture.status < 300

    def results(self, task: Callable[..., Iterator[Any]], *given: object) -> Iterator[Any]:
        """What the task, a generator of some module, yields in the process; each result within the limit.

        Raises TooSlow or Crashed, which name no address, where one does not come; OSError as the task does, or where
        no process can be had.
        """
        if not self.limits.seconds:
            yield from task(*given)
            return
        with self._turn:
            connection = self._ask(task, given)
            is_done = False
            try:
                while not is_done:
                    kind, value = self._hear(connection)
                    is_done = kind != RESULT
                    if kind == FAULT:
                        raise value
                    if not is_done:
                        yield value
            finally:
                if not is_done:
                    self._end()

    def start(self) -> None:
        """Begins to make the process, and does not wait for it. Raises OSError."""
        if not self.limits.seconds or self._process is not None:
            return
        if self._is_closed:
            raise OSError("the reader is closed")
        ours, theirs = socketpair()
        root = str(Path(crawler.__file__).parent.parent)
        paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-P", "-c", COMMAND, str(theirs.fileno()), str(self.limits.memory_bytes)],
                env=os.environ | {"PYTHONPATH": paths},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.PIPE,  # open as long as we are there
                stdout=subprocess.DEVNULL,
            )
        self._connection, self._is_ready = Connection(ours.detach()), False

    def close(self) -> None:
        """Ends the process; whoever waits for it gets OSError."""
        self._is_closed = True
        if (process := self._process) is not None:
            process.kill()
        with self._turn:
            self._end()

    def _ask(self, task: Callable[..., Iterator[Any]], given: tuple[object, ...]) -> Connection:
        connection = self._ready()
        try:
            connection.send((task, given))
        except OSError:  # it ended while it had nothing to do
            self._end()
            connection = self._ready()
            connection.send((task, given))
        return connection

    def _ready(self) -> Connection:
        self.start()
        assert self._connection is not None
        if not self._is_ready:
            try:
                if not self._connection.poll(START_SECONDS):
                    raise OSError(f"the process that reads was not ready after {START_SECONDS} seconds")
                self._connection.recv()
            except (EOFError, OSError) as error:
                words = self._end(patience_seconds=1)
                raise OSError(f"the process that reads cannot be started: {error or words}") from error
            self._is_ready = True
        return self._connection

    def _hear(self, connection: Connection) -> tuple[str, Any]:
        try:
            if connection.poll(self.limits.seconds):
                message: tuple[str, Any] = connection.recv()
                return message
        except (EOFError, OSError) as error:
            words = self._end(patience_seconds=1)  # its end of the line is closed before it is gone
            if self._is_closed:
                raise OSError("the reader is closed") from error
            raise Crashed("", f"the process that read it {words}") from None
        self._end()
        raise TooSlow("", f"not read after {self.limits.seconds:g} seconds")

    def _end(self, patience_seconds: float = 0) -> str:
        """How the process ended, in words; it is killed where it does not by then."""
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if process is None or connection is None:
            return "was ended"
        connection.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience_seconds)
        process.kill()
        process.wait()
        assert process.stdin is not None
        process.stdin.close()
        status = process.returncode
        return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


def one(answer: Answer, types: str, most_bytes: int) -> Iterator[Reading]:
    yield read(answer, types=types, most_bytes=most_bytes)


def serve(descriptor: int, memory_bytes: int) -> None:
    """The process: does what it is asked until nobody is there who asks."""
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    _end_with_the_other()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, resource.getrlimit(resource.RLIMIT_AS)[1]))
    roster()
    gc.freeze()  # what is imported stays: the collector need not look at it again and again (a tenth of the time)
    connection = Connection(descriptor)
    with suppress(EOFError, OSError):
        connection.send(None)
        while True:
            task, given = connection.recv()
            for message in _messages(task, given):
                connection.send_bytes(message)


def _messages(task: Callable[..., Iterator[Any]], given: tuple[object, ...]) -> Iterator[memoryview]:
    """Pickled, so that what cannot be is a fault like any other."""
    try:
        for result in task(*given):
            yield ForkingPickler.dumps((RESULT, result))
    except OSError as error:
        yield ForkingPickler.dumps((FAULT, error))
    except Exception as error:  # noqa: BLE001 - whatever it is, it costs this one answer
        yield ForkingPickler.dumps((FAULT, Crashed.by("", error)))
    else:
        yield ForkingPickler.dumps((END, None))


def _end_with_the_other() -> None:
    """The kernel kills this process when nobody holds the other end of its standard input, whatever it is at."""
    if hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
