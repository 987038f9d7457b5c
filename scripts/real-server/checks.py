"""Holds what inferbench measured against what the server says of itself."""

from statistics import median

from runs import Case, Outcome
from servers import Kind, Timing

# How far a client's times may be from the server's own: HTTP, the way through the server's queues, a busy machine.
TTFT_SHARE, TTFT_MS = 0.15, 10.0
TPOT_SHARE, TPOT_MS = 0.15, 1.0
# The server's clock shows hundredths of a millisecond.
ROUNDING_MS = 0.05


def check(case: Case, kind: Kind, outcome: Outcome) -> None:
    """All that can be checked of a run that wrote its results; what is wrong is noted in the outcome."""
    check_requests(case, outcome)
    logged, succeeded = len(outcome.timings), len(outcome.successes)
    outcome.expect(logged == succeeded, f"{succeeded} requests succeeded, the server's log has {logged}")
    if logged != succeeded or succeeded == 0:
        return
    check_tokens(case, kind, outcome)
    if case.stream:
        check_events(case, kind, outcome)
    if has_usage(case, kind):
        check_prompts(case, outcome)
    check_ttft(case, kind, outcome)
    if case.stream:
        check_tpot(case, kind, outcome)


def has_usage(case: Case, kind: Kind) -> bool:
    """Whether the server counts the tokens of such answers."""
    return kind.usage_in_streams or not case.stream


def answer_tokens(record: dict) -> int:
    """The answer's tokens by the server's usage, else by its text."""
    usage = record["usage"]
    return record["textTokens"] if usage is None else usage["completionTokens"]


def events_of(record: dict) -> int:
    """Events of a stream that bear tokens."""
    return sum(record["channels"].values())


def check_requests(case: Case, outcome: Outcome) -> None:
    """Each request was sent once, none failed, and each was answered in the way that was asked for."""
    records, successes, wanted = outcome.records, outcome.successes, case.requests
    outcome.expect(len(records) == wanted, f"requests.jsonl has {len(records)} requests, not {wanted}")
    failures = [r["failure"] for r in records if r["failure"] is not None]
    if failures:
        first = failures[0]
        outcome.problems.append(
            f"{len(failures)} of {len(records)} requests failed; "
            f"the first: {first['class']} in phase {first['phase']}: {first['message']}"
        )
    counted = outcome.summary["whole"]["requests"]
    outcome.expect(
        (counted["total"], counted["failed"]) == (len(records), len(failures)),
        f"the summary has {counted['total']} requests and {counted['failed']} failed",
    )
    streamed = sum(r["streamed"] for r in successes)
    wanted_streams = len(successes) if case.stream else 0
    outcome.expect(streamed == wanted_streams, f"{streamed} answers came as streams, not {wanted_streams}")
    reasons = sorted({str(r["finishReason"]) for r in successes})
    if case.answers == "ends":
        outcome.expect("stop" in reasons, "no answer ended on its own")
    else:
        outcome.expect(reasons == ["length"], f"finish reasons {reasons}, not length alone")


def check_tokens(case: Case, kind: Kind, outcome: Outcome) -> None:
    """Each answer has as many tokens as the server's usage and its log say, and as were asked for."""
    successes, tokens = outcome.successes, outcome.summary["tokens"]
    counts = [answer_tokens(r) for r in successes]
    source = "usage" if has_usage(case, kind) else "tokenizer"
    outcome.expect(
        tokens["source"] == {source: len(successes)}, f"tokens were counted by {tokens['source']}, not all by {source}"
    )
    if source == "tokenizer":
        outcome.notes.append("no usage in this server's streams: inferbench counts the tokens of the text")
    total = sum(counts)
    outcome.expect(tokens["output"] == total, f"the summary has {tokens['output']} tokens, its requests {total}")

    logged = [kind.answer_tokens(t, r["finishReason"] == "stop") for t, r in zip(outcome.timings, successes)]
    if source == "usage" or case.has_words_only:
        # Those that run side by side may end in another order for the client.
        same = sorted(counts) == sorted(logged) if kind.parallel and case.users > 1 else counts == logged
        outcome.expect(same, f"tokens of the answers: {counts}; by the server's log: {logged}")
    else:
        outcome.notes.append(f"{total} tokens by the text, {sum(logged)} by the server's log")

    if case.has_words_only:
        asked, by_text = [r["maxTokens"] for r in successes], [r["textTokens"] for r in successes]
        outcome.expect(counts == asked, f"tokens of the answers: {counts}; asked for: {asked}")
        outcome.expect(counts == by_text, f"tokens of the answers: {counts}; of their texts: {by_text}")


