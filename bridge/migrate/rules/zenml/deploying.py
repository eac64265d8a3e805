"""Schedules and files of configuration."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.arguments import call_of, keyword, named, without
from bridge.migrate.kinds import Parents
from bridge.migrate.nodes import code_of, has_comment
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

SCHEDULE = ("zenml.config.schedule.Schedule", "zenml.pipelines.Schedule", "zenml.config.Schedule",
            "zenml.pipelines.schedule.Schedule")  # fmt: skip
WORDS = {"cron_expression": "cron", "interval_second": "interval"}


class Deploying(ZenRule):
    """`with_options(schedule=Schedule(cron_expression="…"))()` becomes `serve(cron="…")`, which stays and runs it.

    With a work pool it is `deploy(name, work_pool_name=…, cron=…)`. Of `with_options(config_path="c.yaml")()` the
    file's `parameters` are given to the flow; what it says of steps, settings and caching has to be said in code.
    Where a variable holds what `with_options(config_path=…)` gives, bridge's stand-in for ZenML reads the file.
    """

    name = "zenml/deploying"
    words = ("with_options", "configure")
    pairs = (
        Pair(
            "from zenml import pipeline\nfrom zenml.config.schedule import Schedule\n\n\n"
            "@pipeline\ndef main(a): ...\n\n\n"
            "main.with_options(schedule=Schedule(cron_expression='0 * * * *'))(a=1)\n",
            "from zenml import pipeline\nfrom zenml.config.schedule import Schedule\n\n\n"
            "@pipeline\ndef main(a): ...\n\n\n"
            "main.serve(cron='0 * * * *', parameters=dict(a=1))\n",
            ("approximate",),
            says="stays",
        ),
        Pair(
            "from zenml import pipeline\n\n\n@pipeline\ndef main(a): ...\n\n\n"
            "main.with_options(config_path='c.yaml')()\n",
            "from zenml import pipeline\nfrom pathlib import Path\nimport yaml\n\n\n@pipeline\ndef main(a): ...\n\n\n"
            "main(**(yaml.safe_load(Path('c.yaml').read_text()).get(\"parameters\") or {}))\n",
            ("approximate",),
            says="parameters",
        ),
        Pair(
            "from zenml import pipeline\n\n\n@pipeline\ndef main(a): ...\n\n\n"
            "main.with_options(config_path=path, enable_cache=False)(a=1, **more)\n",
            "from zenml import pipeline\nfrom pathlib import Path\nimport yaml\n\n\n@pipeline\ndef main(a): ...\n\n\n"
            "main.with_options(enable_cache=False)"
            '(**{**(yaml.safe_load(Path(path).read_text()).get("parameters") or {}), **dict(a=1, **more)})\n',
            ("approximate",),
        ),
        Pair(
            "from zenml import pipeline\n\n\n@pipeline\ndef main(a): ...\n\n\n"
            "main.with_options(schedule=daily)()\nlater = main.with_options(config_path='c.yaml')\n",
            "from zenml import pipeline\nfrom bridge.migrate.zenml.pipelines import configured\n\n\n"
            "@pipeline\ndef main(a): ...\n\n\n"
            "main.with_options(schedule=daily)()\nlater = configured(main, config_path='c.yaml')\n",
            ("manual", "approximate"),
        ),
        Pair(
            "from zenml import pipeline\n\n\n@pipeline\ndef main(a): ...\n\n\n"
            "main.with_options(config_path=None)(a=1)\n",
            "from zenml import pipeline\n\n\n@pipeline\ndef main(a): ...\n\n\nmain(a=1)\n",
            ("direct",),
        ),
        Pair("main.with_options(config_path='c.yaml')()\n"),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Change the call of what `with_options` gives."""
        if self._is_options(original_node):
            parent = self.get_metadata(Parents, original_node)
            if isinstance(parent, cst.Assign) and self._is_handed_on(original_node):
                return self._on_stand_in(original_node, updated_node)
            if not (isinstance(parent, cst.Call) and parent.func is original_node and self._is_clear(parent)):
                self.report("manual", original_node, self.code(original_node),
                            "write `main.serve(cron=…)` for a schedule; read a file's `parameters` by "
                            "`yaml.safe_load(…)` and give them to the flow")  # fmt: skip
            return updated_node
        inner = original_node.func
        if not (isinstance(inner, cst.Call) and self._is_options(inner) and self._is_clear(original_node)):
            return updated_node
        now = cst.ensure_type(updated_node.func, cst.Call)
        if keyword(now, "schedule") is not None:
            return self._served(original_node, updated_node, now)
        return self._configured(original_node, updated_node, now)

    def _is_options(self, node: cst.Call) -> bool:
        function = node.func
        if not (isinstance(function, cst.Attribute) and function.attr.value in {"with_options", "configure"}):
            return False
        if not keyword(node, "schedule") and not keyword(node, "config_path"):
            return False
        return self.made_of(function.value) in {"pipeline", "legacy pipeline"}

    def _is_handed_on(self, node: cst.Call) -> bool:
        """Whether the options are about a file, and the stand-in can take all of them."""
        is_plain = not keyword(node, "schedule") and not has_comment(node) and self.bindings.is_free("configured")
        return is_plain and self.made_of(cst.ensure_type(node.func, cst.Attribute).value) == "pipeline"

    def _on_stand_in(self, node: cst.Call, now: cst.Call) -> cst.BaseExpression:
        self.report("approximate", node, self.code(node), "the stand-in reads the file, and its call gives the run")
        self.imports.add("bridge.migrate.zenml.pipelines", "configured")
        return call_of("configured", [cst.Arg(cst.ensure_type(now.func, cst.Attribute).value), *now.args])

    def _is_clear(self, call: cst.Call) -> bool:
        """Whether a call of what `with_options` gives is understood."""
        options = cst.ensure_type(call.func, cst.Call)
        if has_comment(call) or any(arg.keyword is None and arg.star != "**" for arg in call.args):
            return False
        schedule = keyword(options, "schedule")
        if schedule is None:
            return True
        when = schedule.value
        if not (isinstance(when, cst.Call) and self.means(when.func, *SCHEDULE)):
            return False
        return len(when.args) == 1 and when.args[0].keyword is not None and when.args[0].keyword.value in WORDS

    def _served(self, node: cst.Call, now: cst.Call, options: cst.Call) -> cst.BaseExpression:
        schedule = keyword(options, "schedule")
        assert schedule is not None
        when = cst.ensure_type(schedule.value, cst.Call).args[0]
        assert when.keyword is not None
        arguments = [named(WORDS[when.keyword.value], when.value)]
        if now.args:
            arguments.append(named("parameters", cst.Call(cst.Name("dict"), now.args)))
        note = "`serve` stays and runs it; with a work pool, `main.deploy(name, work_pool_name=…, cron=…)`"
        self.report("approximate", node, self.code(node), note)
        return cst.Call(cst.Attribute(_rest(options, "schedule"), cst.Name("serve")), arguments)

    def _configured(self, node: cst.Call, now: cst.Call, options: cst.Call) -> cst.BaseExpression:
        path = keyword(options, "config_path")
        assert path is not None
        if isinstance(path.value, cst.Name) and path.value.value == "None":
            self.report("direct", node, self.code(node), "no file is given")
            return now.with_changes(func=_rest(options, "config_path"))
        self.imports.add("yaml")
        self.imports.add("pathlib", "Path")
        read = code_of(path.value)
        text = f'(yaml.safe_load(Path({read}).read_text()).get("parameters") or {{}})'
        if now.args:
            given = code_of(cst.Call(cst.Name("dict"), now.args))
            text = f"{{**{text}, **{given}}}"
        note = "the file's `parameters` are given; what it says of steps, settings and caching is not read"
        self.report("approximate", node, self.code(node), note)
        return now.with_changes(
            func=_rest(options, "config_path"), args=[cst.Arg(cst.parse_expression(text), star="**")]
        )


def _rest(options: cst.Call, name: str) -> cst.BaseExpression:
    """`main.with_options(…)` without one argument; `main` if none is left."""
    left = without(options, [name])
    return left if left.args else cst.ensure_type(options.func, cst.Attribute).value
