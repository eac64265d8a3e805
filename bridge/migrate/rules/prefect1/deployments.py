"""What a flow is told about where and when it runs."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, named, with_arguments
from bridge.migrate.nodes import code_of, lost_comments
from bridge.migrate.removing import Removing
from bridge.migrate.rule import Pair
from bridge.migrate.rules.prefect1.blocks import Block, Blocks
from bridge.migrate.rules.prefect1.schedules import given
from bridge.migrate.rules.prefect1.titles import rightly
from bridge.migrate.scopes import bindings, parents, reads, scope_of, statement_of
from bridge.migrate.statements import guarded

SETTINGS = ("run_config", "storage", "environment", "result", "result_handler", "schedule")

LEFT_OUT = (
    *("prefect.run_configs", "prefect.storage", "prefect.environments"),
    *("prefect.engine.results", "prefect.engine.result_handlers"),
)
"""Modules whose names are needed for nothing but these settings."""


class Deployments(Removing):
    """`flow.register(…)`, and what a flow is told with `flow.storage = …`, `flow.run_config = …`, `flow.schedule = …`.

    In Prefect 3 a flow does not know where it runs: its deployment does. `flow.register("project")` becomes
    `flow.serve(name=…)`, with the schedule, which runs it in this process whenever that is asked for; at the top of a
    file it is put below `if __name__ == "__main__":`, as the file is read again for each run. Several flows of one file
    stay: `prefect.serve` takes them all.

    Storage and run configurations are left out, and reported with the `.deploy(…)` that says the same. An executor
    becomes the flow's task runner.
    """

    name = "prefect1/deployments"
    words = ("Flow(", "Flow (")
    pairs = (
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as f:\n    a()\n\nf.register(project_name="p", labels=["l"])\n',
            'from prefect import Flow\n\nwith Flow("x") as f:\n    a()\n\n'
            'if __name__ == "__main__":\n    f.serve(name="x", tags=["l"])\n',
            ("approximate",),
        ),
        Pair(
            'from prefect import Flow\nfrom prefect.run_configs import DockerRun\n\nwith Flow("x") as f:\n    a()\n\n'
            '# Where.\nf.run_config = DockerRun(image="i", env={"A": "b"})\nf.executor = runner\nf()\n',
            'from prefect import Flow\n\nwith Flow("x") as f:\n    a()\n\n# Where.\nf.task_runner = runner\nf()\n',
            ("approximate", "direct"),
            """`f.deploy(name="x", work_pool_name="docker", image="i", job_variables={"env": {"A": "b"}})`""",
        ),
        Pair(
            "from prefect import Flow\nfrom prefect.storage import S3\nfrom prefect.run_configs import UniversalRun\n\n"
            'PLACE = S3(bucket="b")  # far away\n\n'
            'with Flow("x", storage=PLACE, run_config=UniversalRun(labels=["l"])) as f:\n    a()\n',
            'from prefect import Flow\n\n# far away\n\nwith Flow("x") as f:\n    a()\n',
            ("approximate", "approximate"),
            'tags=["l"]',
        ),
        Pair(
            "from prefect import Flow\nfrom prefect.environments import LocalEnvironment\n\n"
            'with Flow("x", environment=LocalEnvironment()) as f:\n    a()\n',
            'from prefect import Flow\n\nwith Flow("x") as f:\n    a()\n',
            ("approximate",),
            "when you deploy",
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as a:\n    b()\nwith Flow("y") as c:\n    d()\n'
            'def main():\n    a.register("p")\n    c.register("p")\n',
            kinds=("manual", "manual"),
            says='serve(a.to_deployment(name="x"), c.to_deployment(name="y"))',
        ),
        Pair(
            "from prefect import Flow\nfrom prefect.engine.result_handlers import LocalResultHandler\n\n"
            'with Flow("a / b", result_handler=LocalResultHandler()) as f:\n    a()\n\nf.deploy(project_name="p")\n',
            'from prefect import Flow\n\nwith Flow("a / b") as f:\n    a()\n\n'
            "if __name__ == \"__main__\":\n    f.serve(name='a - b')\n",
            ("approximate", "approximate"),
        ),
        Pair('from prefect import Flow\n\nwith Flow("x") as f:\n    a()\n\natexit.register(f)\n'),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find what flows are told."""
        self._blocks = Blocks(self, node)
        self._served: dict[cst.CSTNode, tuple[Block, cst.Call]] = {}
        self._runners: set[cst.CSTNode] = set()
        self._dropped: list[cst.BaseExpression] = []
        self._schedules: dict[Block, cst.BaseExpression] = {}
        found = [cst.ensure_type(one, cst.Attribute) for one in m.findall(node, m.Attribute(value=m.Name()))]
        told = [(one, block) for one in found if (block := self._blocks.meant(one.value)) is not None]
        for attribute, block in told:
            self._setting(attribute, block)
        for block in self._blocks.good:
            for name in SETTINGS[:-1]:
                self._argument(name, block)
        self._leave_out_values(node)
        registered = [(one, block) for one, block in told if self._is_registering(one)]
        for attribute, block in registered:
            self._register(attribute, block, [each for _, each in registered])
        if self._dropped or self._removed:
            for module in LEFT_OUT:
                self._drop(node, module)

    def leave_SimpleStatementLine(  # noqa: N802  LibCST's
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement:
        """A flow is served, below `if __name__ == "__main__":` at the top of a file."""
        if original_node not in self._served:
            return updated_node
        _, call = self._served[original_node]
        served = updated_node.with_changes(body=[cst.Expr(call)])
        if not isinstance(next(parents(self, original_node)), cst.Module):
            return served
        return guarded(served)

    def leave_Attribute(  # noqa: N802  LibCST's
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.Attribute:
        """An executor is a task runner."""
        return (
            updated_node.with_changes(attr=cst.Name("task_runner")) if original_node in self._runners else updated_node
        )

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.With:  # noqa: N802  LibCST's
        """A flow is not told where it runs, and the comments at that stay."""
        comments = lost_comments(original_node.items[0], updated_node.items[0])
        return updated_node.with_changes(leading_lines=[*updated_node.leading_lines, *comments])

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802  LibCST's
        """A flow is not told where it runs."""
        pairs = zip(original_node.args, updated_node.args, strict=True)
        kept = [arg for was, arg in pairs if not any(was.value is one for one in self._dropped)]
        return updated_node if len(kept) == len(updated_node.args) else with_arguments(updated_node, kept)

    def _is_registering(self, attribute: cst.Attribute) -> bool:
        """Whether it is `flow.register(…)`, or `flow.deploy(project_name=…)`, as that was called at first."""
        call = next(parents(self, attribute))
        if attribute.attr.value == "deploy" and isinstance(call, cst.Call):
            return argument(call, "project_name") is not None
        return attribute.attr.value == "register"

    def _argument(self, name: str, block: Block) -> None:
        value = block.argument(name)
        if value is not None:
            self._dropped.append(value)
            self.report("approximate", value, f"`{name}={code_of(value)}`", self._instead(name, value, block))

    def _leave_out_values(self, module: cst.Module) -> None:
        """`STORAGE = S3(…)` is needed for nothing but what is left out."""
        for one in m.findall(module, m.SimpleStatementLine(body=[m.Assign(value=m.Call())])):
            statement = cst.ensure_type(one, cst.SimpleStatementLine)
            assign = cst.ensure_type(statement.body[0], cst.Assign)
            made = self.names(cst.ensure_type(assign.value, cst.Call).func)
            scope, target = scope_of(self, statement), assign.targets[0].target
            if not any(name.startswith(f"{home}.") for name in made for home in LEFT_OUT) or scope is None:
                continue
            if not isinstance(target, cst.Name) or len(assign.targets) > 1 or len(bindings(scope, target.value)) > 1:
                continue
            if all(self._is_dropped(reader) for reader in reads(scope, target.value)):
                self._removed.add(statement)

    def _is_dropped(self, node: cst.CSTNode) -> bool:
        return statement_of(self, node) in self._removed or any(node is one for one in self._dropped)

    def _setting(self, attribute: cst.Attribute, block: Block) -> None:
        name, statement = attribute.attr.value, statement_of(self, attribute)
        pattern = m.SimpleStatementLine(body=[m.Assign(targets=[m.AssignTarget(target=m.Attribute())])])
        if not m.matches(statement, pattern):
            return
        assign = cst.ensure_type(cst.ensure_type(statement, cst.SimpleStatementLine).body[0], cst.Assign)
        if assign.targets[0].target is not attribute:
            return
        if name == "executor":
            self._runners.add(attribute)
            self.report("direct", attribute, self.code(assign), "`task_runner`")
        elif name in SETTINGS:
            self._removed.add(statement)
            if name == "schedule":
                self._schedules[block] = assign.value
            self.report("approximate", attribute, self.code(assign), self._instead(name, assign.value, block))

    def _instead(self, name: str, value: cst.BaseExpression, block: Block) -> str:
        title = _title(block)
        if name == "schedule":
            return f"is given to the deployment: `{block.function}.serve(name={title}, schedule={code_of(value)})`"
        if name in ("result", "result_handler"):
            return "is left out: bridge keeps results; Prefect's own are said by `@flow(result_storage=…)`"
        if name == "storage":
            return (
                f"is left out: say it when you deploy: `{block.function}.from_source(source=…, entrypoint=…)"
                f".deploy(name={title}, work_pool_name=…)`, or `image=` for a flow in an image"
            )
        return f"is left out: say it when you deploy: `{block.function}.deploy({_deployed(title, value)})`"

    def _register(self, attribute: cst.Attribute, block: Block, flows: list[Block]) -> None:
        call, statement = next(parents(self, attribute)), statement_of(self, attribute)
        if not isinstance(call, cst.Call):
            return
        if len(set(flows)) > 1:
            each = ", ".join(f"{one.function}.to_deployment(name={_title(one)})" for one in dict.fromkeys(flows))
            self.report(
                "manual",
                attribute,
                self.code(call),
                f"serve them together, `from prefect import serve`: `serve({each})`",
            )
            return
        if not m.matches(statement, m.SimpleStatementLine(body=[m.Expr(m.Call())])):
            self.report(
                "manual", attribute, self.code(call), f"`{block.function}.deploy(name=…)` returns the deployment's id"
            )
            return
        args = [named("name", _title(block))]
        schedule = self._schedules.get(block) or block.argument("schedule")
        if schedule is not None:
            args.append(given(self, schedule, block.scope))
        labels = argument(call, "labels")
        if labels is not None:
            args.append(named("tags", labels.value))
        func = attribute.with_changes(attr=cst.Name("serve"))
        self._served[statement] = (block, with_arguments(cst.Call(func), args))
        self.report(
            "approximate",
            attribute,
            self.code(call),
            "serves the flow from this process until it is stopped; for workers: "
            f"`{block.function}.deploy(name={_title(block)}, work_pool_name=…)`",
        )

    def _drop(self, tree: cst.Module, module: str) -> None:
        """Names of a module that nothing needs any more are not imported."""
        for one in m.findall(tree, m.ImportFrom()):
            statement = cst.ensure_type(one, cst.ImportFrom)
            if statement.module is None or isinstance(statement.names, cst.ImportStar):
                continue
            if code_of(statement.module) == module or code_of(statement.module).startswith(f"{module}."):
                for alias in statement.names:
                    self.imports.drop_unused(code_of(statement.module), alias.evaluated_name)


def _title(block: Block) -> str:
    name = block.argument("name")
    return code_of(rightly(name)) if name is not None else f'"{block.function}"'


def _deployed(title: str, config: cst.BaseExpression) -> str:
    """The arguments of `deploy` that say what a run configuration says."""
    said = [f"name={title}"]
    if not isinstance(config, cst.Call):
        return f"{said[0]}, work_pool_name=…, job_variables=…"
    kind = code_of(config.func).rpartition(".")[2]
    pools = {"DockerRun": "docker", "KubernetesRun": "kubernetes", "ECSRun": "ecs", "VertexRun": "vertex-ai"}
    said.append(f'work_pool_name="{pools.get(kind, "process")}"')
    told = {arg.keyword.value: code_of(arg.value) for arg in config.args if arg.keyword is not None}
    if "image" in told:
        said.append(f"image={told['image']}")
    variables = [f'"{name}": {told[name]}' for name in ("env", "working_dir", "cpu", "memory") if name in told]
    if variables:
        said.append(f"job_variables={{{', '.join(variables)}}}")
    if "labels" in told:
        said.append(f"tags={told['labels']}")
    return ", ".join(said)
