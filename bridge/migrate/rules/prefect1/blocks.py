"""The blocks `with Flow(…) as flow:` of a file: which of them can become functions, and what their variables mean."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from libcst.metadata import Scope

from bridge.migrate.arguments import argument, names_of
from bridge.migrate.flow_survey import SHARED, home_of
from bridge.migrate.nodes import text_of
from bridge.migrate.rule import Rule
from bridge.migrate.rules.prefect1.filling import filling
from bridge.migrate.scopes import (
    bindings,
    is_within,
    last_before,
    names_bound,
    parents,
    reads,
    scope_of,
    start,
    statement_of,
)

FLOW = ("prefect.Flow", "prefect.core.Flow", "prefect.core.flow.Flow")

UNKNOWN = frozenset({"tasks", "edges", "reference_tasks", "terminal_state_handler"})
"""Arguments of `Flow` of which nothing can be made."""


TASK_STATE = m.Subscript(
    value=m.Attribute(attr=m.Name("result")), slice=[m.SubscriptElement(slice=m.Index(value=m.Name()))]
)
"""`state.result[model]`."""

RESULT = m.Attribute(value=TASK_STATE, attr=m.Name("result"))
"""`state.result[model].result`."""

REFERENCES = m.Call(func=m.Attribute(attr=m.Name("set_reference_tasks")))


def cared_for(module: cst.Module) -> Iterator[cst.CSTNode]:
    """Names of a flow's results that are read below it, in ways that rules know."""
    for pattern in (TASK_STATE, REFERENCES):
        for found in m.findall(module, pattern):
            yield from m.findall(found, m.Name())


@dataclass(slots=True, eq=False)
class Block:
    """One `with Flow(…) as flow:`.

    Args:
        node: The statement.
        call: `Flow(…)`.
        made: The statement `flow = Flow(…)`, if it stands before.
        variable: What the flow is called.
        function: What its function is called.
        scope: Where it stands.
        named: The places that mean this flow.
        renamed: Names in the block that get another one, as they hide what they were made of: `data = data()`.
        why_not: Why it cannot become a function.
    """

    node: cst.With
    call: cst.Call
    made: cst.SimpleStatementLine | None
    variable: str
    scope: Scope
    function: str = ""
    named: set[cst.CSTNode] = field(default_factory=set)
    renamed: dict[cst.CSTNode, str] = field(default_factory=dict)
    why_not: str = ""

    def argument(self, name: str) -> cst.BaseExpression | None:
        """What the flow is given under a name."""
        found = argument(self.call, name, {"name": 0, "schedule": 1, "executor": 2}.get(name))
        return found.value if found else None


