"""The servers that are checked: how each is started, and what its log says of each request."""

import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

CONTEXT = 4096
SLOTS = 8
START_S = 60
STOP_S = 10
LOG_S = 5

LISTENING = re.compile(r"(?:listening|running) on (http://127\.0\.0\.1:\d+)")
TIMING = re.compile(r"(prompt eval|eval|total) time = +([\d.]+) ms / +(\d+) ")


@dataclass(frozen=True)
class Timing:
    """What the server's log says of one request."""

    # Prompt tokens that were evaluated, so without those from a cache.
    prompt_tokens: int
    prompt_ms: float
    # Tokens or steps after the prompt: see Kind.answer_tokens.
    eval_count: int
    # From the start of the prompt's evaluation to the last token.
    total_ms: float


@dataclass(frozen=True)
class Kind:
    """What is particular to a server."""

    name: str
    # What is installed, and what is imported.
    package: str
    module: str
    command: list[str]
    # Whether it answers several requests at once; else they wait for each other, first come, first served.
    parallel: bool
    # Whether it counts the tokens of streamed answers.
    usage_in_streams: bool
    # Whether it counts the end token as one of the answer's.
    counts_end: bool

    def is_installed(self) -> bool:
        """Whether this Python has the server's package."""
        return importlib.util.find_spec(self.module) is not None

    def version(self) -> str:
        """The version of the server's package."""
        return importlib.metadata.version(self.package)

    def answer_tokens(self, timing: Timing, ended: bool) -> int:
        """The answer's tokens by the log. `ended`: by an end token, not by the length asked for."""
        if self.parallel:
            return timing.eval_count
        # This log counts steps after the prompt. The prompt's own step makes the first token, so that n tokens take
        # n - 1; an end token takes one more and is not counted.
        return timing.eval_count + (0 if ended else 1)

    def pace_ms(self, timing: Timing) -> float:
        """Time from token to token after the first, with all that the server does between two steps of the model."""
        return (timing.total_ms - timing.prompt_ms) / (self.answer_tokens(timing, ended=False) - 1)


KINDS = [
    Kind(
        name="llama-server",
        package="xllamacpp",
        module="xllamacpp",
        command=[str(Path(__file__).with_name("llama_server.py")), "{model}", str(SLOTS), str(CONTEXT)],
        parallel=True,
        usage_in_streams=True,
        counts_end=True,
    ),
    # Without interrupt_requests=false a request would end the stream of the one before. With logits_all the time of the
    # prompt's evaluation is not measured.
    Kind(
        name="llama-cpp-python",
        package="llama-cpp-python",
        module="llama_cpp",
        command=[
            *("-m", "llama_cpp.server", "--model", "{model}", "--host", "127.0.0.1", "--port", "0"),
            *("--n_ctx", str(CONTEXT), "--n_threads", "1", "--n_threads_batch", "1"),
            *("--logits_all", "false", "--interrupt_requests", "false", "--verbose", "true"),
        ],
        parallel=False,
        usage_in_streams=False,
        counts_end=False,
    ),
]


class ServerError(Exception):
    """The server did not start."""


class Server:
    """A running server; use it as a context manager."""

    def __init__(self, kind: Kind, model: Path, log: Path) -> None:
        self.kind = kind
        self.log = log
        command = [sys.executable, *(part.format(model=model) for part in kind.command)]
        with log.open("wb") as output:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self.url = ""

    def __enter__(self) -> "Server":
        try:
            self.url = self._wait_for_address()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _wait_for_address(self) -> str:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            found = LISTENING.search(self._text())
            if found:
                return found[1]
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise ServerError(f"{self.kind.name} does not listen; the end of its log:\n{self._text()[-2000:]}")

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _text(self, start: int = 0) -> str:
        with self.log.open("rb") as log:
            log.seek(start)
            return log.read().decode("utf-8", "replace")

    def position(self) -> int:
        """Where the log ends now."""
        return self.log.stat().st_size

    def timings(self, start: int, count: int) -> list[Timing]:
        """The requests that were finished after `start`, in their order; waits a little until there are `count`."""
        deadline = time.monotonic() + LOG_S
        while True:
            found = parse_timings(self._text(start))
            if len(found) >= count or time.monotonic() > deadline:
                return found
            time.sleep(0.05)


def parse_timings(text: str) -> list[Timing]:
    """Reads llama.cpp's three lines a request: prompt eval, eval, total."""
    timings: list[Timing] = []
    parts: dict[str, tuple[float, int]] = {}
    for name, ms, count in TIMING.findall(text):
        parts[name] = (float(ms), int(count))
        if name == "total" and len(parts) == 3:
            prompt_ms, prompt_tokens = parts["prompt eval"]
            timings.append(Timing(prompt_tokens, prompt_ms, parts["eval"][1], parts["total"][0]))
            parts = {}
    return timings
