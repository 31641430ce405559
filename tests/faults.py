"""Cut work off at every step that it asks of the system: kill -9 before the step, or in the midst of a write.

The work runs in a child that is forked for each step, so that nothing is loaded anew. Steps are the calls that change
files: open to write, write (twice: before it, and after half of the bytes), fsync, rename, replace, exchange, unlink,
mkdir, rmdir, chmod, truncate.
"""

import functools
import os
import signal
import struct

from alliance_nlp.files import swapping

STEPS = ("write", "fsync", "rename", "replace", "unlink", "mkdir", "rmdir", "chmod", "ftruncate", "open")


class Layer:
    """Counts the steps of this process, and ends it with SIGKILL at one of them."""

    def __init__(self, at=0):
        self.at, self.n, self.real = at, 0, {name: getattr(os, name) for name in STEPS}

    def step(self):
        self.n += 1
        if self.n == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def put_in(self):
        for name in STEPS:
            setattr(os, name, self.wrapped(name))
        real = swapping.exchange

        def exchange(*given):
            self.step()
            return real(*given)

        swapping.exchange = exchange

    def wrapped(self, name):
        real = self.real[name]

        def call(*given, **named):
            reads = name == "open" and not (given[1] if len(given) > 1 else named.get("flags", 0)) & os.O_CREAT
            if not reads:
                self.step()
            if name == "write":
                self.n += 1
                if self.n == self.at:
                    real(given[0], bytes(given[1])[: len(given[1]) // 2])
                    os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        return call


def steps_of(work, *given, **named):
    """How many steps a piece of work takes; it is done in full."""
    done, n = _child(functools.partial(work, *given, **named), 0)
    assert done, "the work failed without being killed"
    return n


def kill_at(at, work, *given, **named):
    """Do the work and kill it at a step; True where it was killed."""
    return not _child(functools.partial(work, *given, **named), at)[0]


def _child(work, at):
    out, into = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            os.close(out)
            layer, write = Layer(at), os.write
            layer.put_in()
            work()
            write(into, struct.pack("i", layer.n))
            code = 0
        finally:
            os._exit(code)
    os.close(into)
    said = os.read(out, 4)
    os.close(out)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False, 0
    assert os.WEXITSTATUS(status) == 0, "the work failed by itself"
    return True, struct.unpack("i", said)[0]
