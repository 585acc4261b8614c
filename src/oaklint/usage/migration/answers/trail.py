"""What answers have come to on their ways through a program."""

from __future__ import annotations

from dataclasses import dataclass, field

from oaklint.python import cst
from oaklint.usage.migration.answers.shapes import Shape


@dataclass
class Trail:
    """What is known of these ways, as they are gone.

    handed_on:  the expressions that are made dicts, since they go where something else may come from, too.
    shapes:     what the expressions are that answers come to.
    bound:      from what is bound (targets, parameters) to the expressions that it is bound to; attributes: by their names.
    returning:  what functions return. read: the names that are read. choices: the expressions that are one of several.
    given_up:   what is better made a dict where it stands than followed.
    """

    handed_on: set[cst.CSTNode]
    shapes: dict[cst.CSTNode, set[Shape]] = field(default_factory=dict)
    bound: dict[cst.CSTNode, set[cst.BaseExpression]] = field(default_factory=dict)
    attributes: dict[str, set[cst.BaseExpression]] = field(default_factory=dict)
    returning: dict[cst.FunctionDef, set[cst.BaseExpression]] = field(default_factory=dict)
    read: set[cst.Name] = field(default_factory=set)
    choices: set[cst.BaseExpression] = field(default_factory=set)
    given_up: set[cst.BaseExpression] = field(default_factory=set)