def check_events(case: Case, kind: Kind, outcome: Outcome) -> None:
    """A stream has one event a token, except for tokens without a text of their own."""
    successes = outcome.successes
    events, counts = [events_of(r) for r in successes], [answer_tokens(r) for r in successes]
    timed = [sum(r.get("chunkEvents") or [1] * len(r["chunkUs"])) for r in successes]
    outcome.expect(timed == events, f"events in the chunks: {timed}; in the answers: {events}")
    if case.answers == "bytes":
        chunks = sum(len(r["chunkUs"]) for r in successes)
        outcome.notes.append(
            f"the server holds pieces of characters back: {sum(events)} events in {chunks} chunks for "
            f"{sum(r['maxTokens'] for r in successes)} tokens"
        )
        return
    silent = [int(kind.counts_end and r["finishReason"] == "stop") for r in successes]
    if sum(silent) > 0:
        outcome.notes.append(f"{sum(silent)} end tokens are in the usage and have no event: TPOT and ITL are over the others")
    expected = [count - end for count, end in zip(counts, silent)]
    outcome.expect(events == expected, f"events of the answers: {events}; tokens with a text: {expected}")


def check_prompts(case: Case, outcome: Outcome) -> None:
    """The server's prompts have the planned length, plus a chat's template; it evaluated what it had not cached."""
    extra = sorted({r["usage"]["promptTokens"] - r["promptTokens"] for r in outcome.successes})
    if case.api == "completions":
        outcome.expect(extra == [0], f"the server counts {extra} more prompt tokens than planned")
    else:
        same = len(extra) == 1 and extra[0] > 0
        outcome.expect(same, f"the chat template adds {extra} tokens, not as many to each prompt")
    usages = [r["usage"] for r in outcome.successes]
    if any(usage["cachedTokens"] is None for usage in usages):
        return
    evaluated = sorted(usage["promptTokens"] - usage["cachedTokens"] for usage in usages)
    logged = sorted(timing.prompt_tokens for timing in outcome.timings)
    outcome.expect(evaluated == logged, f"prompt tokens not cached: {evaluated}; by the server's log: {logged}")


def check_ttft(case: Case, kind: Kind, outcome: Outcome) -> None:
    """TTFT, or without a stream the time to the whole answer, is the server's own time and a little more."""
    timings, successes = outcome.timings, outcome.successes
    name = "TTFT" if case.stream else "time to the answer"
    ours = [(r["firstTokenAt"] if case.stream else r["endAt"]) - r["sentAt"] for r in successes]
    busy = [t.prompt_ms if case.stream else t.total_ms for t in timings]
    expected = busy if kind.parallel else [wait + ms for wait, ms in zip(queue_waits(timings, case.users), busy)]
    shown, theirs = median_of(outcome, "ttft"), median(expected)
    outcome.ttft = (shown, theirs)
    typical = median(ours)
    outcome.expect(abs(shown - typical) < ROUNDING_MS, f"median {name} {shown} ms; of the requests {typical} ms")

    more = max(TTFT_SHARE * theirs, TTFT_MS)
    if case.users == 1:
        beyond = [mine - own for mine, own in zip(ours, expected)]
        least, over = min(beyond), median(beyond)
        outcome.expect(least >= -ROUNDING_MS, f"{name} {-least:.2f} ms less than the server's own time")
        outcome.expect(over <= more, f"{name} {over:.1f} ms more than the server's own time, not {more:.1f} at most")
        return
    # A request that comes while others are answered waits for the step that runs, which may evaluate prompts as well.
    step = median(kind.pace_ms(t) + t.prompt_ms for t in timings) if kind.parallel else 0.0
    low, high = theirs - ROUNDING_MS, theirs + step + more
    outcome.expect(
        low <= shown <= high, f"median {name} {shown:.1f} ms; by the server's own times {low:.1f} to {high:.1f} ms"
    )


def queue_waits(timings: list[Timing], users: int) -> list[float]:
    """How long each request waits at a server that answers one at a time: for what the other users asked before."""
    return [sum(t.total_ms for t in timings[max(0, i - users + 1) : i]) for i in range(len(timings))]


def check_tpot(case: Case, kind: Kind, outcome: Outcome) -> None:
    """TPOT is the server's own time between tokens, unless events and tokens differ."""
    shown, theirs = median_of(outcome, "tpot"), median(map(kind.pace_ms, outcome.timings))
    outcome.tpot = (shown, theirs)
    if case.answers != "words":
        return
    allowed = max(TPOT_SHARE * theirs, TPOT_MS)
    outcome.expect(
        abs(shown - theirs) <= allowed, f"median TPOT {shown:.2f} ms; by the server's own times {theirs:.2f} ms"
    )


def median_of(outcome: Outcome, metric: str) -> float:
    """A median of summary.json."""
    return outcome.summary["whole"]["metrics"][metric]["quantiles"]["p50"]["value"]
