"""Runs `inferbench serving` against a server and reads what it wrote."""

import json
import os
import platform
import subprocess
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from servers import SLOTS, Server, Timing

ROOT = Path(__file__).resolve().parents[2]
# inferbench sends these before the load: one to find mistakes, one to see whether connections are kept.
PREFLIGHT_REQUESTS = 2
RUN_S = 90
REQUESTS = {1: 16, SLOTS: 24}
SHORT_REQUESTS = 100
PROMPT_TOKENS = (16, 64)
ANSWER_TOKENS, SHORT_ANSWER_TOKENS = "16-32", "2"

# Added to a logit: makes bytes that are no whole character about as likely as words.
BYTES_BIAS = 9
# Added to the end token's logit: ends most answers before the length asked for.
END_BIAS = 17


@dataclass(frozen=True)
class Case:
    """One run of inferbench."""

    api: str
    stream: bool
    users: int
    # words: answers of whole words with the length asked for. bytes: also with pieces of characters, and bytes that are
    # none. ends: answers that end on their own. short: many short answers of words, so that a connection is used again
    # right after its stream, which llama-server ends by closing it.
    answers: str = "words"

    @property
    def path(self) -> str:
        return "/v1/completions" if self.api == "completions" else "/v1/chat/completions"

    @property
    def requests(self) -> int:
        return SHORT_REQUESTS if self.answers == "short" else REQUESTS[self.users]

    @property
    def has_words_only(self) -> bool:
        """Whether each token is a word: it has an event of its own, and the text gives it back."""
        return self.answers in ("words", "short")


CASES = [
    *(Case(api, stream, users) for api, stream, users in product(("completions", "chat"), (True, False), (1, SLOTS))),
    Case("completions", True, 1, "short"),
    Case("completions", True, 1, "bytes"),
    Case("chat", True, 1, "ends"),
]


@dataclass
class Outcome:
    """What a run gave, and what was found wrong with it."""

    records: list[dict] = field(default_factory=list)
    # Those that succeeded, in the order in which they ended.
    successes: list[dict] = field(default_factory=list)
    summary: dict = field(default_factory=dict)
    # The server's log of those that succeeded, in its order.
    timings: list[Timing] = field(default_factory=list)
    # Medians in ms, inferbench's and the server's; null where there is none.
    ttft: tuple[float | None, float | None] = (None, None)
    tpot: tuple[float | None, float | None] = (None, None)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def expect(self, holds: bool, problem: str) -> None:
        """Notes a problem unless something holds."""
        if not holds:
            self.problems.append(problem)


def inferbench() -> list[str]:
    """$INFERBENCH, else the compiled binary of this machine, else the sources."""
    given = os.environ.get("INFERBENCH")
    if given:
        return [str(Path(given).resolve())]
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    compiled = ROOT / "dist" / f"inferbench-linux-{machine}"
    return [str(compiled)] if compiled.exists() else ["bun", str(ROOT / "src" / "main.ts")]


def run(case: Case, server: Server, model_folder: Path, outdir: Path, more: list[str]) -> Outcome:
    """Runs inferbench once. `more`: further flags of `serving`."""
    outcome = Outcome()
    start = server.position()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("INFERBENCH", "OPENAI"))}
    try:
        done = subprocess.run(
            [*inferbench(), "serving", "--no-calibrate", *_flags(case, server, model_folder, outdir), *more],
            cwd=outdir.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=RUN_S,
        )
    except subprocess.TimeoutExpired:
        outcome.problems.append(f"not finished after {RUN_S} s")
        return outcome
    # 5: next to a server that takes all cores, the client may be judged unfit.
    if done.returncode not in (0, 5):
        outcome.problems.append(f"exit code {done.returncode}: {(done.stderr or done.stdout).strip()[-1500:]}")
        return outcome
    outcome.summary = json.loads((outdir / "summary.json").read_text())
    outcome.expect(json.loads(done.stdout) == outcome.summary, "what --json prints is not summary.json")
    lines = (outdir / "requests.jsonl").read_text().splitlines()
    outcome.records = [r for r in map(json.loads, lines) if r["stage"] == "run"]
    outcome.successes = sorted((r for r in outcome.records if r["failure"] is None), key=lambda r: r["endAt"])
    # The log's first requests are the small ones before the load.
    outcome.timings = server.timings(start, len(outcome.successes) + PREFLIGHT_REQUESTS)[PREFLIGHT_REQUESTS:]
    return outcome


def _flags(case: Case, server: Server, model_folder: Path, outdir: Path) -> list[str]:
    flags = [
        *("--endpoint", server.url + case.path, "--outdir", str(outdir), "--json", "--no-cloud-probe"),
        *("--figures", "none"),
        "--no-html",
        *("--concurrency", str(case.users), "--num-prompts", str(case.requests)),
        *("--min-tokens", str(PROMPT_TOKENS[0]), "--max-tokens", str(PROMPT_TOKENS[1])),
        *("--output-tokens", SHORT_ANSWER_TOKENS if case.answers == "short" else ANSWER_TOKENS),
        *("--tokenizer", str(model_folder)),
        "--stream" if case.stream else "--no-stream",
    ]
    bias = _logit_bias(case, model_folder)
    return [*flags, "--extra-body", json.dumps({"logit_bias": bias})] if bias else flags


def _logit_bias(case: Case, model_folder: Path) -> dict[str, int]:
    """What makes the model answer otherwise than in words. The ids of the 256 bytes are the bytes themselves."""
    if case.answers == "bytes":
        return {str(byte): BYTES_BIAS for byte in range(128, 256)}
    if case.answers == "ends":
        tokenizer = json.loads((model_folder / "tokenizer.json").read_text())
        end = next(token["id"] for token in tokenizer["added_tokens"] if token["content"] == "<|endoftext|>")
        return {str(end): END_BIAS}
    return {}
