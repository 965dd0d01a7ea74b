"""How fast the audit reads: listings a second with evidence, against the same cues tried one by one in the same run.

    python -m benchmarks.audit_speed

Prints ratios; the machine is shared and noisy, so nothing here decides a test. Times are processor time of this thread.
Where google-re2 is installed, its `Set` over the same cues is measured beside our index of words.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from audit.auditor import Auditor
from audit.benchmark import predict, read_rows
from audit.catalogue import expand, load
from audit.cues import Matcher
from audit.fold import fold

OPEN = Path(__file__).parent / "listings" / "open.jsonl"


def main() -> None:
    """Measure and print."""
    rows = read_rows(OPEN)
    auditor = Auditor()
    texts = [fold(row["text"]) for row in rows]
    matcher = Matcher([criterion.cues for criterion in load().criteria], dict(load().words))
    predict(rows, auditor)  # warm: cues compile at their first hit
    for text in texts[:20]:
        matcher.find_one_by_one(text)
    whole = best(lambda: predict(rows, auditor), 3)
    print(f"judged, with evidence: {len(rows) / whole:,.0f} listings/s on one core")
    sample = texts[:20]
    fast = best(lambda: [matcher.find(text) for text in sample], 3)
    slow = best(lambda: [matcher.find_one_by_one(text) for text in sample], 1)
    print(f"cues: index and re {len(sample) / fast:,.0f} texts/s; one by one {len(sample) / slow:,.0f} texts/s")
    print(f"ratio {slow / fast:.1f}")
    print_re2(texts)
    print("length, milliseconds a judgement, microseconds a kilobyte:")
    for kilobytes in (10, 100, 1000):
        text = "\n".join(row["text"] for row in rows)
        text = (text * (kilobytes * 1024 // len(text) + 1))[: kilobytes * 1024]
        row = {**rows[0], "text": text}
        seconds = best(lambda row=row: predict([row], auditor), 1)  # type: ignore[misc]  # bound at once
        print(f"  {kilobytes:5} KB {seconds * 1e3:9.1f} ms {seconds * 1e6 / kilobytes:8.0f} us/KB")


def print_re2(texts: list[str]) -> None:
    """Print how fast an automaton of all cues admits, where its package is installed."""
    try:
        import re2
    except ImportError:
        print("google-re2 is not installed: its Set is not measured")
        return
    options = re2.Options()
    options.max_mem, options.log_errors = 256 << 20, False
    automaton = re2.Set.SearchSet(options)
    for criterion in load().criteria:
        for cue in criterion.cues:
            automaton.Add(expand(cue, load().words))
    automaton.Compile()
    matcher = Matcher([criterion.cues for criterion in load().criteria], load().words)
    theirs = best(lambda: [automaton.Match(text) for text in texts], 1)
    ours = best(lambda: [matcher.admitted(text) for text in texts], 1)
    print(f"admission alone: google-re2 Set {len(texts) / theirs:,.0f}, our index {len(texts) / ours:,.0f} texts/s")


def best(action: Callable[[], object], times: int) -> float:
    """Return the shortest of several runs of an action, in seconds."""
    durations = []
    for _ in range(times):
        start = time.thread_time()
        action()
        durations.append(time.thread_time() - start)
    return min(durations)


if __name__ == "__main__":
    main()
