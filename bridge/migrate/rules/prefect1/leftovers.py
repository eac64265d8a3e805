"""What is left of Prefect 1 when its other rules are through."""

from __future__ import annotations

import re

import libcst as cst
import libcst.matchers as m

from bridge.migrate.nodes import code_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.blocks import FLOW
from bridge.migrate.scopes import parents

GONE = {
    "prefect.engine.results": "`@flow(persist_result=True, result_storage=…)` says where Prefect "
    "keeps results; bridge keeps its own",
    "prefect.engine": "Prefect 3 has no such module; states are in `prefect.states`, what runs in `prefect.runtime`",
    "prefect.executors": "`prefect.task_runners`, or `prefect_dask.DaskTaskRunner`",
    "prefect.storage": "a deployment says where its code is: `flow.from_source(…).deploy(…)`",
    "prefect.run_configs": "a deployment says how it runs: `flow.deploy(name=…, work_pool_name=…, job_variables={…})`",
    "prefect.environments": "a deployment says how it runs: `flow.deploy(name=…, work_pool_name=…, job_variables={…})`",
    "prefect.triggers": "call the task below `try: … except Exception:` or `finally:`",
    "prefect.backend": "the REST client: `get_client(sync_client=True)` (from prefect.client.orchestration)",
    "prefect.client": "the REST client: `get_client(sync_client=True)` (from prefect.client.orchestration)",
    "prefect.tasks.control_flow": "`if`, `for` and comprehensions, in the flow",
    "prefect.tasks.secrets": "`Secret.load(name).get()` (from prefect.blocks.system)",
    "prefect.tasks.prefect": "`run_deployment(name='flow/deployment')` (from prefect.deployments)",
    "prefect.tasks.core": "plain Python in the flow, or a task of your own",
    "prefect.utilities.notifications": "`SlackWebhook` (from prefect.blocks.notifications), or an automation",
    "prefect.utilities.graphql": "the REST client: `get_client(sync_client=True)` (from prefect.client.orchestration)",
    "prefect.utilities.debug": "a flow raises what fails: `flow()`",
    "prefect.utilities.tasks": "`task` and `unmapped` are in `prefect`",
    "prefect.utilities.edges": "`unmapped` is in `prefect`; a list in a list is flattened by a comprehension",
    "prefect.utilities.exceptions": "`prefect.exceptions`",
    "prefect.artifacts": "`create_link_artifact`, `create_markdown_artifact` (from prefect.artifacts)",
    "prefect.core": "`Flow` and `Task` are in `prefect`; a flow is a function below `@flow`",
    "prefect.schedules.clocks": "`Cron`, `Interval`, `RRule` (from prefect.schedules)",
    "prefect.schedules.filters": "say it in the cron text: `Cron('0 9 * * 1-5')` runs on weekdays",
    "prefect.schedules.schedules": "`Cron`, `Interval`, `RRule` (from prefect.schedules)",
    "prefect.schedules.adjustments": "say it in the cron text",
}
"""Modules of Prefect 1 that Prefect 3 has not, or not with these names."""

NAMES = {
    "prefect": {
        "Parameter",
        "DateTimeParameter",
        "case",
        "mapped",
        "flatten",
        "apply_map",
        "resource_manager",
        "Client",
    }
    | {"triggers", "config", "api", "models", "unmapped_"},
    "prefect.schedules": {"CronSchedule", "IntervalSchedule", "RRuleSchedule", "filters", "clocks", "adjustments"},
    "prefect.client": {"Client", "Secret"},
    "prefect.artifacts": {"create_link", "create_markdown", "update_link", "update_markdown"},
    "prefect.core": {"Flow", "Parameter", "Task", "Edge"},
}
"""Names that are gone from modules that are still there, or are there for other things."""

MOVED = ("create_markdown_artifact", "create_link_artifact")
"""What takes the same first argument in another module."""

BACKEND = {
    **dict.fromkeys(MOVED, "of prefect.artifacts"),
    "update_markdown_artifact": "`create_markdown_artifact(key=…, markdown=…)` (from prefect.artifacts) makes the next",
    "update_link_artifact": "`create_link_artifact(key=…, link=…)` (from prefect.artifacts) makes the next",
    "set_key_value": "`Variable.set(name, value)` (from prefect.variables)",
    "get_key_value": "`Variable.get(name)` (from prefect.variables)",
    "delete_key": "`Variable.unset(name)` (from prefect.variables)",
    "list_keys": "`get_client().read_variables()` (from prefect.client.orchestration)",
    "create_markdown": "`create_markdown_artifact(key=…, markdown=…)`, of the same module",
    "create_link": "`create_link_artifact(key=…, link=…)`, of the same module",
    "update_markdown": "`create_markdown_artifact(key=…, markdown=…)`, of the same module, makes the next",
    "update_link": "`create_link_artifact(key=…, link=…)`, of the same module, makes the next",
}
"""What these have in their place, which the rest of their modules has not."""

THERE = re.compile(r"prefect\.engine$")
"""Modules that Prefect 3 has, with other names."""


