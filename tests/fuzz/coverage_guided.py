"""The readers of harness.py under atheris, which follows what an input reaches: ``coverage_guided.py odt --seconds 60``.

atheris is no dependency of the project: install it beside it (``pip install atheris``) where a wheel of it is to be had.
Inputs go to the reader as they are for plain formats. For archives and records they are a seed of the mutator that
harness.py has, since bytes that a zip or a hash no longer fits would never come past the first check.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
import warnings
from pathlib import Path


def inputs_of(harness, name):
    """Give how bytes of the fuzzer become a file, and the seeds to begin with."""
    _, make, _ = harness.READERS[name]
    seed = make()
    if seed.startswith(b"PK") or name in ("record", "ledger"):
        return (lambda data: harness.mutate(random.Random(data), name, seed)), [b"0", b"1", b"2"]
    return bytes, [seed]


def main():
    import atheris

    with atheris.instrument_imports(include=["alliance_nlp"]):
        import harness

        import alliance_nlp as an

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reader", choices=harness.READERS)
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    file_name, _, read = harness.READERS[given.reader]
    content_of, seeds = inputs_of(harness, given.reader)
    found = {"reader": given.reader, "inputs": 0, "foreign": 0, "slowest": 0.0}
    told = set()

    def once(data):
        with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file = Path(place) / file_name
            file.write_bytes(content_of(data))
            began = time.monotonic()
            try:
                repr(read(Path(place), file))
            except an.AllianceError:
                pass
            except Exception as err:
                found["foreign"] += 1
                sentence = f"{type(err).__name__}: {str(err)[:200]}"
                if sentence not in told:
                    told.add(sentence)
                    print(sentence, file=sys.stderr, flush=True)
            found["inputs"] += 1
            found["slowest"] = max(found["slowest"], round(time.monotonic() - began, 2))
            if time.monotonic() > until:
                print(json.dumps(found), flush=True)
                os._exit(found["foreign"] > 0)  # anything milder is a finding to the fuzzer

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds):
            (Path(corpus) / f"seed{number}").write_bytes(seed)
        until = time.monotonic() + given.seconds
        atheris.Setup(
            [sys.argv[0], corpus, "-max_len=20000", "-verbosity=0", "-timeout=20", f"-artifact_prefix={corpus}/"], once
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
