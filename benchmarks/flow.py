"""How the cost of the flow rules grows: with the size of a function, with the number of functions, with the number of files.

    python benchmarks/flow.py

Each row is one shape of program in growing sizes; a cell is the time of a check over the time of LibCST's bare parse of the
same text (of the checked files, `main*.py`, and the modules that they import), the middle one of five times each. A row that
stays level grows as the parse does; one that doubles from cell to cell grows as its square. The last shapes are built to be
hard.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import libcst

from oaklint.engine import Settings, check
from oaklint.python import imports
from oaklint.python.parse import on_big_stack
from oaklint.source import InProject, Modules

SIZES = (10, 20, 40, 80, 160)
HEAD = "import time\nimport openai\nfrom dotenv import load_dotenv\nclient = openai.OpenAI()\n"
REQUEST = "client.responses.create(model='m', input=prompt)"
LOOP = """def loop(prompt):
    while True:
        try:
            return {call}
        except Exception as error:
            time.sleep(1)
"""

Files = dict[str, str]


def one_long_function(size: int) -> Files:
    step = "if time:\n    time = time.strip()\nelse:\n    print(time)\n"
    return {"main.py": f"{HEAD}{LOOP.format(call=REQUEST)}{step * size}load_dotenv()\nloop('')\n"}


def many_loops_in_one_function(size: int) -> Files:
    loop = (
        "    for attempt in range(5):\n        try:\n"
        f"            prompt = {REQUEST}\n            break\n"
        "        except openai.RateLimitError:\n            time.sleep(1)\n"
        "        except Exception as error:\n            if attempt == 4:\n                raise\n"
    )
    return {"main.py": f"{HEAD}def ask(prompt):\n{loop * size}"}


def many_loops_that_give_up(size: int) -> Files:
    """What stands behind each loop has to be searched for what becomes of it."""
    loop = (
        "    for attempt in range(5):\n        try:\n"
        f"            prompt = {REQUEST}\n            break\n"
        "        except Exception as error:\n            time.sleep(1)\n"
    )
    return {"main.py": f"{HEAD}def ask(prompt):\n{loop * size}    return prompt\n"}


def many_functions(size: int) -> Files:
    function = "def ask{n}(prompt):\n    while True:\n        try:\n            return " + REQUEST
    function += "\n        except Exception as error:\n            print(error)\n"
    return {"main.py": HEAD + "".join(function.format(n=n) for n in range(size))}


def a_chain_of_calls(size: int) -> Files:
    calls = "".join(f"def ask{n}(prompt):\n    return ask{n - 1}(prompt)\n" for n in range(1, size))
    loop = LOOP.format(call=f"ask{size - 1}(prompt)")
    return {"main.py": f"{HEAD}def ask0(prompt):\n    return {REQUEST}\n{calls}{loop}"}


def many_modules(size: int) -> Files:
    module = "import openai\nfrom .m{n} import ask as further\nclient = openai.OpenAI()\n"
    module += "def ask(prompt):\n    return further(prompt)\n"
    files = {f"app/m{n}.py": module.format(n=(n + 1) % size) for n in range(size)}
    loop = LOOP.format(call="ask(prompt)")
    return files | {"app/__init__.py": "", "main.py": f"{HEAD}from app.m0 import ask\n{loop}load_dotenv()\nask('')\n"}


def nested_finally(size: int) -> Files:
    depth = min(size, 40)
    lines = [f"{'    ' * (n + 1)}try:" for n in range(depth)]
    lines.append(f"{'    ' * (depth + 1)}return {REQUEST}")
    lines += [f"{'    ' * (n + 1)}finally:\n{'    ' * (n + 2)}print({n})" for n in reversed(range(depth))]
    return {"main.py": f"{HEAD}def ask(prompt):\n" + "\n".join(lines) + "\n"}


def many_flags(size: int) -> Files:
    flags = "".join(f"            if prompt[{n}]:\n                flag{n} = {n}\n" for n in range(size))
    return {
        "main.py": f"{HEAD}def ask(prompt):\n    while True:\n        try:\n            return {REQUEST}\n"
        f"        except Exception as error:\n{flags}            time.sleep(1)\n"
    }


def everybody_calls_everybody(size: int) -> Files:
    names = range(min(size, 40))
    calls = "\n".join(f"    ask{n}(prompt)" for n in names)
    return {"main.py": HEAD + "".join(f"def ask{n}(prompt):\n    {REQUEST}\n{calls}\n" for n in names)}


def methods_that_call_each_other(size: int) -> Files:
    """Each asks again without end, and has all of them run between two requests."""
    names = range(min(size, 20))
    calls = "".join(f"                self.ask{n}(prompt)\n" for n in names)
    loop = f"        while True:\n            try:\n                return {REQUEST}\n            except Exception:\n{calls}"
    return {"main.py": f"{HEAD}class Bot:\n" + "".join(f"    def ask{n}(self, prompt):\n{loop}" for n in names)}


def functions_handed_on(size: int) -> Files:
    """Each helper hands what it was handed on to two others; the one with the loop stands in another file."""
    helper = "def call{n}(function):\n    call{a}(function)\n    return call{b}(function)\n"
    helpers = "".join(helper.format(n=n, a=n - 1, b=max(0, n - 2)) for n in range(1, size))
    calls = "".join(f"call{n}(ask)\n" for n in range(size))
    loop = LOOP.replace("prompt", "function").replace("loop", "call0").format(call="function('')")
    main = f"{HEAD}from helper import call0\ndef ask(prompt):\n    return {REQUEST}\n{helpers}{calls}"
    return {"main.py": main, "helper.py": f"import time\n{loop}"}


def everybody_hands_on_to_everybody(size: int) -> Files:
    names = range(min(size, 20))
    calls = "".join(f"    call{n}(function)\n" for n in names)
    helpers = "".join(f"def call{n}(function):\n{calls}    return function('')\n" for n in names)
    loop = LOOP.format(call="call0(ask)")
    return {"main.py": f"{HEAD}def ask(prompt):\n    return {REQUEST}\n{helpers}{loop}"}


def many_clients_and_writes(size: int) -> Files:
    pair = "c{n} = openai.OpenAI()\nc{n}.models.list()\nos.environ['OPENAI_API_KEY'] = time.k{n}\n"
    return {"main.py": f"{HEAD}import os\n" + "".join(pair.format(n=n) for n in range(size))}


def clients_in_a_dictionary(size: int) -> Files:
    """One name keeps them all, and each write is too late for all of them."""
    clients = ", ".join(f"'k{n}': openai.OpenAI()" for n in range(size))
    pair = "os.environ['OPENAI_API_KEY'] = os.environ['T{n}']\nclients['k{n}'].models.list()\n"
    return {"main.py": f"{HEAD}import os\nclients = {{{clients}}}\n" + "".join(pair.format(n=n) for n in range(size))}


def one_client_and_many_writes(size: int) -> Files:
    pair = "os.environ['OPENAI_API_KEY'] = os.environ['T{n}']\nclient.models.list()\n"
    return {"main.py": f"{HEAD}import os\n" + "".join(pair.format(n=n) for n in range(size))}


def clients_and_writes_in_a_loop(size: int) -> Files:
    """From each client, paths lead to all writes."""
    step = "    c{n} = openai.OpenAI()\n    os.environ['OPENAI_API_KEY'] = os.environ['T{n}']\n    c{n}.models.list()\n"
    return {"main.py": f"{HEAD}import os\nwhile time:\n" + "".join(step.format(n=n) for n in range(size))}


def classes_that_write(size: int) -> Files:
    step = (
        "class Bot{n}:\n    def __init__(self):\n        self.client = openai.OpenAI()\n    def ask(self):\n"
        "        os.environ['OPENAI_API_KEY'] = os.environ['T{n}']\n        self.client.models.list()\n"
        "bot{n} = Bot{n}()\nbot{n}.ask()\n"
    )
    return {"main.py": f"{HEAD}import os\n" + "".join(step.format(n=n) for n in range(size))}


def constants_made_of_themselves(size: int) -> Files:
    constants = "x0 = 'a'\n" + "".join(f"x{n} = x{n - 1} + x{n - 1}\n" for n in range(1, size))
    test = f"        if x{size - 1} in str(error):\n            raise\n"
    return {"main.py": f"{HEAD}{constants}{LOOP.format(call=REQUEST)}{test}"}


def nested_helpers(size: int) -> Files:
    depth = min(size, 60)
    test = "clean(" * depth + "str(error)" + ")" * depth
    loop = f"{LOOP.format(call=REQUEST)}        if 'rate' in {test}:\n            continue\n        raise\n"
    return {"main.py": f"{HEAD}def clean(text):\n    return text.strip()\n{loop}"}


def a_project_that_shares_a_module(size: int) -> Files:
    """All of its files are checked, one after the other."""
    user = f"from app.core import ask{{n}}\n{LOOP}"
    core = "".join(
        f"def ask{n}(prompt):\n    for attempt in range(3):\n        try:\n            return {REQUEST}\n"
        "        except openai.RateLimitError:\n            time.sleep(attempt)\n"
        for n in range(20)
    )
    users = {f"main{n}.py": f"import time\n{user}".format(n=n % 20, call=f"ask{n % 20}(prompt)") for n in range(size)}
    return {"app/__init__.py": "", "app/core.py": f"{HEAD}{core}", **users}


SHAPES: tuple[Callable[[int], Files], ...] = (
    one_long_function,
    many_loops_in_one_function,
    many_loops_that_give_up,
    many_functions,
    a_chain_of_calls,
    many_modules,
    nested_finally,
    many_flags,
    everybody_calls_everybody,
    methods_that_call_each_other,
    functions_handed_on,
    everybody_hands_on_to_everybody,
    many_clients_and_writes,
    clients_in_a_dictionary,
    one_client_and_many_writes,
    clients_and_writes_in_a_loop,
    classes_that_write,
    constants_made_of_themselves,
    nested_helpers,
    a_project_that_shares_a_module,
)


def usual_time(work: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        imports.forget()
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return median(times)


def ratio(files: Files) -> float:
    """The time of checking the files called `main*.py` over that of parsing all of the files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        mains = {name: text.encode() for name, text in files.items() if name.startswith("main")}
        parsed = usual_time(lambda: on_big_stack(lambda: [libcst.parse_module(text) for text in files.values()]))

        def check_all() -> None:
            modules = Modules()
            for name, data in mains.items():
                check(name, data, Settings(), InProject(str(Path(folder, name)), modules))

        checked = usual_time(check_all)
    return checked / parsed


def main() -> None:
    print(f"{'size':>33} " + " ".join(f"{size:>7}" for size in SIZES))
    for shape in SHAPES:
        print(f"{shape.__name__.replace('_', ' '):>33} ", end="", flush=True)
        for size in SIZES:
            print(f"{ratio(shape(size)):7.1f} ", end="", flush=True)
        print()


if __name__ == "__main__":
    main()
