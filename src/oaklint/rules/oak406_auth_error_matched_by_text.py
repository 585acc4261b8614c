"""## What it does
Finds code that recognises the `AuthenticationError` of a request by words in its text: `"invalid_api_key" in str(e)`.

The rule follows the error from the request into the clause that catches it, and through functions of the same file that are
handed it, up to a test for words about authentication: `"401" in str(e)`, `str(e).startswith(...)`, `re.search(..., str(e))`,
`e.args`, `repr(e)`, `traceback.format_exc()`. It does so, too, for the predicates of retry decorators: `giveup=`,
`retry_if_exception(...)`, and, in a file that knows no other service, for functions that others hand an error: which they ask
for classes of the SDK, or for which they are declared or registered, `@app.exception_handler(OpenAIError)`; and for the results
of `asyncio.gather(..., return_exceptions=True)`, among which the error is handed back. What asks for the class, `e.status_code`
or `e.code` is right, and so is a test of text behind it, or in a clause for `AuthenticationError` alone, which only tells its
kinds apart. So are words of the error with which a client without a key refuses to be built, where the `try` builds one, and of
what the program itself raises there: these have no class of their own. Where the error may be another service's, and where
words are about something else (rate limits, timeouts, quota), nothing is reported.

Words are compared with the text that was measured, letter for letter unless the program changes them, and patterns are tried on
it. Words that were never in it are reported only if they can mean nothing else (`"Unauthorized"`, `"authentication"`); patterns
that also fit what other errors say, or might take very long, are not.

## Why is this bad?
The text is for people. Since openai 3.38.0 `str(e)` is `Error code: 401 - Incorrect API key provided: ...`; before, it held the
whole answer with `'code': 'invalid_api_key'` (measured on 3.37.0 and 3.38.0), so a test for the code turned False with an
update and the wrong key was taken for something else. The message says whether a test has stopped working, has never worked for
a wrong key, or still works and rests on the wording alone. `e.code` and the class have stayed (measured on 1.109.1, 2.54.0 and
3.54.0).

## Example
```python
from openai import OpenAI

client = OpenAI()
try:
    client.models.list()
except Exception as error:
    if "invalid_api_key" in str(error):
        print("The key is wrong.")
    else:
        print("The service failed; try again later.")
```

Use instead:
```python
import openai
from openai import OpenAI

client = OpenAI()
try:
    client.models.list()
except openai.AuthenticationError:
    print("The key is wrong.")
except Exception:
    print("The service failed; try again later.")
```

## Fix safety
The fix asks for the class in place of the text, in the file's own style: `isinstance(error, AuthenticationError)`, for
`not in` with `not` before it; several tests of that kind that are joined by `or` or `and` become one. It is unsafe: a test that
was False becomes True, which is its purpose, and errors of another class whose text holds the same words no longer pass.

There is none where the text stands for less than the class, or may stand for something else (`"api_key"`, `"credential"`); where
the same condition asks the text for other things, too; for `re`, `find` and `match`; where the clause gives the exception no
name; where the test stands in another function than the clause; and in predicates.

## References
- [Handling errors](https://github.com/openai/openai-python#handling-errors)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice, takewhile

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Editor, Handler
from oaklint.python.tree import walk
from oaklint.rules import REACHES_OPENAI, Finding, Needs, Repair
from oaklint.sdk.exceptions import AUTHENTICATION_TEXTS, NEWEST, authentication_error, means_authentication
from oaklint.usage import Usage
from oaklint.usage.errors.text_tests import TextTest

NEEDS: Needs = (
    ("except", "@", "isinstance", "return_exceptions", "OpenAIError", "APIError", "APIStatusError"),
    (REACHES_OPENAI,),
)
SEVERITY: Severity = "warning"


def visit_Try(node: cst.Try | cst.TryStar, usage: Usage) -> Iterator[Finding]:
    for clause in node.handlers:
        for test in usage.text_tests.of(clause):
            yield Finding(
                test.node,
                f"An AuthenticationError is recognised by its text, {_fate(test, usage)}."
                " Catch openai.AuthenticationError in a clause of its own, or ask for its status",
                related=((clause, "where the error is caught"),),
                fix=partial(_fix, test, clause, usage),
            )


visit_TryStar = visit_Try


def visit_Module(root: cst.Module, usage: Usage) -> Iterator[Finding]:
    tests = usage.text_tests
    for test in (*tests.in_predicates(), *tests.in_classifiers(), *tests.in_results()):
        where = test.clause.name if isinstance(test.clause, cst.FunctionDef) else test.clause
        does = "the error is handed back" if isinstance(test.clause, cst.Call) else "that decides"
        yield Finding(
            test.node,
            f"An AuthenticationError is recognised by its text, {_fate(test, usage)}. Ask for its class or for its status",
            related=((where, f"where {does}"),),
        )


def _is_near(test: TextTest) -> bool:
    """Whether the text holds a word, or what a pattern looks for, but for capitals."""
    texts = [text.casefold() for text in AUTHENTICATION_TEXTS.values()]
    return any(word.casefold() in text for word in test.words for text in texts)


def _fate(test: TextTest, usage: Usage) -> str:
    """What has become of the test, or of the several of which one is enough, over the versions of the SDK."""
    holds = test.holds
    if _is_one_of_several(test, usage):
        holds = holds.union(*(each.holds for each in test.beside))
    if not holds:
        return f"which does not hold this for a wrong key in any version{', letter for letter' if _is_near(test) else ''}"
    if usage.generation == 0:
        return "which is the service's wording"
    if "3.38.0" not in holds:
        when = "is {} now" if usage.generation == NEWEST else "will be {} then"
        return f"which no longer holds this since openai 3.38.0: the test {when.format(_is_negated(test))}"
    return "whose wording changed in openai 3.38.0"


def _is_one_of_several(test: TextTest, usage: Usage) -> bool:
    """Whether it is enough that one of the tests beside it fits: `"401" in text or "denied" in text`."""
    enough = cst.And if _is_negated(test) else cst.Or
    around = takewhile(_is_of_condition, usage.tree.ancestors(test.node))
    return all(isinstance(each, cst.BooleanOperation) and isinstance(each.operator, enough) for each in around)


def _is_negated(test: TextTest) -> bool:
    return isinstance(test.node, cst.Comparison) and isinstance(test.node.comparisons[0].operator, (cst.NotIn, cst.NotEqual))


# The fix.


def _fix(test: TextTest, clause: Handler, usage: Usage, editor: Editor) -> Repair | None:
    own = _decision(test, usage)
    name = _name_at(test.node, clause, usage)
    if own is None or name is None:
        return None
    whole, holds = own
    decisions = dict(decision for each in test.beside if (decision := _decision(each, usage)) is not None)
    condition = list(takewhile(_is_of_condition, usage.tree.ancestors(whole)))
    for around in condition:
        if (shared := _shared(around, decisions)) is not None:
            whole, holds = around, shared
    inside = set(walk(whole))
    looked_at = {name} | {part.value for part in inside if isinstance(part, cst.Name) and part.value != "str"}
    rest = (part for part in walk(condition[-1]) if part not in inside) if condition else ()
    if any(isinstance(part, cst.Name) and part.value in looked_at for part in rest) or "#" in editor.text(whole):
        return None  # what else the condition asks for has to be thought over with it
    error = editor.reference(authentication_error(usage.generation), whole)
    text = f"isinstance({name}, {error.text})"
    change = editor.replace(whole, text if holds else f"not {text}")
    return Repair("unsafe", "Ask for the class of the error", (*error.changes, change))


def _name_at(node: cst.CSTNode, clause: Handler, usage: Usage) -> str | None:
    """The name that the clause gives the exception, if it still means that at a node in the clause, as `isinstance` does."""
    name = clause.name.name if isinstance(clause, cst.ExceptHandler) and clause.name is not None else None
    if not isinstance(name, cst.Name) or clause not in usage.tree.ancestors(node):
        return None
    scope = usage.tree.scopes[node]
    home = scope.lookup(name.value)
    if home is not usage.tree.scopes[clause].lookup(name.value) or usage.tree.unit(node) is not usage.tree.unit(clause):
        return None
    rebound = (
        (each for each in home.bindings[name.value] if clause in usage.tree.ancestors(each.node)) if home is not None else ()
    )
    return name.value if [each.node for each in rebound] == [name] and scope.lookup("isinstance") is None else None


def _decision(test: TextTest, usage: Usage) -> tuple[cst.CSTNode, bool] | None:
    """The expression that is True or False by the test alone, and which of them it is for an AuthenticationError."""
    node = test.node
    if test.is_pattern or test.others or not test.words or not all(map(means_authentication, test.words)):
        return None
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        return (node, True) if node.func.attr.value in ("startswith", "endswith", "__contains__") else None
    if not isinstance(node, cst.Comparison):
        return None
    holds = isinstance(node.comparisons[0].operator, (cst.In, cst.Equal))
    names = (part for part in walk(node) if isinstance(part, cst.Name))
    if not any(binding.kind == "item" for part in names for binding in usage.resolver.bindings(part)):
        return node, holds
    # One of several words, tried one after the other.
    generator, arg, call = islice(usage.tree.ancestors(node), 3)
    if not isinstance(generator, cst.GeneratorExp) or not isinstance(arg, cst.Arg) or not isinstance(call, cst.Call):
        return None
    is_plain = generator.elt is node and not generator.for_in.ifs and generator.for_in.inner_for_in is None
    return (call, True) if holds and is_plain and "builtins.any" in usage.resolver.names(call.func) else None


def _shared(node: cst.CSTNode, decisions: Mapping[cst.CSTNode, bool]) -> bool | None:
    """What all operands of a condition are for an AuthenticationError; None where they differ, or one is no such test."""
    if isinstance(node, cst.UnaryOperation):
        inner = _shared(node.expression, decisions)
        return None if inner is None else not inner
    if not isinstance(node, cst.BooleanOperation):
        return decisions.get(node)
    left = _shared(node.left, decisions)
    return left if _shared(node.right, decisions) is left else None


def _is_of_condition(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.BooleanOperation) or (isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not))
