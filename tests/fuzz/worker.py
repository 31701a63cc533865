"""Process that reads hostile files for another: it may crash, hang or run out of memory, and that is seen.

`Worker` is the other side. A request is a pickle of the arguments of `target.tried` and a way to count rows; the answers
are the outcome and, apart so that a crash of the counter is not taken for ours, the count.
"""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
SECONDS = 10
MEMORY = 2_000_000_000


@dataclass
class Worker:
    """A process that is started again when it has died.

    Attributes
    ----------
    seconds
        Time for one file; twice as much before native code is stopped from outside.
    memory
        Address space above what the imports take.
    """

    seconds: int = SECONDS
    memory: int = MEMORY
    _process: subprocess.Popen[bytes] | None = None

    def __call__(self, sample: Any, data: bytes, *, count: bool = True) -> tuple[Any, int | None]:
        """Outcome, and the rows by the independent counter (None where it cannot tell)."""
        from .target import Outcome

        process = self._started()
        assert process.stdin
        pickle.dump((sample.name, sample.kind, sample.file, data, sample.beside, count), process.stdin)
        process.stdin.flush()
        found = self._answer(2 * self.seconds + 2)
        if found is None:
            ended = self._stop()
            return Outcome("failed", detail=f"the process ended with {ended}", place=f"native: {ended}"), None
        rows = self._answer(2 * self.seconds + 2)
        if rows is None:
            self._stop()
        return found, rows if isinstance(rows, int) else None

    def close(self) -> None:
        """End the process."""
        self._stop()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            paths = [str(TESTS), str(TESTS.parent), *(p for p in sys.path if p)]
            self._process = subprocess.Popen(
                [sys.executable, "-m", "fuzz.worker", str(self.seconds), str(self.memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            )
            assert self._answer(120) == "ready"
        return self._process

    def _answer(self, seconds: float) -> Any:
        """The next answer; None where none comes in time or the process has ended."""
        assert self._process
        assert self._process.stdout
        place, end = self._process.stdout.fileno(), time.monotonic() + seconds
        held = b""
        while len(held) < 4 or len(held) < 4 + int.from_bytes(held[:4], "big"):
            wanted = 4 - len(held) if len(held) < 4 else 4 + int.from_bytes(held[:4], "big") - len(held)
            ready, _, _ = select.select([place], [], [], max(0.0, end - time.monotonic()))
            part = os.read(place, wanted) if ready else b""
            if not part:
                return None
            held += part
        return pickle.loads(held[4:])

    def _stop(self) -> str:
        """End the process and say how it ended: by itself, or by us."""
        process, self._process = self._process, None
        if process is None:
            return ""
        try:
            code = process.wait(0.5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = None
        for pipe in (process.stdin, process.stdout):
            if pipe:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        return "no answer in time" if code is None else f"exit code {code}"


def _alarm(*_: object) -> None:
    from fuzz.target import HangError

    raise HangError


def _counted(sample: Any, data: bytes) -> int | str:
    try:
        return int(sample.count(data)) if sample.count else "no counter"
    except Exception:  # noqa: BLE001  it cannot tell
        return "unknown"


def main() -> None:
    """Answer requests until the input ends."""
    from fuzz.samples import samples
    from fuzz.target import tried

    seconds, memory = int(sys.argv[1]), int(sys.argv[2])
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what C code prints is no answer
    known = samples()
    warnings.simplefilter("error")
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    signal.signal(signal.SIGALRM, _alarm)

    def answer(what: object) -> None:
        content = pickle.dumps(what)
        answers.write(len(content).to_bytes(4, "big") + content)
        answers.flush()

    answer("ready")
    with tempfile.TemporaryDirectory() as folder:
        while True:
            try:
                name, kind, file, data, beside, count = pickle.load(sys.stdin.buffer)
            except EOFError:
                return
            signal.alarm(seconds)
            outcome = tried(kind, file, data, beside, Path(folder))
            signal.alarm(0)
            answer(outcome)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                can = count and outcome.ending == "read" and name in known
                answer(_counted(known[name], data) if can else "not asked")


if __name__ == "__main__":
    main()
