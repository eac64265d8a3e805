"""Executors become task runners."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, named, names_of, renamed, with_arguments
from bridge.migrate.nodes import text_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.blocks import FLOW

_HOMES = tuple(
    f"{home}{module}"
    for home in ("prefect.executors", "prefect.engine.executors")
    for module in ("", ".dask", ".local")
)


def _anywhere(name: str) -> tuple[str, ...]:
    return tuple(f"{home}.{name}" for home in _HOMES)


_EVERY = (*_anywhere("LocalExecutor"), *_anywhere("LocalDaskExecutor"), *_anywhere("DaskExecutor"))
DASK = {"address", "cluster_class", "cluster_kwargs", "adapt_kwargs", "client_kwargs", "performance_report_path"}
"""Arguments that both have."""


class Executors(Rule):
    """`LocalDaskExecutor` becomes `ThreadPoolTaskRunner`, `DaskExecutor` becomes `DaskTaskRunner` of `prefect-dask`.

    `LocalDaskExecutor(scheduler="processes")` becomes `ProcessPoolTaskRunner`, `LocalExecutor` a `ThreadPoolTaskRunner`
    with one worker. A task runner runs what is mapped or submitted; tasks that are called run where the flow does, one
    after another. Where two calls should run at once, write `.submit(…)` and `.result()`.
    """

    name = "prefect1/executors"
    words = ("Executor",)
    pairs = (
        Pair(
            "from prefect import Flow\nfrom prefect.executors import LocalDaskExecutor\n\n"
            'with Flow("x", executor=LocalDaskExecutor(scheduler="threads", num_workers=8)) as flow:\n    a()\n',
            "from prefect import Flow\nfrom prefect.task_runners import ThreadPoolTaskRunner\n\n"
            'with Flow("x", task_runner=ThreadPoolTaskRunner(max_workers=8)) as flow:\n    a()\n',
            ("approximate",),
        ),
        Pair(
            "from prefect.engine.executors import DaskExecutor\n\nexecutor = DaskExecutor('tcp://localhost:8786')\n",
            "from prefect_dask import DaskTaskRunner\n\nexecutor = DaskTaskRunner(address='tcp://localhost:8786')\n",
            ("approximate",),
        ),
        Pair(
            "import prefect\n\nexecutor = prefect.executors.LocalExecutor()\n",
            "import prefect\nfrom prefect.task_runners import ThreadPoolTaskRunner\n\n"
            "executor = ThreadPoolTaskRunner(max_workers=1)\n",
            ("direct",),
        ),
        Pair(
            "from prefect.executors import DaskExecutor\n\nexecutor = DaskExecutor(debug=True)\n",
            kinds=("manual",),
        ),
        Pair("from concurrent.futures import ThreadPoolExecutor\n\nThreadPoolExecutor(2)\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Names that mean the same wherever they stand can be imported from elsewhere."""
        self._calls = [cst.ensure_type(one, cst.Call) for one in m.findall(node, m.Call())]

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802  LibCST's
        """A task runner in the place of an executor, and where it is given to a flow."""
        if self.means(original_node.func, *FLOW):
            args = [renamed(a, "task_runner") if _is_executor(a) else a for a in updated_node.args]
            return updated_node.with_changes(args=args)
        if not self.means(original_node.func, *_EVERY):
            return updated_node
        runner = self._runner_of(original_node)
        if runner is None:
            self.report(
                "manual", original_node, self.code(original_node), "write `@flow(task_runner=…)`, one of Prefect 3's"
            )
            return updated_node
        if self.means(original_node.func, *_anywhere("LocalExecutor")):
            self.report("direct", original_node, self.code(original_node), f"`{runner}`")
            return self._made(original_node, updated_node, runner, [named("max_workers", "1")])
        note = f"`{runner}`: what is mapped runs in it; write `.submit()` for the rest"
        self.report("approximate", original_node, self.code(original_node), note)
        if runner == "DaskTaskRunner":
            args = [renamed(arg, "address") if arg.keyword is None else arg for arg in updated_node.args]
        else:
            workers = argument(updated_node, "num_workers")
            args = [renamed(workers, "max_workers")] if workers is not None else []
        return self._made(original_node, updated_node, runner, args)

    def _is_understood(self, name: str) -> bool:
        """Whether all executors of a kind become the same."""
        return len({self._runner_of(call) for call in self._calls if self.means(call.func, name)}) == 1

    def _runner_of(self, call: cst.Call) -> str | None:
        """What an executor becomes; None if that is not known."""
        if self.means(call.func, *_anywhere("LocalExecutor")):
            return "ThreadPoolTaskRunner"
        if self.means(call.func, *_anywhere("LocalDaskExecutor")):
            scheduler = argument(call, "scheduler", 0)
            kind = text_of(scheduler.value) if scheduler is not None else "threads"
            if kind is None or names_of(call.args) - {"scheduler", "num_workers"}:
                return None
            return "ProcessPoolTaskRunner" if kind in {"processes", "multiprocessing"} else "ThreadPoolTaskRunner"
        if self.means(call.func, *_anywhere("DaskExecutor")):
            positional = [arg for arg in call.args if arg.keyword is None]
            return None if names_of(call.args) - DASK or len(positional) > 1 else "DaskTaskRunner"
        return None

    def _made(self, original: cst.Call, updated: cst.Call, runner: str, args: list[cst.Arg]) -> cst.Call:
        home = "prefect_dask" if runner == "DaskTaskRunner" else "prefect.task_runners"
        name = min(self.names(original.func))  # one of them, where it is imported twice
        module, _, plain = name.rpartition(".")
        if isinstance(original.func, cst.Name) and self._is_understood(name):
            self.imports.move(module, plain, to=home, called=runner)
        else:
            self.imports.add(home, runner)
        is_aliased = isinstance(original.func, cst.Name) and original.func.value != plain
        func = original.func if is_aliased else cst.Name(runner)
        return with_arguments(updated.with_changes(func=func), args)


def _is_executor(arg: cst.Arg) -> bool:
    return arg.keyword is not None and arg.keyword.value == "executor"
