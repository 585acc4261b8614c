"""Runs a program inside one of the environments, the way `python program.py` or a notebook would, and writes down how it ended.

Imports the standard library only. Three things differ from an ordinary run: sleeping takes no time, no connection leaves
this machine, and an exception that nobody catches is also written to a file. (Clocks go on as ever: a program that only
the clock would stop looks as if nothing stopped it.)

    python -I driver.py JOB     runs one program; JOB is a JSON file with the fields of `Job` in running.py
    python -I driver.py         imports the SDK, then reads the paths of jobs from standard input, one a line, and runs each
                                in a fork: so the import, which takes most of the time, is paid once. Answers each line
                                by two: the process id of the fork when it starts, its exit status when it has ended.
"""

from __future__ import annotations

import ast
import asyncio
import gc
import importlib.util
import inspect
import json
import linecache
import os
import sys
import time
import traceback
from types import CodeType, ModuleType, TracebackType
from typing import Any

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def make_sleeping_instant() -> None:
    """tenacity, backoff, anyio and the SDK all sleep by one of these two, and have not been imported yet."""
    really_sleep = asyncio.sleep

    async def sleep(delay: float, result: Any = None) -> Any:
        return await really_sleep(delay if delay == float("inf") else 0, result)

    time.sleep = lambda seconds: None
    asyncio.sleep = asyncio.tasks.sleep = sleep


def stay_on_this_machine(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook that refuses to look up or connect to any other host."""
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if host is not None and host not in _LOOPBACK:
        raise ConnectionRefusedError("a proof never leaves this machine")


def name_of(kind: type[BaseException]) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def describe(error: BaseException) -> dict[str, Any]:
    behind: list[str] = []
    inner = error.__cause__ or error.__context__
    while inner is not None and len(behind) < 20:
        behind.append(name_of(type(inner)))
        inner = inner.__cause__ or inner.__context__
    bases = [name_of(base) for base in type(error).__mro__ if issubclass(base, BaseException)]
    return {"type": name_of(type(error)), "message": str(error), "bases": bases[1:], "behind": behind}


def run_cells(cells: list[str], notebook: bool) -> None:
    """Runs the cells one after the other in `__main__`. A notebook may await at top level, and has no `__file__`."""
    main = ModuleType("__main__")
    sys.modules["__main__"] = main
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if notebook else 0
    loop = asyncio.new_event_loop() if notebook else None
    for number, text in enumerate(cells, 1):
        name = f"<cell {number}>" if notebook else "program.py"
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        if not notebook:
            main.__file__ = name
        code: CodeType = compile(text, name, "exec", flags=flags, dont_inherit=True)
        if loop and code.co_flags & inspect.CO_COROUTINE:
            loop.run_until_complete(eval(code, main.__dict__))
        else:
            exec(code, main.__dict__)


def run_job(job: dict[str, Any]) -> None:
    def write_down(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        with open(job["outcome"], "w", encoding="utf-8") as file:
            json.dump(describe(error), file)
        traceback.print_exception(kind, error, trace)

    sys.excepthook = write_down
    sys.argv = ["program.py", *job["arguments"]]
    sys.path.insert(0, "")
    run_cells(job["cells"], job["notebook"])


def read_job(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        job: dict[str, Any] = json.load(file)
    return job


def import_what_takes_long() -> None:
    """The SDK; of 0.28.1 only what it imports, for it reads the environment when it is imported."""
    of_0 = importlib.util.find_spec("aiohttp") is not None
    for name in ("aiohttp", "requests") if of_0 else ("openai", "openai.resources"):
        importlib.import_module(name)
    gc.freeze()  # or each fork would look through, and thereby copy, all of it when it ends


def fork_for_each_job() -> dict[str, Any] | None:
    """Returns a job in each fork, where it is to be run, and None in this process when there are no more."""
    for line in sys.stdin:
        job = read_job(line.rstrip("\n"))
        child = os.fork()
        if child == 0:
            put_on(job)
            return job
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    return None


def put_on(job: dict[str, Any]) -> None:
    """Gives this process the directory, the environment variables and the standard streams of the job."""
    os.setsid()
    os.chdir(job["directory"])
    os.environ.clear()
    os.environ.update(job["environ"])
    for number, (stream, flags) in enumerate((("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY), ("stderr", os.O_WRONLY))):
        os.dup2(os.open(job[stream], flags), number)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)


if __name__ == "__main__":
    make_sleeping_instant()
    sys.addaudithook(stay_on_this_machine)
    if sys.argv[1:]:
        run_job(read_job(sys.argv[1]))
    else:
        import_what_takes_long()
        if (job := fork_for_each_job()) is not None:
            run_job(job)
