"""What decorators and `with_options` say."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from bridge.migrate.arguments import bare_decorator, call_of, keyword, named, renamed, with_arguments
from bridge.migrate.finding import Kind
from bridge.migrate.kinds import Parents
from bridge.migrate.nodes import code_of, has_comment, lost_comments, number_of
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.experiments import Experiment, experiment_in
from bridge.migrate.rules.zenml.names import Made, ZenRule

GONE: dict[str, tuple[Kind, str]] = {
    "experiment_tracker": ("direct", "taken out: the flow's run is an MLflow run, and what tasks log goes there"),
    "output_materializers": (
        "approximate",
        "taken out: how a value is stored goes by its type. A class of yours is registered by "
        "`@bridge.materializer(Type)`",
    ),
    "step_operator": (
        "approximate",
        "taken out: where tasks run is the flow's task runner, `@flow(task_runner=…)`, or its work pool",
    ),
    "settings": (
        "approximate",
        "taken out: images, packages and resources belong to the deployment, "
        "`flow.deploy(…, work_pool_name=…, image=…, job_variables={…})`",
    ),
    "extra": ("approximate", "taken out: give it as a parameter, or note it with `bridge.log_metadata({…})`"),
    "tags": ("approximate", "taken out: tags of a run are set by `with prefect.tags(…):` around the call"),
    "enable_artifact_metadata": ("direct", "taken out: facts about values are always kept"),
    "enable_artifact_visualization": ("approximate", "taken out: `Artifact(name, preview=False)` keeps no preview"),
    "enable_step_logs": ("direct", "taken out: logs are Prefect's, `log_prints=True` adds what is printed"),
    "enable_pipeline_logs": ("direct", "taken out: logs are Prefect's"),
    "substitutions": (
        "approximate",
        'taken out: where a name has a placeholder, say the name, `.with_options(output="name")`',
    ),
    "unlisted": ("direct", "taken out"),
    "build": ("approximate", "taken out: the image belongs to the deployment, `flow.deploy(…, image=…)`"),
    "prevent_build_reuse": ("direct", "taken out"),
    "dynamic": ("direct", "taken out: every flow of Prefect's is"),
    "execution_mode": ("approximate", "taken out: a task that fails ends its flow unless the flow goes on by itself"),
    "environment": ("approximate", "taken out: variables belong to the deployment, `job_variables={'env': {…}}`"),
    "secrets": ("approximate", "taken out: `prefect.blocks.system.Secret.load(name).get()` where it is needed"),
    "runtime": ("direct", "taken out"),
    "heartbeat_healthy_threshold": ("direct", "taken out"),
}
"""Arguments without a place on Prefect's decorators."""

ELSEWHERE = {"schedule", "config_path", "parameters"}
"""Arguments that rules of their own take."""

KEPT = {"name", "model"}


