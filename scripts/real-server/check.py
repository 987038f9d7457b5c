"""Checks `inferbench serving` against real servers: one line for each run, and why where something is wrong.

Usage: check.py MODEL_FOLDER [SERVER…] [-- FLAG…]

MODEL_FOLDER has model.gguf and tokenizer.json (make_model.py). FLAGs are passed on to `inferbench serving`.
"""

import shutil
import signal
import sys
import tempfile
from pathlib import Path

from checks import answer_tokens, check, events_of
from runs import CASES, Case, Outcome, inferbench, run
from servers import KINDS, Kind, Server, ServerError

HEADER = (
    f"{'api':<12}{'answers':<8}{'stream':<7}{'users':>5}  {'':<5}{'n':>3}{'failed':>7}{'tokens':>7}{'usage':>6}"
    f"{'events':>7}{'TTFT p50 ours/server':>22}{'TPOT p50 ours/server':>22}"
)


def line_of(case: Case, outcome: Outcome) -> str:
    """A line of the table."""
    successes = outcome.successes
    usages = [r["usage"]["completionTokens"] for r in successes if r["usage"] is not None]
    tokens = sum(map(answer_tokens, successes))
    usage = str(sum(usages)) if usages else "none"
    events = str(sum(map(events_of, successes))) if case.stream else "-"
    verdict = "FAIL" if outcome.problems else "ok"
    failed = len(outcome.records) - len(successes)
    return (
        f"{case.api:<12}{case.answers:<8}{'yes' if case.stream else 'no':<7}{case.users:>5}  {verdict:<5}"
        f"{len(outcome.records):>3}{failed:>7}{tokens:>7}{usage:>6}{events:>7}"
        f"{pair(outcome.ttft):>22}{pair(outcome.tpot):>22}"
    )


def pair(values: tuple[float | None, float | None]) -> str:
    """Two times in ms."""
    return " / ".join("-" if value is None else f"{value:.2f}" for value in values)


def check_server(kind: Kind, model_folder: Path, scratch: Path, flags: list[str]) -> list[bool]:
    """Runs all cases against one server and prints them. @returns which were all right"""
    print(f"\n{kind.name} ({kind.package} {kind.version()})", flush=True)
    try:
        with Server(kind, model_folder / "model.gguf", scratch / f"{kind.name}.log") as server:
            print(HEADER)
            return [check_case(case, server, model_folder, scratch, flags) for case in CASES]
    except ServerError as error:
        print(f"    FAIL: {error}")
        return [False]


def check_case(case: Case, server: Server, model_folder: Path, scratch: Path, flags: list[str]) -> bool:
    """Runs one case and prints its line. @returns whether all was right"""
    way = "stream" if case.stream else "whole"
    name = f"{server.kind.name}-{case.api}-{case.answers}-{way}-{case.users}"
    outcome = run(case, server, model_folder, scratch / name, flags)
    if outcome.summary:
        check(case, server.kind, outcome)
    print(line_of(case, outcome))
    for problem in outcome.problems:
        print(f"    FAIL: {problem}")
    for note in outcome.notes:
        print(f"    note: {note}")
    sys.stdout.flush()
    return not outcome.problems


def main() -> int:
    """@returns the exit code: 1 where something is wrong"""
    model_folder, arguments = Path(sys.argv[1]).resolve(), sys.argv[2:]
    split = arguments.index("--") if "--" in arguments else len(arguments)
    names, flags = arguments[:split], arguments[split + 1 :]
    known = [kind.name for kind in KINDS]
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"unknown server {unknown[0]}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))

    scratch = Path(tempfile.mkdtemp(prefix="inferbench-check-"))
    oks: list[bool] = []
    skipped = 0
    try:
        print(f"inferbench: {' '.join(inferbench())}")
        print("Times in ms; the server's are from its log. Without a stream TTFT is the time to the whole answer.")
        for kind in (kind for kind in KINDS if not names or kind.name in names):
            if kind.is_installed():
                oks += check_server(kind, model_folder, scratch, flags)
            else:
                skipped += 1
                print(f"\n{kind.name}: skipped, {kind.package} is not in this environment")
    finally:
        if all(oks):
            shutil.rmtree(scratch)
        else:
            print(f"\nresults and logs: {scratch}")
    failed = oks.count(False)
    print(f"\n{oks.count(True)} ok, {failed} failed" + (f", {skipped} servers skipped" if skipped else ""))
    return 1 if failed or not oks else 0


if __name__ == "__main__":
    sys.exit(main())
