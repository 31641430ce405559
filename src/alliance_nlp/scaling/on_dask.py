"""Parts on the workers of Dask: a bounded number under way at a time, each told of when it ends.

The only home of dask and distributed. A worker that dies takes nothing with it but the part it was at, which another
worker does again; a part's file is whole or absent, so that nothing is lost and nothing is there twice.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, import_extra
from alliance_nlp.scaling.part_files import Part
from alliance_nlp.scaling.part_work import Job, Outcome, work_on

AHEAD = 2  # parts for each worker's thread that are handed out before the first of them is back
PATIENCE = 30  # seconds until a scheduler must have answered
LOST = "the scheduler was lost. What is done stays done: call again, and only the rest is worked on."


class Installed:
    """What every worker holds, later ones too: the job, and with it the encoder once it is loaded."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.name = f"alliance_nlp {job.key[:16]}"
        self.idempotent = True

    def setup(self, worker: Any) -> None:
        """Nothing is loaded before the first part comes."""

    def teardown(self, worker: Any) -> None:
        """Nothing is to be put away."""


def outcomes_on_dask(
    job: Job, parts: Sequence[Part], folder: Path, *, n_workers: int | None, scheduler: str | None
) -> Iterator[Outcome]:
    """Work on parts by a cluster of Dask, and give what became of each as it ends.

    Raises
    ------
    InputError
        When no scheduler answers at the address.
    """
    distributed = import_extra("distributed", "scale", "Work on several processes or machines")
    with _client(distributed, n_workers, scheduler) as client:
        client.register_plugin(_as_plugin(distributed, job))
        waiting, under_way = iter(parts), {}
        done = distributed.as_completed([], loop=client.loop)
        full = False

        def hand_out() -> None:
            part = next(waiting, None) if not full else None
            if part is not None:
                key = f"alliance_nlp-{job.key[:12]}-part-{part.number}-{part.key[:12]}"
                future = client.submit(_on_worker, job.key, part, str(folder.resolve()), key=key, pure=False)
                under_way[key] = (future, part)
                done.add(future)

        for _ in range(AHEAD * max(1, sum(client.nthreads().values()))):
            hand_out()
        while under_way:
            outcome = _next(done, under_way)
            yield outcome
            full = full or outcome.state == "disk full"
            if outcome.reason == LOST:
                return
            hand_out()


def _next(done: Any, under_way: dict[str, tuple[Any, Part]]) -> Outcome:
    """Wait for the next part that ends, and give what became of it."""
    future = next(done)
    _, part = under_way.pop(future.key)
    try:
        return Outcome(*future.result())
    except Exception as err:  # a killed worker, a lost scheduler: their classes are those of distributed's versions
        lost = future.status in ("cancelled", "lost") or "Comm" in type(err).__name__
        why = LOST if lost else f"no worker could finish it ({type(err).__name__}: see the workers' logs)"
        return Outcome(part.number, "not done" if lost else "failed", why, {})
    finally:
        future.release()


def _on_worker(key: str, part: Part, folder: str) -> Outcome:
    """Find the job on this worker and do its work; runs where the worker runs."""
    from distributed import get_worker

    installed: Any = get_worker().plugins[f"alliance_nlp {key[:16]}"]
    job: Job = installed.job
    return work_on(job, Part(*part), Path(folder))


def _as_plugin(distributed: Any, job: Job) -> Any:
    """Give `Installed` as distributed wants it: of its own class, which is not there before it is imported."""
    kind = type("Installed", (Installed, distributed.WorkerPlugin), {"__module__": __name__, "__reduce__": _reduced})
    return kind(job)


def _reduced(plugin: Installed) -> tuple[Any, ...]:
    return _installed_there, (plugin.job,)


def _installed_there(job: Job) -> Any:
    import distributed

    return _as_plugin(distributed, job)


@contextlib.contextmanager
def _client(distributed: Any, n_workers: int | None, scheduler: str | None) -> Iterator[Any]:
    """Connect to a scheduler, or start workers on this computer for as long as the block runs."""
    if scheduler is not None:
        try:
            client = distributed.Client(scheduler, timeout=PATIENCE, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as err:
            raise InputError(
                f"scheduler must be the address of a scheduler of Dask that runs, such as 'tcp://10.0.0.1:8786'. None "
                f"answered at {scheduler!r} within {PATIENCE} seconds."
            ) from err
        with client:
            yield client
        return
    cluster = distributed.LocalCluster(
        n_workers=n_workers, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    )
    with cluster, distributed.Client(cluster, set_as_default=False) as client:
        yield client