class Options(ZenRule):
    """`enable_cache` becomes a cache policy, retries and hooks become Prefect's, and what has no place is taken out.

    ZenML finds unchanged steps unless it is told not to; bridge does so where it is told to: on a task with
    `cache_policy=CONTENT`, in a flow with `cache="content"`, in a project with `[tool.bridge] cache = "content"`.
    A pipeline that says nothing becomes a flow that says nothing, and the finding says what to add.

    A pipeline is called as its function is; Prefect would write hyphens in the place of underscores, so the name is
    said.

    ZenML calls a hook without arguments, or with the exception; Prefect calls it with the task, its run and the state.
    """

    name = "zenml/options"
    words = ("zenml", "with_options")
    pairs = (
        Pair(
            "from zenml import step\n\n\n@step(enable_cache=False)\ndef load(): ...\n",
            "from zenml import step\nfrom prefect.cache_policies import NO_CACHE\n\n\n"
            "@step(cache_policy=NO_CACHE)\ndef load(): ...\n",
            ("direct",),
        ),
        Pair(
            'from zenml import step\n\n\n@step(experiment_tracker="mlflow", enable_cache=on)\ndef load(): ...\n',
            "from zenml import step\nfrom bridge import CONTENT\nfrom prefect.cache_policies import NO_CACHE\n\n\n"
            "@step(cache_policy=CONTENT if on else NO_CACHE)\ndef load(): ...\n",
            ("direct", "direct"),
        ),
        Pair(
            "from zenml import pipeline\n\n\n@pipeline(\n    enable_cache=True,\n    settings={'docker': docker},\n)\n"
            "def main(): ...\n",
            'from zenml import pipeline\n\n\n@pipeline(\n    cache="content",\n)\ndef main(): ...\n',
            ("direct", "approximate"),
            says="job_variables",
        ),
        Pair(
            "from zenml import pipeline\n\n\n@pipeline\ndef ml_pipeline(): ...\n",
            'from zenml import pipeline\n\n\n@pipeline(name="ml_pipeline")\ndef ml_pipeline(): ...\n',
            ("approximate",),
        ),
        Pair(
            "from zenml import pipeline\n\n\n@pipeline\ndef main(): ...\n\n\nmain.with_options(run_name='x')()\n",
            "from zenml import pipeline\n\n\n@pipeline\ndef main(): ...\n\n\nmain.with_options(flow_run_name='x')()\n",
            ("approximate", "direct"),
            says='cache="content"',
        ),
        Pair(
            "from zenml import step\nfrom zenml.config.retry_config import StepRetryConfig\n\n\n"
            "@step(retry=StepRetryConfig(max_retries=3, delay=10, backoff=2))\ndef load(): ...\n",
            "from zenml import step\nfrom zenml.config.retry_config import StepRetryConfig\n\n\n"
            "@step(retries=3, retry_delay_seconds=[10, 20, 40])\ndef load(): ...\n",
            ("direct",),
        ),
        Pair(
            "from zenml import step\n\n\ndef tell(error): ...\n\n\n@step(on_failure=tell)\ndef load(): ...\n",
            "from zenml import step\n\n\ndef tell(error): ...\n\n\n"
            "@step(on_failure=[lambda task, run, state: tell(state.result(raise_on_failure=False))])\n"
            "def load(): ...\n",
            ("approximate",),
        ),
        Pair(
            "from zenml import step\n\n\n@step(\n    settings=docker,  # for the GPU\n)\ndef load(): ...\n",
            "from zenml import step\n\n\n# for the GPU\n@step\ndef load(): ...\n",
            ("approximate",),
        ),
        Pair(
            "from zenml import pipeline\n\n\n@pipeline(enable_cache=True)\ndef main(): ...\n\n\n"
            "main.with_options(run_name='x', **options)(1)\n",
            "from zenml import pipeline\nfrom bridge.migrate.zenml.pipelines import configured\n\n\n"
            "@pipeline(cache=\"content\")\ndef main(): ...\n\n\nconfigured(main, run_name='x', **options)(1)\n",
            ("direct", "approximate"),
            says="stand-in",
        ),
        Pair(
            "from zenml import pipeline, step\n\nnamed = {'experiment_tracker': Settings(experiment_name='b')}\n\n\n"
            "@step(settings={'experiment_tracker.mlflow': {'experiment_name': 'a'}})\ndef load(): ...\n\n\n"
            "@pipeline(settings=named, enable_cache=False)\ndef main(): ...\n",
            "from zenml import pipeline, step\n\nnamed = {'experiment_tracker': Settings(experiment_name='b')}\n\n\n"
            "@step\ndef load(): ...\n\n\n@pipeline(experiment='b', cache=\"off\")\ndef main(): ...\n",
            ("approximate", "direct", "direct"),
            says="@flow(experiment='a')",
        ),
        Pair(
            "from zenml import pipeline\n\n\n@pipeline(\n    enable_cache=True,\n"
            "    settings={'docker': docker, 'experiment_tracker.mlflow': {'experiment_name': NAME}},  # ours\n)\n"
            "def main(): ...\n",
            'from zenml import pipeline\n\n\n@pipeline(\n    cache="content",\n    experiment=NAME,  # ours\n)\n'
            "def main(): ...\n",
            ("direct", "approximate"),
            says="job_variables",
        ),
        Pair("from zenml import step\n\n\n@step(name='load')\ndef load_data(): ...\n"),
        Pair("import zenml\n\nmain.with_options(enable_cache=False)()\n"),
    )

    def leave_Decorator(self, original_node: cst.Decorator, updated_node: cst.Decorator) -> cst.Decorator:  # noqa: N802
        """Change the decorator's arguments."""
        made = self.decorates(original_node)
        if made is None:
            return updated_node
        call, now = original_node.decorator, updated_node.decorator
        if made != "step" and not (isinstance(call, cst.Call) and keyword(call, "enable_cache")):
            self.report(
                "approximate",
                original_node,
                self.code(original_node),
                'ZenML finds unchanged steps by itself; here say so, `@flow(cache="content")` or '
                '`[tool.bridge] cache = "content"`',
            )
        if isinstance(call, cst.Call) and isinstance(now, cst.Call):
            now = self._changed(call, now, made)
        name = self._own_name(original_node) if made != "step" else None
        if name is not None:
            now = now if isinstance(now, cst.Call) else cst.Call(now)
            now = with_arguments(now, [named("name", f'"{name}"'), *now.args])
        made_of = bare_decorator(updated_node.with_changes(decorator=now))
        above = lost_comments(updated_node, made_of)
        return made_of.with_changes(leading_lines=[*made_of.leading_lines, *above])

    def _own_name(self, decorator: cst.Decorator) -> str | None:
        """The name of a pipeline that says none, where Prefect would write it with hyphens."""
        call, function = decorator.decorator, self.get_metadata(Parents, decorator)
        if isinstance(call, cst.Call) and (
            keyword(call, "name") or any(arg.star or not arg.keyword for arg in call.args)
        ):
            return None
        name = function.name.value if isinstance(function, cst.FunctionDef) else ""
        return name if "_" in name else None

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Change the arguments of `with_options`."""
        function = original_node.func
        if not isinstance(function, cst.Attribute) or function.attr.value not in {"with_options", "configure"}:
            return updated_node
        made = self.made_of(function.value)
        if made is None:
            return updated_node
        if function.attr.value == "configure" and isinstance(self.get_metadata(Parents, original_node), cst.Expr):
            self.report(
                "manual", original_node, self.code(original_node), "write `name = name.with_options(…)` instead"
            )
            return updated_node
        if made != "step" and self._is_unseen(original_node):
            self.report("approximate", original_node, self.code(original_node),
                        "what it is given is not seen: bridge's stand-in takes ZenML's options, and its call gives the "
                        "run; write Prefect's, `.with_options(flow_run_name=…)`")  # fmt: skip
            self.imports.add("bridge.migrate.zenml.pipelines", "configured")
            return call_of("configured", [cst.Arg(function.value), *updated_node.args])
        changed = self._changed(original_node, updated_node, made)
        if function.attr.value == "configure":
            changed = changed.with_changes(func=function.with_changes(attr=cst.Name("with_options")))
        empty = not changed.args and original_node.args and not has_comment(changed)
        return function.value if empty else changed

    def _is_unseen(self, call: cst.Call) -> bool:
        """Whether options are given by a dictionary, and can be handed on."""
        stars = [arg.star for arg in call.args if arg.star]
        return stars == ["**"] and not has_comment(call) and self.bindings.is_free("configured", but="bridge")

    def _changed(self, call: cst.Call, now: cst.Call, made: Made) -> cst.Call:
        arguments: list[cst.Arg] = []
        for arg, inner in zip(call.args, now.args, strict=True):
            arguments.extend(self._into(arg, inner, made))
        return now if arguments == list(now.args) else with_arguments(now, arguments)

    def _into(self, arg: cst.Arg, now: cst.Arg, made: Made) -> Sequence[cst.Arg]:
        """What stands in the place of an argument."""
        option = arg.keyword.value if arg.keyword is not None else ""
        if option in KEPT | ELSEWHERE or option in _OURS:
            return [now]
        if not option:
            if arg.star:
                self.report("manual", arg, self.code(arg), "what it holds is not seen: its keys are Prefect's now")
            return [now]
        if option == "enable_cache":
            return [self._cached(arg, now, made)]
        if option in {"model_version", "model_config"}:
            return [renamed(now, "model")]
        if option == "run_name" and made != "step":
            self.report("direct", arg, self.code(arg), "becomes `flow_run_name`")
            return [renamed(now, "flow_run_name")]
        if option == "retry":
            return self._retried(arg, now)
        if option in {"on_failure", "on_success"}:
            return self._hooked(arg, now, made)
        if option == "settings":
            tracked = experiment_in(arg.value, self.bindings)
            if tracked is not None:
                return self._tracked(arg, now, tracked, made)
        return self._gone(arg, now, option)

    def _tracked(self, arg: cst.Arg, now: cst.Arg, said: Experiment, made: Made) -> Sequence[cst.Arg]:
        """Settings of a tracker: the experiment is the flow's."""
        name = code_of(said.name) if said.name is not None else '"name"'
        rest = "" if said.is_all else f"; the rest is {GONE['settings'][1]}"
        if has_comment(arg) and not isinstance(self._whose(arg), cst.Decorator):
            self.report("manual", arg, self.code(arg), f"a comment stands at it; write `experiment={name}`{rest}")
            return [now]
        if made == "step" or said.name is None:
            note = f"taken out: the MLflow experiment is the flow's, write `@flow(experiment={name})`{rest}"
            self.report("approximate", arg, self.code(arg), note)
            return []
        note = f"becomes `experiment`, of MLflow{rest}"
        self.report("direct" if said.is_all else "approximate", arg, self.code(arg), note)
        return [renamed(now, "experiment", said.name)]

    def _gone(self, arg: cst.Arg, now: cst.Arg, option: str) -> Sequence[cst.Arg]:
        if option not in GONE:
            self.report("manual", arg, self.code(arg), "Prefect's decorator has no such argument: take it out")
            return [now]
        if has_comment(arg) and not isinstance(self._whose(arg), cst.Decorator):
            self.report("manual", arg, self.code(arg), f"a comment stands at it; to be {GONE[option][1]}")
            return [now]
        self.report(GONE[option][0], arg, self.code(arg), GONE[option][1])
        return []

    def _whose(self, arg: cst.Arg) -> cst.CSTNode:
        return self.get_metadata(Parents, self.get_metadata(Parents, arg))

    def _cached(self, arg: cst.Arg, now: cst.Arg, made: Made) -> cst.Arg:
        value = now.value
        words = ("CONTENT", "NO_CACHE") if made == "step" else ('"content"', '"off"')
        known = {"True": words[0], "False": words[1]}.get(value.value) if isinstance(value, cst.Name) else None
        if made == "step":
            if known != "NO_CACHE":
                self.imports.add("bridge", "CONTENT")
            if known != "CONTENT":
                self.imports.add("prefect.cache_policies", "NO_CACHE")
        name = "cache_policy" if made == "step" else "cache"
        yes, no = map(cst.parse_expression, words)
        made_of = cst.parse_expression(known) if known else cst.IfExp(test=value, body=yes, orelse=no)
        self.report("direct", arg, self.code(arg), f"becomes `{name}`")
        return renamed(now, name, made_of)

    def _retried(self, arg: cst.Arg, now: cst.Arg) -> Sequence[cst.Arg]:
        call = now.value
        if not isinstance(call, cst.Call) or has_comment(arg):
            self.report("manual", arg, self.code(arg), "write `retries=…, retry_delay_seconds=…`")
            return [now]
        times, delay, backoff = (keyword(call, one) for one in ("max_retries", "delay", "backoff"))
        made = [named("retries", times.value if times else cst.Integer("1"))]
        if delay is not None:
            made.append(named("retry_delay_seconds", _delays(times, delay, backoff)))
        self.report("direct", arg, self.code(arg), "becomes `retries`")
        return [*made[:-1], made[-1].with_changes(comma=now.comma, whitespace_after_arg=now.whitespace_after_arg)]

    def _hooked(self, arg: cst.Arg, now: cst.Arg, made: Made) -> Sequence[cst.Arg]:
        option = arg.keyword.value if arg.keyword else ""
        name = "on_completion" if option == "on_success" else option
        hook = now.value
        if not isinstance(hook, (cst.Name, cst.Attribute)) or (isinstance(hook, cst.Name) and hook.value == "None"):
            self.report("manual", arg, self.code(arg), f"write `{name}=[hook]` with `def hook(task, run, state)`")
            return [now]
        takes = self.arity(hook.value, arg) if isinstance(hook, cst.Name) else None
        given = "state.result(raise_on_failure=False)" if takes == 1 and option == "on_failure" else ""
        of = "task" if made == "step" else "flow"
        text = f"[lambda {of}, run, state: {code_of(hook)}({given})]"
        how = "" if takes is not None else "; it is taken to be one without arguments"
        scope = "" if made == "step" else "; it is called for the flow, not for each of its steps"
        self.report("approximate", arg, self.code(arg), f"becomes `{name}`, called in the run's process{how}{scope}")
        return [renamed(now, name, cst.parse_expression(text))]


_OURS = {"cache", "cache_policy", "retries", "retry_delay_seconds", "on_completion", "flow_run_name", "experiment"}


def _delays(times: cst.Arg | None, delay: cst.Arg, backoff: cst.Arg | None) -> cst.BaseExpression:
    """Seconds before each try; one for all where they are the same, or not known."""
    first, factor, count = number_of(delay), number_of(backoff), number_of(times)
    if first is None or factor is None or count is None or factor == 1 or not 1 < count <= 20:
        return delay.value
    return cst.parse_expression(str([int(first * factor**number) for number in range(int(count))]))