class Leftovers(Rule):
    """Imports of Prefect 1 that nothing needs any more are left out; what still needs one is reported.

    So is a `Flow(…)` that is filled by other means than a `with` block (`flow.set_dependencies`, `flow.add_task`), and
    a class derived from `Flow`.
    """

    name = "prefect1/leftovers"
    words = ("prefect",)
    pairs = (
        Pair(
            "from prefect import task, Parameter\nfrom prefect.engine.results import LocalResult\n\ntask(Parameter)\n",
            "from prefect import task, Parameter\n\ntask(Parameter)\n",
            ("manual",),
            says="`Parameter`",
        ),
        Pair(
            'from prefect import Flow\n\nflow = Flow("x")\nflow.set_dependencies(a)\n',
            kinds=("manual",),
            says="`@flow(name=",
        ),
        Pair("import prefect\n\nprefect.config.debug = True\n", kinds=("manual",)),
        Pair(
            "from prefect.engine.results import (\n    LocalResult,  # here\n    S3Result,  # there\n)\n\n"
            "keep(S3Result)\n",
            "# here\nfrom prefect.engine.results import (\n    S3Result,  # there\n)\n\nkeep(S3Result)\n",
            ("manual",),
        ),
        Pair(
            "from prefect.backend.artifacts import create_markdown_artifact\n\ncreate_markdown_artifact('# a')\n",
            "from prefect.artifacts import create_markdown_artifact\n\ncreate_markdown_artifact('# a')\n",
            ("approximate",),
        ),
        Pair("from prefect.artifacts import create_markdown_artifact\n\ncreate_markdown_artifact('# a')\n"),
        Pair(
            "from prefect.backend import get_key_value\n\nget_key_value('a')\n",
            kinds=("manual",),
            says="`Variable.get(name)`",
        ),
        Pair("from prefect import flow, task, get_run_logger\nfrom prefect.tasks import task_input_hash\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Which names are used, in the whole file."""
        self._used = {
            cst.ensure_type(one, cst.Name).value
            for one in m.findall(node, m.Name())
            if not isinstance(next(parents(self, one)), (cst.ImportAlias, cst.AsName))
            and not m.matches(next(parents(self, one)), m.Attribute(attr=m.Name(cst.ensure_type(one, cst.Name).value)))
        }

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802  LibCST's
        """An import of what is gone."""
        if node.relative or node.module is None:
            return
        module = code_of(node.module)
        if isinstance(node.names, cst.ImportStar):
            return
        for alias in node.names:
            instead = _instead(module, alias.evaluated_name)
            if instead is None:
                continue
            if module.startswith("prefect.backend") and alias.evaluated_name in MOVED:
                self.imports.move(module, alias.evaluated_name, to="prefect.artifacts")
                note = "from prefect.artifacts; with `key=…` its versions are listed together"
                self.report("approximate", node, f"`{alias.evaluated_name}`", note)
                continue
            self.imports.drop_unused(module, alias.evaluated_name)
            if (alias.evaluated_alias or alias.evaluated_name) in self._used:
                self.report(
                    "manual", node, f"`{alias.evaluated_name}` of `{module}`", f"is not in Prefect 3: {instead}"
                )

    def visit_Call(self, node: cst.Call) -> None:  # noqa: N802  LibCST's
        """A flow that is made in another way."""
        above = next(parents(self, node))
        if self.means(node.func, *FLOW) and not isinstance(above, cst.WithItem):
            how = "write a function: `@flow(name=…)`, and in it the calls of its tasks, in order"
            self.report("manual", node, self.code(node), f"a flow is made of a function: {how}")

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802  LibCST's
        """A class of flows."""
        if any(self.means(base.value, *FLOW) for base in node.bases):
            how = "write a function below `@flow`, and one that makes such functions, if there are many"
            self.report("manual", node, f"`class {node.name.value}(Flow)`", how)

    def visit_Attribute(self, node: cst.Attribute) -> None:  # noqa: N802  LibCST's
        """`prefect.config` and its like."""
        if isinstance(node.value, cst.Name) and self.means(node.value, "prefect"):
            name = node.attr.value
            if name in {"config", "Client", "triggers", "Parameter", "case", "engine", "storage", "run_configs"}:
                full = code_of(_whole(self, node))
                known = [one for one in GONE if full.startswith(one)]
                instead = GONE[max(known, key=len)] if known else _OTHER.get(name, "see the page on migrating")
                self.report("manual", node, f"`{full}`", f"is not in Prefect 3: {instead}")


_OTHER = {
    "config": "settings are `PREFECT_…` in the environment, or `prefect.settings`; your own are variables",
    "Client": "the REST client: `get_client(sync_client=True)` (from prefect.client.orchestration)",
    "Parameter": "an argument of the flow's function",
    "case": "`if` in the flow",
    "triggers": "call the task below `try: … except Exception:` or `finally:`",
}


def _instead(module: str, name: str) -> str | None:
    """What to write for a name that is gone; None if it is there."""
    if module == "prefect.artifacts" and name in MOVED:
        return None
    if (module.startswith("prefect.backend") or module == "prefect.artifacts") and name in BACKEND:
        return BACKEND[name]
    if name in NAMES.get(module, set()):
        return _OTHER.get(name) or GONE.get(module, "see the page on migrating")
    if module in NAMES or (THERE.match(module) and name not in {"signals", "state", "results", "executors"}):
        return None
    known = [one for one in GONE if module == one or module.startswith(f"{one}.")]
    best = max(known, key=len) if known else None
    return GONE[best] if best is not None and best not in NAMES else None


def _whole(rule: Rule, node: cst.Attribute) -> cst.CSTNode:
    """The longest dotted name that a name is the begin of."""
    whole: cst.CSTNode = node
    for one in parents(rule, node):
        if not (isinstance(one, cst.Attribute) and one.value is whole):
            break
        whole = one
    return whole
