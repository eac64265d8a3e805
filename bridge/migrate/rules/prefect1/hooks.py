"""State handlers become hooks."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, named, with_arguments
from bridge.migrate.nodes import code_of, has_comment
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.blocks import FLOW
from bridge.migrate.rules.prefect1.task_arguments import TASK
from bridge.migrate.rules.prefect1.task_classes import task_classes
from bridge.migrate.scopes import nearest, parents

METHODS = {"is_successful": "is_completed", "is_finished": "is_final"}
"""What a state is asked for by another name."""

_TO_LOOK_AT = (
    "; look at `{}`, which is not in this file: its second argument is the run, not the state before, and "
    "`is_successful()` of a state is `is_completed()`"
)


class Hooks(Rule):
    """`state_handlers=[notify]` becomes `on_completion=[notify], on_failure=[notify]`; `on_failure=alert` a list.

    A hook takes three arguments, as a state handler does: what ran, its run (Prefect 1: the state before) and the
    state. It is called when a run has ended, not for each change, and what it returns is not used. `on_failure` of
    Prefect 1 takes two: a function of the same file gets the run between them. A handler that looks at the state
    before stays. One of another file is to be looked at. What no task of its file takes is a handler if its arguments
    are called as in Prefect 1's documentation: `def notify(task, old_state, new_state)`.
    """

    name = "prefect1/hooks"
    words = ("state_handlers", "on_failure", "new_state")
    pairs = (
        Pair(
            "from prefect import task\n\ndef tell(task, old_state, new_state):\n    if new_state.is_successful():\n"
            "        print(task.name)\n    return new_state\n\n@task(name='a', state_handlers=[tell])\ndef a(): ...\n",
            "from prefect import task\n\ndef tell(task, old_state, new_state):\n    if new_state.is_completed():\n"
            "        print(task.name)\n    return new_state\n\n"
            "@task(name='a', on_completion=[tell], on_failure=[tell])\ndef a(): ...\n",
            ("direct", "approximate"),
        ),
        Pair(
            "from prefect import task\n\ndef tell(task, old, new):\n    if isinstance(new.result, OSError):\n"
            "        print(task)\n\n@task(state_handlers=[tell])\ndef a(): ...\n",
            "from prefect import task\n\ndef tell(task, old, new):\n"
            "    if isinstance(new.result(raise_on_failure=False), OSError):\n"
            "        print(task)\n\n@task(on_completion=[tell], on_failure=[tell])\ndef a(): ...\n",
            ("approximate", "approximate"),
        ),
        Pair(
            "from prefect import task\n\ndef tell(task, state): ...\n\n@task(on_failure=tell)\ndef a(): ...\n",
            "from prefect import task\n\ndef tell(task, run, state): ...\n\n@task(on_failure=[tell])\ndef a(): ...\n",
            ("direct",),
        ),
        Pair(
            "from prefect import task\n\ndef tell(task, old, new):\n    print(old.message)\n\n"
            "@task(state_handlers=[tell])\ndef a(): ...\n",
            kinds=("manual",),
        ),
        Pair(
            "from prefect.engine.signals import LOOP\n\ndef tell(obj, old_state, new_state):\n"
            "    if new_state.is_successful():\n        print(new_state.result)\n",
            "from prefect.engine.signals import LOOP\n\ndef tell(obj, old_state, new_state):\n"
            "    if new_state.is_completed():\n        print(new_state.result(raise_on_failure=False))\n",
            ("direct", "approximate"),
        ),
        Pair(
            "import prefect\n\ndef tell(obj, old_state, new_state):\n    print(old_state, new_state.is_successful())\n",
            kinds=("manual",),
            says="def tell(obj, run, state)",
        ),
        Pair(
            "import prefect\n\nclass Light:\n    def turned(self, old_state, new_state):\n"
            "        return new_state.result\n"
        ),
        Pair("from prefect import task\n\n@task(on_failure=[tell])\ndef a(): ...\n"),
        Pair(
            "from prefect import task\nfrom handlers import tell\n\n@task(state_handlers=[tell])\ndef a(): ...\n",
            "from prefect import task\nfrom handlers import tell\n\n"
            "@task(on_completion=[tell], on_failure=[tell])\ndef a(): ...\n",
            ("approximate",),
            says="look at `tell`, which is not in this file",
        ),
        Pair(
            "from prefect import task\nfrom handlers import tell\n\n@task(on_failure=tell)\ndef a(): ...\n",
            "from prefect import task\nfrom handlers import tell\n\n@task(on_failure=[tell])\ndef a(): ...\n",
            ("approximate",),
            says="`def tell(task, run, state)`",
        ),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the handlers that the file defines."""
        self._classes = task_classes(self, node)
        functions = [cst.ensure_type(one, cst.FunctionDef) for one in m.findall(node, m.FunctionDef())]
        self._functions = {one.name.value: one for one in functions}
        self._handlers: set[str] = set()
        self._widened: set[str] = set()
        taken: set[str] = set()
        for one in m.findall(node, m.Call()):
            call = cst.ensure_type(one, cst.Call)
            if self._takes_hooks(call.func):
                self._find(call)
                taken.update(_listed(argument(call, "state_handlers")))
        for name, function in self._functions.items():
            is_method = nearest(self, function, cst.ClassDef) is not None
            if name not in taken and not is_method and _is_for_elsewhere(function):
                self._find_for_elsewhere(name, function)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802  LibCST's
        """Hooks in the place of handlers."""
        if not self._takes_hooks(original_node.func) or not self._is_understood(original_node):
            return updated_node
        args: list[cst.Arg] = []
        for arg in updated_node.args:
            name = arg.keyword.value if arg.keyword is not None else ""
            if name == "state_handlers":
                hooks = arg.value
                args += [named("on_completion", hooks), named("on_failure", hooks)]
                note = f"`on_completion={code_of(hooks)}, on_failure={code_of(hooks)}`: called when a run has ended"
                away = [one for one in _listed(arg) if one not in self._functions]
                note += f"{_TO_LOOK_AT.format(code_of(hooks).strip('[]'))}" if away or not _listed(arg) else ""
                self.report("approximate", original_node, self.code(arg), note)
            elif name == "on_failure" and isinstance(arg.value, cst.Name):
                args.append(arg.with_changes(value=cst.List([cst.Element(arg.value)])))
                if arg.value.value in self._functions:
                    self.report("direct", original_node, self.code(arg), "a list of hooks")
                else:
                    note = f"a list of hooks; one takes three arguments: `def {arg.value.value}(task, run, state)`"
                    self.report("approximate", original_node, self.code(arg), note)
            else:
                args.append(arg)
        return (
            with_arguments(updated_node, args)
            if len(args) != len(updated_node.args)
            else updated_node.with_changes(args=args)
        )

    def leave_FunctionDef(  # noqa: N802  LibCST's
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """A hook takes the run, too."""
        if original_node.name.value not in self._widened:
            return updated_node
        first, second = updated_node.params.params
        taken = {first.name.value, second.name.value}
        run = cst.Param(cst.Name("run" if "run" not in taken else "task_run"), comma=first.comma)
        return updated_node.with_changes(params=updated_node.params.with_changes(params=[first, run, second]))

    def leave_Attribute(  # noqa: N802  LibCST's
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """What a handler asks of a state."""
        asked, above = original_node.attr.value, next(parents(self, original_node))
        is_called = isinstance(above, cst.Call) and above.func is original_node
        if asked not in {*METHODS, "result"} or not self._is_state(original_node.value):
            return updated_node
        if asked in METHODS:
            self.report("direct", original_node, self.code(original_node), f"`{METHODS[asked]}`")
            return updated_node.with_changes(attr=cst.Name(METHODS[asked]))
        if is_called:
            return updated_node
        note = "a call: what the run gave, or the exception; of a flow, not the states of its tasks"
        self.report("approximate", original_node, self.code(original_node), note)
        return with_arguments(cst.Call(updated_node), [named("raise_on_failure", "False")])

    def _is_state(self, node: cst.BaseExpression) -> bool:
        """Whether a name is the state that a handler is given."""
        function = nearest(self, node, cst.FunctionDef)
        if not isinstance(node, cst.Name) or function is None or function.name.value not in self._handlers:
            return False
        return function.params.params[-1].name.value == node.value

    def _takes_hooks(self, func: cst.BaseExpression) -> bool:
        return self.means(func, *TASK, *FLOW) or (isinstance(func, cst.Name) and func.value in self._classes)

    def _find(self, call: cst.Call) -> None:
        if not self._is_understood(call):
            if argument(call, "state_handlers") is not None:
                how = "a hook has not the state before: `def hook(task, run, state)`, `@task(on_failure=[hook])`"
                self.report("manual", call, self.code(call), how)
            return
        handlers = argument(call, "state_handlers")
        for name in _listed(handlers):
            if name in self._functions:
                self._handlers.add(name)
        failing = argument(call, "on_failure")
        if failing is not None and isinstance(failing.value, cst.Name):
            function = self._functions.get(failing.value.value)
            if function is not None and len(function.params.params) == 2:
                self._handlers.add(failing.value.value)
                self._widened.add(failing.value.value)

    def _find_for_elsewhere(self, name: str, function: cst.FunctionDef) -> None:
        first, before, _ = function.params.params
        if _names(function.body, before.name.value):
            how = f"a hook has not the state before: `def {name}({first.name.value}, run, state)`"
            self.report("manual", function, f"def {name}", how)
        else:
            self._handlers.add(name)

    def _is_understood(self, call: cst.Call) -> bool:
        """Whether the handlers of a call can be hooks."""
        handlers = argument(call, "state_handlers")
        if has_comment(call):
            return False
        for name in _listed(handlers):
            function = self._functions.get(name)
            if function is None:
                continue
            params = function.params.params
            if len(params) != 3 or _names(function.body, params[1].name.value):
                return False
        return True


def _listed(arg: cst.Arg | None) -> list[str]:
    if arg is None or not isinstance(arg.value, cst.List):
        return []
    return [one.value.value for one in arg.value.elements if isinstance(one.value, cst.Name)]


def _is_for_elsewhere(function: cst.FunctionDef) -> bool:
    """Whether a function's arguments are called as those of state handlers are in Prefect 1's documentation."""
    return [one.name.value for one in function.params.params][1:] == ["old_state", "new_state"]


def _names(body: cst.CSTNode, name: str) -> bool:
    return bool(m.findall(body, m.Name(name)))
