"""`with Flow(…) as flow:` becomes a function."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import named, renamed, with_arguments
from bridge.migrate.nodes import code_of, lost_comments, text_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.blocks import Block, Blocks
from bridge.migrate.rules.prefect1.parameters import DATE, PARAMETER, Parameters, of_no_use, parameters_of
from bridge.migrate.rules.prefect1.titles import REFUSED, allowed, rightly
from bridge.migrate.scopes import bindings, is_within, parents, reads
from bridge.migrate.statements import without

POSITIONS = ("name", "schedule", "executor")
"""Arguments of `Flow` that are given without their names."""

DROPPED = {
    "schedule": "is given when the flow is served: `{0}.serve(name=…, schedule=…)`",
    "executor": "becomes a task runner: `@flow(task_runner=…)`",
    "state_handlers": "becomes hooks: `@flow(on_completion=[…], on_failure=[…])`",
}
"""Arguments of `Flow` that a flow's decorator does not take."""

LONGEST = 100
"""Letters of a function's first line; with more, each argument has a line."""


LINE = cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace("    "))
"""The begin of a further line of a function's arguments."""


class Flow(Rule):
    """`with Flow("etl") as flow:` becomes `@flow(name="etl")` over a function with the same lines.

    The function is called like the variable; if that is `flow`, which is the decorator's name now, like the flow
    itself, unless another file of the project imports it by that name; where the name `flow` is taken, the decorator is
    `@bridge.flow`. Wherever the variable stood, the function's name stands then. Parameters become its arguments, with
    their defaults; one whose name is no name in Python is called like its variable, which is reported.

    Tasks are called one after another, as Prefect 1 does unless it is told of an executor, and give values. So what is
    done with a result in the flow (`result["x"]`, `a + b`, `if`) is done when the flow runs. The first task that fails
    ends the run; Prefect 1 would still run what does not depend on it.

    A block that binds names that are read below it, that reads and binds one name in a way that a function cannot, or
    whose flow is filled outside of it, too, stays as it is.
    """

    name = "prefect1/flow"
    words = ("Flow(", "Flow (")
    pairs = (
        Pair(
            'from prefect import Flow, task\n\n\nwith Flow("ETL") as flow:\n    # All of it.\n    load(extract())\n',
            'from prefect import flow, task\n\n\n@flow(name="ETL")\ndef etl():\n    # All of it.\n'
            "    load(extract())\n",
            ("direct",),
        ),
        Pair(
            "from prefect import Flow, Parameter\n\n"
            'with Flow("math") as f:\n    x, y = Parameter("x"), Parameter("y", default=2)\n    total = x + y\n',
            'from prefect import flow\n\n@flow(name="math")\ndef f(x, y=2):\n    x, y = x, y\n    total = x + y\n',
            ("direct",),
        ),
        Pair(
            "import prefect\nfrom prefect import Parameter\n\n"
            'with prefect.Flow("add") as adding:\n'
            '    n = Parameter("n", default=1)  # how many\n    add(n)\n\n\nif __name__ == "__main__":\n'
            "    adding()\n",
            "import prefect\n\n"
            '@prefect.flow(name="add")\ndef adding(n=1):\n    # how many\n    add(n)\n\n\n'
            'if __name__ == "__main__":\n    adding()\n',
            ("direct",),
        ),
        Pair(
            'from prefect import Flow, Parameter\n\nwith Flow("a") as flow:\n    url = Parameter("the url")\n'
            "    get(url)\n\nflow()\n",
            'from prefect import flow\n\n@flow(name="a")\ndef a(url):\n    get(url)\n\na()\n',
            ("approximate",),
            "'the url' is called url",
        ),
        Pair(
            'from prefect import Flow, task\nfrom steps import data\n\nflow = Flow("x")\n\n'
            "with flow:\n    data = data()\n    show(data)\n",
            'from prefect import flow, task\nfrom steps import data\n\n@flow(name="x")\ndef x():\n'
            "    data_result = data()\n    show(data_result)\n",
            ("direct",),
        ),
        Pair(
            "from prefect import Flow\n\n\ndef build():\n    with Flow('x') as flow:\n        run()\n    return flow\n",
            "from prefect import flow\n\n\ndef build():\n    @flow(name='x')\n    def x():\n"
            "        run()\n    return x\n",
            ("direct",),
        ),
        Pair(
            'from prefect import Flow, Parameter\n\nn = Parameter("n", default=1)\n\n'
            'with Flow("one") as one:\n    a(n)\n\nwith Flow("two") as two:\n    b(n)\n',
            'from prefect import flow\n\n@flow(name="one")\ndef one(n=1):\n    a(n)\n\n'
            '@flow(name="two")\ndef two(n=1):\n    b(n)\n',
            ("direct", "direct"),
        ),
        Pair(
            'from prefect import Flow, Parameter\n\nn = Parameter("n")\n\ndef build():\n'
            '    with Flow("one") as one:\n        a(n)\n    return one\n',
            'from prefect import flow\n\ndef build():\n    @flow(name="one")\n    def one(n):\n        a(n)\n'
            "    return one\n",
            ("direct",),
        ),
        Pair(
            'from prefect import Flow, Parameter\n\nwith Flow(\n    "x",  # its name\n'
            "    schedule=here,  # when\n) as f:\n"
            '    d = get()\n    n = Parameter("n", default=d)\n    a(n)\n',
            'from prefect import flow\n\n# when\n@flow(\n    name="x",  # its name\n)\ndef f(n=None):\n'
            "    d = get()\n    n = d if n is None else n\n    a(n)\n",
            ("approximate", "approximate"),
        ),
        Pair(
            "from prefect import Flow\n\nwith Flow('Map / Reduce') as f:\n    run()\n",
            "from prefect import flow\n\n@flow(name='Map - Reduce')\ndef f():\n    run()\n",
            ("approximate",),
            "Map - Reduce",
        ),
        Pair(
            "from prefect import Flow, Parameter\n\nwith Flow('x', daily) as f:\n"
            "    one = Parameter('one', default='a text that is rather long, as it seems to be here')\n"
            "    two = Parameter('two', default='another that is rather long, too, and longer')\n    run(one, two)\n",
            "from prefect import flow\n\n@flow(name='x')\ndef f(\n"
            "    one='a text that is rather long, as it seems to be here',\n"
            "    two='another that is rather long, too, and longer',\n):\n    run(one, two)\n",
            ("direct", "approximate"),
            "serve",
        ),
        Pair(
            "from prefect import Flow, task\n\nwith Flow('x') as f:\n    run()\n\nflow = f\n",
            "from prefect import task\nimport bridge\n\n@bridge.flow(name='x')\ndef f():\n    run()\n\nflow = f\n",
            ("direct",),
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = run()\n\nprint(a)\n',
            kinds=("manual",),
            says="(a)",
        ),
        Pair(
            "from prefect import Flow\nfrom steps import a, b\n\nwith Flow('x') as f:\n    a()\n\n"
            "a.set_upstream(b, flow=f)\n",
            kinds=("manual",),
            says="filled outside",
        ),
        Pair("from prefect import Flow\n\n\ndef start(flow: Flow): ...\n"),
        Pair('from jina import Flow\n\nwith Flow("x") as flow:\n    pass\n'),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the blocks and what becomes of each."""
        self._blocks = Blocks(self, node)
        self._plans: dict[cst.CSTNode, tuple[Block, Parameters]] = {}
        for block in self._blocks.good:
            parameters = parameters_of(self, node, block)
            block.why_not = parameters.why_not
            if not block.why_not:
                self._plans[block.node] = (block, parameters)
        for block in self._blocks.all:
            if block.why_not:
                self.report("manual", block.node, self.code(block.call), self._advice(block))
        self._names = {node: name for block, plan in self._plans.values() for node, name in _names(block, plan)}
        self._removed = of_no_use(plan for _, plan in self._plans.values())
        self._removed |= {block.made for block, _ in self._plans.values() if block.made is not None}
        self._replaced = {call: name for _, plan in self._plans.values() for call, name in plan.replaced.items()}
        self._report_other_parameters(node)
        self._import_decorator()

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.BaseStatement:  # noqa: N802  LibCST's
        """The block as a function."""
        if original_node not in self._plans:
            return updated_node
        block, parameters = self._plans[original_node]
        title = text_of(block.argument("name"))
        if title is not None and allowed(title) != title:
            parameters.notes.append(f"Prefect 3 allows no {REFUSED} in names, it is called {allowed(title)!r}")
        note = f"`@flow def {block.function}({', '.join(name for name, _ in parameters.ordered)})`"
        if parameters.notes:
            self.report("approximate", original_node, self.code(block.call), f"{note}; {'; '.join(parameters.notes)}")
        else:
            self.report("direct", original_node, self.code(block.call), note)
        for name in ("Parameter", "Flow"):
            self.imports.drop_unused("prefect", name)
        self.imports.drop_unused("prefect.core.parameter", "DateTimeParameter")
        body = updated_node.body
        assert isinstance(body, cst.IndentedBlock)
        decoration = self._decoration(block)
        params = _arguments(block.function, parameters)
        is_long = any(isinstance(one.comma, cst.Comma) for one in params.params)
        return cst.FunctionDef(
            name=cst.Name(block.function),
            params=params,
            whitespace_before_params=LINE if is_long else cst.SimpleWhitespace(""),
            decorators=[cst.Decorator(decorator=decoration)],
            body=body if body.body else body.with_changes(body=[cst.SimpleStatementLine(body=[cst.Pass()])]),
            leading_lines=[*updated_node.leading_lines, *lost_comments(block.call, decoration)],
        )

    def leave_IndentedBlock(  # noqa: N802  LibCST's
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """Take out what does nothing any more."""
        if not any(one in self._removed for one in original_node.body):
            return updated_node
        body, rest = without(original_node.body, updated_node.body, self._removed)
        return updated_node.with_changes(body=body, footer=[*rest, *updated_node.footer])

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """A parameter is an argument."""
        code = self._replaced.get(original_node)
        return updated_node if code is None else cst.parse_expression(code)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802  LibCST's
        """Names that are others now."""
        name = self._names.get(original_node)
        return updated_node if name is None else updated_node.with_changes(value=name)

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:  # noqa: N802  LibCST's
        """Take out what does nothing any more, and change the imports."""
        if any(one in self._removed for one in original_node.body):
            body, rest = without(original_node.body, updated_node.body, self._removed)
            updated_node = updated_node.with_changes(body=body, footer=[*rest, *updated_node.footer])
        return super().leave_Module(original_node, updated_node)

    def _decoration(self, block: Block) -> cst.BaseExpression:
        """`@flow(…)` with what it takes of the arguments of `Flow(…)`."""
        args = [
            renamed(arg, POSITIONS[number]) if arg.keyword is None and number < len(POSITIONS) else arg
            for number, arg in enumerate(block.call.args)
        ]
        for arg in args:
            if arg.keyword is not None and arg.keyword.value in DROPPED:
                where = next(one for one in block.call.args if one.value is arg.value)
                self.report("approximate", where, self.code(arg), DROPPED[arg.keyword.value].format(block.function))
        kept = [arg for arg in args if arg.keyword is not None and arg.keyword.value not in {*DROPPED, "validate"}]
        kept = [arg.with_changes(value=rightly(arg.value)) if _is_name(arg) else arg for arg in kept]
        func: cst.BaseExpression = cst.Name("flow")
        if isinstance(block.call.func, cst.Attribute):
            func = block.call.func.with_changes(attr=cst.Name("flow"))
        elif self._is_taken:
            func = cst.Attribute(cst.Name("bridge"), cst.Name("flow"))
        return with_arguments(block.call.with_changes(func=func), kept or [named("name", repr(block.function))])

    def _import_decorator(self) -> None:
        """Import `flow` in the place of `Flow`, or `bridge`, if the name `flow` means something else."""
        named = [block for block, _ in self._plans.values() if isinstance(block.call.func, cst.Name)]
        self._is_taken = any(self._is_bound(block) or block.function == "flow" for block in named)
        if self._is_taken:
            self.imports.add("bridge")
        elif named:
            readers = [one for block in named for one in reads(block.scope.globals, "Flow")]
            funcs = [block.call.func for block in named]
            if all(any(one is func for func in funcs) for one in readers) and readers:
                self.imports.move("prefect", "Flow", to="prefect", called="flow")
            else:
                self.imports.add("prefect", "flow")

    def _is_bound(self, block: Block) -> bool:
        """Whether `flow` means something else where the block stands, or in the file."""
        holders = [one.made or one.node.items[0] for one, _ in self._plans.values()]
        bound = [*bindings(block.scope, "flow"), *bindings(block.scope.globals, "flow")]
        return any(
            not isinstance(one, (cst.ImportFrom, cst.Import))
            and not any(is_within(self, one, each) for each in holders)
            for one in bound
        )

    def _report_other_parameters(self, module: cst.Module) -> None:
        done = {one for one in self._removed if one is not None}
        for one in m.findall(module, m.Call()):
            call = cst.ensure_type(one, cst.Call)
            is_done = call in self._replaced or any(statement in done for statement in parents(self, call))
            if self.means(call.func, *PARAMETER, *DATE) and not is_done:
                self.report("manual", call, self.code(call), "make it an argument of the flow's function")

    def _advice(self, block: Block) -> str:
        name = block.function or "main_flow"
        return f"{block.why_not}. In the end: `@flow(name=…)`, `def {name}(…):`, and the lines of the block"


def _is_name(arg: cst.Arg) -> bool:
    return arg.keyword is not None and arg.keyword.value == "name"


def _names(block: Block, plan: Parameters) -> Iterator[tuple[cst.CSTNode, str]]:
    """Names that are others now."""
    yield from block.renamed.items()
    yield from plan.renamed.items()
    if block.function != block.variable:
        yield from ((one, block.function) for one in block.named)


def _arguments(function: str, plan: Parameters) -> cst.Parameters:
    """The arguments of the function; each on a line of its own if they are too long for one."""
    params = []
    for name, default in plan.ordered:
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")) if default is not None else None
        params.append(cst.Param(cst.Name(name), default=default, equal=equal or cst.MaybeSentinel.DEFAULT))
    length = len(code_of(cst.Parameters(params=params))) + len(f"def {function}():")
    if length > LONGEST:
        last = cst.Comma(whitespace_after=LINE.with_changes(last_line=cst.SimpleWhitespace("")))
        params = [one.with_changes(comma=cst.Comma(whitespace_after=LINE)) for one in params]
        params[-1] = params[-1].with_changes(comma=last)
    return cst.Parameters(params=params)
