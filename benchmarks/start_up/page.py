"""The page that says what starting costs."""

from __future__ import annotations

from benchmarks.running import Stored, measured
from benchmarks.tables import number, provenance, table

HEAD = """\
# What starting costs

Made by `python benchmarks/start_up/run.py` from `benchmarks/start_up/results/`. Every figure is a whole new process;
the best of the repeats is kept, since other work on a machine only adds. {provenance}
"""


def pages(stored: Stored) -> dict[str, str]:
    """Write the page."""
    lines = [
        [f"{kind}: {row['what']}", *(number(row[key], 2) for key in ("seconds", "processor_seconds")),
         number(row["peak_mb"], 0), row["machine"]]
        for kind, name in (("import", "imports"), ("demo", "demo"))
        for row in stored[name]
    ]  # fmt: skip
    heads = ["what", "seconds", "processor seconds", "peak MB", "machine"]
    found = [HEAD.format(provenance=provenance(measured(stored))), *table(heads, lines)]
    for row in stored["imports"]:
        if row["what"] == "alliance_nlp" and row.get("times_numpy") is not None:
            said = f"`import alliance_nlp` takes {row['times_numpy']:.2f} times what `import numpy` takes"
            found += ["", f"{said} (processor seconds)."]
    return {"benchmarks/start_up.md": "\n".join(found) + "\n"}
