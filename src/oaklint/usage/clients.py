"""Which expressions are clients of the SDK, and which calls make requests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from oaklint.python import cst
from oaklint.python.definitions import UNKNOWN, last_name
from oaklint.python.names import Resolver
from oaklint.python.places import is_builtin, place, words
from oaklint.python.scopes import Scope
from oaklint.python.threads import Threads
from oaklint.python.tree import Tree
from oaklint.sdk.clients import CONSTRUCTORS, PASSAGES, REQUEST_ROOTS, is_request_path
from oaklint.sdk.legacy import LEGACY_CLASSES, legacy_method

# Packages whose clients look like OpenAI's (`client.chat.completions.create`) and are others.
_RIVALS = {
    "ai21", "anthropic", "azure", "cerebras", "cohere", "dashscope", "fireworks", "google", "groq", "huggingface_hub",
    "langchain", "litellm", "mistralai", "ollama", "portkey_ai", "replicate", "sambanova", "together", "vertexai",
    "volcenginesdkarkruntime", "writerai", "xai_sdk", "zai", "zhipuai",
}  # fmt: skip
# Resources that hardly anything but the SDK has.
_TELLING_ROOTS = {
    "chat",
    "responses",
    "beta",
    "embeddings",
    "moderations",
    "models",
    "images",
    "audio",
    "completions",
    "fine_tuning",
}
# The SDK under another name: packages that wrap it to watch it.
_DROP_INS = (("langfuse.openai.openai.", "openai."), ("langfuse.openai.", "openai."), ("posthog.ai.openai.", "openai."))
# A call with a client in it whose name says so hands the same client back, watched or patched.
_WRAPPING_WORDS = ("openai", "wrap", "patch", "instrument", "trace")
# Decorators by which a function runs only once for the same arguments.
_CACHES = {"functools.lru_cache", "functools.cache", "streamlit.cache_resource"}
# Through how many functions a client is followed to where it is built.
_MAX_DEPTH = 5


class Clients:
    """From expressions to whether they are clients, and from calls to whether they make requests."""

    def __init__(self, tree: Tree, resolver: Resolver, threads: Threads) -> None:
        self._tree = tree
        self._threads = threads
        self._resolver = resolver
        self._requests: dict[cst.Call, bool] = {}
        self._wrapping: dict[cst.Call, bool] = {}
        self._imports: dict[Scope, set[str]] = {}

    def names(self, node: cst.BaseExpression) -> frozenset[str]:
        """The qualified names of an expression in the SDK's own terms: drop-in packages and wrapped clients count as the SDK."""
        return frozenset(self.canonical(name) for name in self._resolver.names(node)) | self._wrapped(node)

    def canonical(self, name: str) -> str:
        """A qualified name as the SDK has it, for one of a drop-in package."""
        for prefix, replacement in _DROP_INS:
            if name.startswith(prefix):
                return replacement + name[len(prefix) :]
        return name

    def _wrapped(self, node: cst.BaseExpression) -> frozenset[str]:
        """The names that a chain of attributes has if the wrapper at its root is looked through."""
        tail: list[str] = []
        while isinstance(node, cst.Attribute):
            tail.append(node.attr.value)
            node = node.value
        found: set[str] = set()
        if tail:
            for value in self._resolver.values_of(node):
                if isinstance(value, cst.Call) and self._wraps(value):
                    for arg in value.args:
                        for name in self._resolver.names(arg.value):
                            if self.behind_client(name) == []:
                                found.add(".".join((name, *reversed(tail))))
        return frozenset(found)

    def _wraps(self, call: cst.Call) -> bool:
        """Whether a call wraps a client, as its name says."""
        if call not in self._wrapping:
            names = {*self._resolver.names(call.func), last_name(call.func)}
            self._wrapping[call] = any(word in name.lower() for name in names for word in _WRAPPING_WORDS)
        return self._wrapping[call]

    @staticmethod
    def behind_client(name: str) -> list[str] | None:
        """The steps behind the client in `openai.OpenAI().chat.completions`; None if the name does not begin with a client."""
        class_name, call, rest = name.partition("()")
        if not call or class_name not in CONSTRUCTORS:
            return None
        return [part for part in rest.split(".")[1:] if not _is_passage(part)]

    def is_client(self, node: cst.BaseExpression) -> bool:
        """Whether the expression is, or may be, a client of the SDK (not the module)."""
        return any(self.behind_client(name) == [] for name in self.names(node))

    # Requests.

    def is_request(self, call: cst.Call) -> bool:
        """Whether the call asks the service: through a client, the module client, or the 0.x classes."""
        found = self._requests.get(call)
        if found is None:
            found = self._requests[call] = self._is_request(call)
        return found

    def _is_request(self, call: cst.Call) -> bool:
        if self.names_request(call.func):
            return True
        work = self._threads.handed_over(call)  # `asyncio.to_thread(client.chat.completions.create, ...)`
        return work is not None and self.names_request(work)

    def names_request(self, node: cst.BaseExpression) -> bool:
        """Whether the expression stands for a method that makes a request when it is called."""
        if isinstance(node, cst.Call) and node.args and "functools.partial" in self._resolver.names(node.func):
            return self.names_request(node.args[0].value)
        if not isinstance(node, (cst.Attribute, cst.Name)):
            return False
        names = self.names(node)
        if any(self.request_path(name) is not None for name in names):
            return True
        if isinstance(node, cst.Attribute):
            return self._looks_like_request(node, names)
        origins = (part for value in self._resolver.values_of(node) for part in _alternatives(value))
        return any(isinstance(each, cst.Attribute) and self._looks_like_request(each, self.names(each)) for each in origins)

    def suspends(self, node: cst.BaseExpression) -> bool:
        """Whether a method of a client only makes a coroutine when it is called, whichever client it is."""
        found = [name for name in self.names(node) if name.startswith("openai.")]
        return bool(found) and all(name.startswith("openai.Async") or name.endswith(".acreate") for name in found)

    def is_legacy_request(self, call: cst.Call) -> bool | None:
        """Whether a request is made as in 0.x, through a class of the module, or as since 1.0, through a client; None where
        that is not seen.
        """
        paths = {name: self.request_path(name) for name in self.names(call.func)}
        found = {path[0] in LEGACY_CLASSES for path in paths.values() if path is not None}
        return found.pop() if len(found) == 1 else None

    @staticmethod
    def request_path(name: str) -> tuple[str, ...] | None:
        """`("chat", "completions", "create")` for the qualified name of a method that makes a request; None for all others."""
        package, _, rest = name.partition(".")
        if package != "openai":
            return None
        steps = Clients.behind_client(name)
        parts = [part for part in rest.split(".") if not _is_passage(part)] if steps is None else steps
        if steps is None and len(parts) == 2 and legacy_method(*parts) is not None:
            return tuple(parts)
        through_client = steps is not None or parts[0] in REQUEST_ROOTS
        return tuple(parts) if through_client and is_request_path(parts) else None

    def _looks_like_request(self, node: cst.Attribute, names: frozenset[str]) -> bool:
        """`anything.chat.completions.create`, where the program imports openai, or the name says so (`openai_client`), and what
        is asked is not known to be another's client.
        """
        path: list[str] = []
        owner: cst.BaseExpression = node
        while isinstance(owner, cst.Attribute):
            path.insert(0, owner.attr.value)
            if path[0] in _TELLING_ROOTS and len(path) >= 2 and is_request_path(path):
                owners = self._resolver.names(owner.value)
                module = self._tree.scopes[node].outermost
                packages = {name.partition(".")[0] for name in self._imported_in(module)}
                said = _last_words(owner.value)
                is_ours = ("openai" in packages or "openai" in said) and not packages & _RIVALS
                return is_ours and all(self._may_be_client(name) for name in owners)
            owner = owner.value
        return False

    @staticmethod
    def _may_be_client(name: str) -> bool:
        """Whether something may be a client of the SDK whose origin is not seen: no import says that it is something else.

        What is imported is the SDK's, or it is not known to be a client: another module may ask whom it likes.
        """
        if name.startswith((UNKNOWN, "@")) or name.partition(".")[0] == "openai":
            return True
        return name.startswith("builtins.") and not is_builtin(name)  # a name that nothing binds

    @staticmethod
    def is_rival(package: str) -> bool:
        """Whether a package's clients ask another service."""
        return package in _RIVALS or package.startswith("langchain_")

    @cached_property
    def imports_openai(self) -> bool:
        return any(name.partition(".")[0] == "openai" for name in self.imported)

    @property
    def imported(self) -> set[str]:
        """The qualified names of what the program itself imports anywhere, but from its own project."""
        return self._imported_in(self._tree.module)

    def _imported_in(self, module: Scope) -> set[str]:
        if not self._imports:
            for scope in set(self._tree.scopes.values()):
                found = self._imports.setdefault(scope.outermost, set())
                for bindings in scope.bindings.values():
                    found |= {binding.qualified for binding in bindings if binding.kind == "import"}
                found |= set(scope.star_imports)
            for scope, found in self._imports.items():
                own = {written.partition(".")[0] for written in self._tree.imports_of(scope)}
                self._imports[scope] = {name for name in found if name.partition(".")[0] not in own}
        return self._imports.get(module, set())


def _last_words(node: cst.BaseExpression) -> set[str]:
    """The words in the last part of a name."""
    return words((place(node) or "").rpartition(".")[2])


def _is_passage(part: str) -> bool:
    """Whether a step between a client and its methods leads to the same client, with other options or another form of answer."""
    return part.removesuffix("()") in PASSAGES


def _alternatives(value: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What an expression may be: both sides of a choice."""
    if isinstance(value, cst.IfExp):
        yield from _alternatives(value.body)
        yield from _alternatives(value.orelse)
    else:
        yield value