class Blocks:
    """All blocks of a file.

    Args:
        rule: Which looks; its metadata are those of the file.
        module: The file.
    """

    def __init__(self, rule: Rule, module: cst.Module) -> None:
        self._rule = rule
        self._ignored = set(cared_for(module))
        self._taken = {cst.ensure_type(one, cst.Name).value for one in m.findall(module, m.Name())}
        self.all = [block for one in m.findall(module, m.With()) if (block := self._block(one)) is not None]
        self.all.sort(key=lambda block: start(rule, block.node))
        for block in self.all:
            self._find_names(block)
            self._check(block)
        for block in self.all:
            block.function = self._function(block)

    @property
    def good(self) -> list[Block]:
        """Those that become functions."""
        return [block for block in self.all if not block.why_not]

    def around(self, node: cst.CSTNode) -> Block | None:
        """The block, which becomes a function, in which a node stands; not one in a function there."""
        for one in parents(self._rule, node):
            if isinstance(one, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
                return None
            for block in self.good:
                if one is block.node:
                    return block
        return None

    def meant(self, node: cst.CSTNode) -> Block | None:
        """The block whose flow a name means."""
        return next((block for block in self.good if node in block.named), None)

    def _block(self, node: cst.CSTNode) -> Block | None:
        assert isinstance(node, cst.With)
        scope = scope_of(self._rule, node)
        if len(node.items) != 1 or scope is None:
            return None
        item = node.items[0]
        if isinstance(item.item, cst.Call) and self._rule.means(item.item.func, *FLOW):
            name = item.asname.name if item.asname is not None else None
            block = Block(node, item.item, None, name.value if isinstance(name, cst.Name) else "", scope)
            if not block.variable:
                block.why_not = "has no name; `with Flow(…) as flow:` has one"
            return block
        if isinstance(item.item, cst.Name) and item.asname is None:
            return self._made_before(node, item.item, scope)
        return None

    def _made_before(self, node: cst.With, name: cst.Name, scope: Scope) -> Block | None:
        """`flow = Flow(…)`, then `with flow:`, once."""
        all_bound = bindings(scope, name.value)
        bound = last_before(self._rule, all_bound, name, scope)
        statement = statement_of(self._rule, bound) if bound is not None else None
        if not isinstance(statement, cst.SimpleStatementLine):
            return None
        if not m.matches(statement, m.SimpleStatementLine(body=[m.Assign(targets=[m.DoNotCare()], value=m.Call())])):
            return None
        call = cst.ensure_type(cst.ensure_type(statement.body[0], cst.Assign).value, cst.Call)
        if not self._rule.means(call.func, *FLOW):
            return None
        block = Block(node, call, statement, name.value, scope)
        block.named.add(name)
        if len(all_bound) > 1 or any(start(self._rule, one) < start(self._rule, node) for one in self._other(block)):
            block.why_not = f"is a flow that is used before; write all of it in one `with Flow(…) as {name.value}:`"
        return block

    def _other(self, block: Block) -> list[cst.CSTNode]:
        return [one for one in reads(block.scope, block.variable) if one is not block.node.items[0].item]

    def _find_names(self, block: Block) -> None:
        """Which reads of the flow's variable mean this block."""
        bound = bindings(block.scope, block.variable)
        for reader in reads(block.scope, block.variable):
            found = last_before(self._rule, bound, reader, block.scope)
            if found is None or block.why_not:
                continue
            holder = block.made or block.node.items[0]
            if is_within(self._rule, found, holder):
                block.named.add(reader)

    def _check(self, block: Block) -> None:
        """Why a block cannot become a function, if it cannot."""
        if block.why_not:
            return
        if not isinstance(block.node.body, cst.IndentedBlock):
            block.why_not = "stands on one line; give its body lines of its own"
        elif block.node.asynchronous or any(arg.star for arg in block.call.args):
            block.why_not = "is given arguments that are not understood (`*` or `**`)"
        else:
            unknown = names_of(block.call.args) & UNKNOWN
            if unknown:
                block.why_not = f"is given {', '.join(sorted(unknown))}, for which flows of Prefect 3 have nothing"
        block.why_not = block.why_not or self._filled_outside(block) or self._read_outside(block) or self._hidden(block)

    def _filled_outside(self, block: Block) -> str:
        for reader in block.named:
            if filling(self._rule, reader) is not None and not is_within(self._rule, reader, block.node):
                return (
                    f"is filled outside of the block, too; write all of it in one `with Flow(…) as {block.variable}:`"
                )
        return ""

    def _read_outside(self, block: Block) -> str:
        """Say which names of a block are read below it."""
        found = set()
        for name, nodes in names_bound(self._rule, block.scope, block.node.body).items():
            every = bindings(block.scope, name)
            for reader in reads(block.scope, name):
                if reader in self._ignored or is_within(self._rule, reader, block.node):
                    continue
                if last_before(self._rule, every, reader, block.scope) in nodes:
                    found.add(name)
        if not found:
            return ""
        names = ", ".join(sorted(found))
        return f"binds names that are read outside of it ({names}): a function has its own; let it return them"

    def _hidden(self, block: Block) -> str:
        """Names that are read before the block binds them; they are renamed from there on, if that is plain."""
        for name, nodes in names_bound(self._rule, block.scope, block.node.body).items():
            inner = [one for one in reads(block.scope, name) if is_within(self._rule, one, block.node.body)]
            early = [one for one in inner if last_before(self._rule, nodes, one, block.scope) is None]
            if not early or self._is_parameter(nodes):
                continue
            if not all(isinstance(one, cst.Name) and self._is_plain(one, block) for one in nodes):
                return f"reads {name} from outside and binds it, too: give one of the two another name"
            other = self._free(f"{name}_result")
            self._taken.add(other)
            block.renamed.update(dict.fromkeys([*nodes, *(one for one in inner if one not in early)], other))
        return ""

    def _is_parameter(self, nodes: Sequence[cst.CSTNode]) -> bool:
        statement = statement_of(self._rule, nodes[0])
        calls = m.findall(statement, m.Call()) if isinstance(statement, cst.SimpleStatementLine) else ()
        return any(self._rule.means(cst.ensure_type(one, cst.Call).func, "prefect.Parameter") for one in calls)

    def _is_plain(self, node: cst.CSTNode, block: Block) -> bool:
        statement = statement_of(self._rule, node)
        return isinstance(statement, cst.SimpleStatementLine) and any(one is statement for one in block.node.body.body)

    def _function(self, block: Block) -> str:
        if block.variable != "flow" or self._is_shared(block):
            return block.variable
        title = unicodedata.normalize("NFKD", text_of(block.argument("name")) or "")
        slug = re.sub(r"\W+", "_", title.encode("ascii", "ignore").decode()).strip("_").lower()
        if not slug.isidentifier() or keyword.iskeyword(slug):
            slug = "main_flow"
        name = slug if slug not in self._taken and slug != "flow" else self._free(f"{slug}_flow")
        self._taken.add(name)
        return name

    def _is_shared(self, block: Block) -> bool:
        """Whether other files name the flow: its name stays then."""
        key = f"{SHARED}{home_of(Path(self._rule.place.path))}.{block.variable}"
        last = next((one for one in reversed(self.all) if one.variable == block.variable), None)
        return block is last and key in self._rule.place.known

    def _free(self, name: str) -> str:
        number, found = 1, name
        while found in self._taken or found in dir(builtins):
            number += 1
            found = f"{name}_{number}"
        return found
