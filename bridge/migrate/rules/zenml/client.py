"""What is asked of ZenML's server."""

from __future__ import annotations

from collections import Counter, defaultdict

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, call_of, only
from bridge.migrate.kinds import Parents
from bridge.migrate.nodes import code_of, has_comment, text_of
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.idle import idle
from bridge.migrate.rules.zenml.names import ZenRule
from bridge.migrate.rules.zenml.selectors import BROUGHT, is_id, selector
from bridge.migrate.scopes import parents

NAMES = ("name_id_or_prefix", "name", "model_name_or_id")
VERSIONS = ("version", "model_version_name_or_number_or_id")

VERSION_HAS = {"number", "name", "selector", "run_id", "tags", "aliases", "details", "uri"}
"""What bridge's version of a model has of what ZenML's has, or of what a rule before has written."""

VERSION = 'write `bridge.load("name@3")` for the value, `bridge artifacts show name@3` for the rest'
NOTES = {
    "get_artifact_version": VERSION,
    "get_artifact": VERSION,
    "list_artifact_versions": "`bridge artifacts name --json` lists versions",
    "list_artifacts": "`bridge artifacts --json` lists them",
    "delete_artifact_version": "`bridge artifacts delete name@3` does it",
    "prune_artifacts": "write `bridge.prune(…)`",
    "get_model_version": "write `bridge.models.get(\"name@production\")`",
    "get_model": "write `bridge.models.versions(\"name\")`",
    "list_model_versions": "write `bridge.models.versions(\"name\")`",
    "get_pipeline": "`bridge runs --flow name --json` lists runs; what one made is loaded by "
    "`bridge.load(\"name@run:<flow run id>\")`",
    "get_pipeline_run": "`bridge runs show <id> --json` shows it; what it made is loaded by "
    "`bridge.load(\"name@run:<flow run id>\")`",
    "list_pipeline_runs": "`bridge runs --json` lists runs",
    "get_secret": "write `Secret.load(\"name\").get()`, of `prefect.blocks.system`",
    "create_secret": "write `Secret(value={…}).save(\"name\")`, of `prefect.blocks.system`",
    "create_tag": "tags are made by `bridge.tag(\"name@3\", {\"key\": \"value\"})`",
    "active_stack": "there is no stack: the store is `BRIDGE_STORE`, the tracker `MLFLOW_TRACKING_URI`, and "
    "where flows run the work pool",
    "active_stack_model": "there is no stack: `bridge doctor` shows what is in force",
    "active_project": "there are no projects: a workspace is a store and a catalog",
    "active_user": "ask the operating system: `getpass.getuser()`",
    "zen_store": "there is no server of ZenML's; Prefect's is reached by `prefect.get_client()`",
    "trigger_pipeline": "write `prefect.deployments.run_deployment(\"flow/deployment\")`",
}  # fmt: skip


class Clients(ZenRule):
    """Loading by `Client()` becomes `load`, model versions `bridge.models.get`, secrets Prefect's `Secret` blocks.

    `Client().get_artifact_version("n").load()` is `load("n")`, also by a variable for the client, or one for the
    version that is only used to load it. A pipeline that gives such a version to a step gives its value. Everything
    else that is asked of the server has a note with what to write.
    """

    name = "zenml/client"
    words = ("Client",)
    pairs = (
        Pair(
            "from zenml.client import Client\n\nx = Client().get_artifact_version('n').load()\n",
            "from zenml.client import Client\nfrom bridge import load\n\nx = load('n')\n",
            ("direct",),
        ),
        Pair(
            "from zenml.client import Client\n\nclient = Client()\n"
            "found = client.get_artifact_version(name_id_or_prefix=NAME, version='2')\nuse(found.load())\n",
            "from zenml.client import Client\nfrom bridge import load\n\nclient = Client()\n"
            'found = load(f"{NAME}@2")\nuse(found)\n',
            ("direct",),
        ),
        Pair(
            "from zenml import pipeline\nfrom zenml.client import Client\n\n\n@pipeline\ndef main():\n"
            "    data = Client().get_artifact_version('n')\n    train(data, Client().get_artifact_version('m'))\n",
            "from zenml import pipeline\nfrom zenml.client import Client\nfrom bridge import load\n\n\n"
            "@pipeline\ndef main():\n    data = load('n')\n    train(data, load('m'))\n",
            ("direct", "direct"),
        ),
        Pair(
            "from zenml.client import Client\n\na = Client().get_artifact_version('first::make::output').load()\n"
            "b = Client().get_artifact_version('training::split::output_1', '2').load()\n",
            'from zenml.client import Client\nfrom bridge import load\n\na = load("first/make")\n'
            'b = load("training/split.1@2")\n',
            ("direct", "direct"),
        ),
        Pair(
            "from zenml.client import Client\n\n"
            "a = Client().get_artifact_version('8e2ea9a2-1b46-4e2b-9a4d-0c1f1e6a7b55').load()\n"
            "b = Client().get_artifact_version(model_id).load()\n",
            "from zenml.client import Client\nfrom bridge import load\n\n"
            "a = load('8e2ea9a2-1b46-4e2b-9a4d-0c1f1e6a7b55')\nb = load(model_id)\n",
            ("approximate", "approximate"),
            says="bridge migrate-data zenml",
        ),
        Pair(
            "from zenml.client import Client\n\nfound = Client().get_artifact_version('n')\nfound.load()\nfound.uri\n",
            None,
            ("manual",),
            says="bridge artifacts show",
        ),
        Pair(
            "from zenml.client import Client\n\nkey = Client().get_secret('s').secret_values['key']\n",
            "from zenml.client import Client\nfrom prefect.blocks.system import Secret\n\n"
            "key = Secret.load('s').get()['key']\n",
            ("approximate",),
            says="saved",
        ),
        Pair(
            "from zenml.client import Client\n\nv = Client().get_model_version('m', 'production')\nprint(v.number)\n",
            "from zenml.client import Client\nimport bridge.models\n\n"
            'v = bridge.models.get("m@production")\nprint(v.number)\n',
            ("approximate",),
        ),
        Pair(
            "from zenml.client import Client\n\nprint(Client().get_model_version('clf', 'rf').number)\n",
            'from zenml.client import Client\nimport bridge.models\n\nprint(bridge.models.get("clf@rf").number)\n',
            ("approximate",),
            says='bridge.promote("clf@3", to="rf")',
        ),
        Pair(
            "from zenml.client import Client\n\ntry:\n    v = Client().get_model_version('m')\nexcept KeyError:\n"
            "    v = None\nw = Client().get_model_version('m')\nprint(w.run_metadata)\n",
            None,
            ("manual", "manual"),
            says="bridge.models.get",
        ),
        Pair(
            "from zenml.client import Client\n\nrun = Client().get_pipeline('p').last_run\n",
            None,
            ("manual",),
            says="bridge runs",
        ),
        Pair(
            "from zenml.client import Client\n\ntracker = Client().active_stack.experiment_tracker\n"
            "if not tracker:\n    raise RuntimeError('none')\nstore = Client().active_stack.artifact_store\n"
            "print(store.path)\n",
            None,
            ("manual",),
            says="BRIDGE_STORE",
        ),
        Pair("from redis import Client\n\nClient().get_artifact_version('n').load()\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the variables that hold clients, and those that hold what is only loaded."""
        super().visit_Module(node)
        self.idle = idle(self, node)
        given = [arg for one in self.pipelines(node) for arg in m.findall(one, m.Arg()) if isinstance(arg, cst.Arg)]
        self.arguments = {*given}  # a step is given the value of a version that the pipeline has asked for
        self.given = Counter(arg.value.value for arg in given if isinstance(arg.value, cst.Name))
        self.read_of: defaultdict[str, set[str]] = defaultdict(set)
        for one in m.findall(node, m.Attribute(value=m.Name())):
            attribute = cst.ensure_type(one, cst.Attribute)
            self.read_of[cst.ensure_type(attribute.value, cst.Name).value].add(attribute.attr.value)
        self.loaded = {
            name
            for name, values in self.bindings.assigned.items()
            if all(self.asks(value, "get_artifact_version", "get_artifact") for value in values)
            and self.bindings.read[name] == _loads(node, name) + self.given[name]
        }

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Change what is asked."""
        function = original_node.func
        if isinstance(function, cst.Attribute) and function.attr.value == "load" and not original_node.args:
            if isinstance(function.value, cst.Name) and function.value.value in self.loaded:
                return function.value
            if self.asks(function.value, "get_artifact_version", "get_artifact"):
                # Its inner call has become `load(…)` by now, or stayed as it was.
                inner = cst.ensure_type(updated_node.func, cst.Attribute).value
                return updated_node if inner.deep_equals(function.value) else inner
        if self.asks(original_node, *NOTES) and original_node not in self.idle:
            return self._asked(original_node, updated_node)
        return updated_node

    def leave_Subscript(  # noqa: N802
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        """Change `.secret_values[...]`."""
        values = original_node.value
        if not (isinstance(values, cst.Attribute) and values.attr.value == "secret_values"):
            return updated_node
        call = values.value
        if not (isinstance(call, cst.Call) and self.asks(call, "get_secret")):
            return updated_node
        name = argument(call, "name_id_or_prefix", 0) or argument(call, "name", 0)
        if name is None or has_comment(original_node):
            return updated_node
        self.imports.add("prefect.blocks.system", "Secret")
        self.report(
            "approximate",
            call,
            self.code(call),
            'is a Secret block of Prefect\'s; it has to be saved once: `Secret(value={…}).save("name")`',
        )
        got = call_of("Secret.load", [cst.Arg(name.value)])
        return updated_node.with_changes(value=cst.Call(cst.Attribute(got, cst.Name("get"))))

    def leave_Attribute(  # noqa: N802
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Say what to do about a client's properties."""
        word = original_node.attr.value
        is_left = not any(one in self.idle for one in (original_node, *parents(self, original_node)))
        if self.is_client(original_node.value) and word in NOTES and not self._is_called(original_node) and is_left:
            self.report("manual", original_node, self.code(original_node), NOTES[word])
        return updated_node

    def _asked(self, node: cst.Call, now: cst.Call) -> cst.BaseExpression:
        word = cst.ensure_type(node.func, cst.Attribute).attr.value
        parent = self.get_metadata(Parents, node)
        attribute = parent.attr.value if isinstance(parent, cst.Attribute) else ""
        wanted = wanted_of(now) if not has_comment(node) else None
        if word in {"get_artifact_version", "get_artifact"} and wanted is not None and self._is_loaded(node, parent):
            self._found(node, next((one for word in NAMES if (one := argument(now, word, 0)) is not None), None))
            return call_of(self.bridges("load"), [cst.Arg(wanted)])
        if word == "get_model_version" and wanted is not None and self._is_simple(node, parent):
            self.imports.add("bridge.models")
            self.report("approximate", node, self.code(node),
                        "is bridge's version of the model: `number`, `tags`, `aliases`, `details`, `uri`; the model "
                        f"itself is `bridge.models.load(…)`{_aliased(now)}")  # fmt: skip
            return call_of("bridge.models.get", [cst.Arg(wanted)])
        if word != "get_secret" or attribute != "secret_values":
            self.report("manual", node, self.code(node), NOTES[word])
        return now

    def _found(self, node: cst.Call, name: cst.Arg | None) -> None:
        if is_id(name):
            self.report("approximate", node, self.code(node), BROUGHT)
        else:
            self.report("direct", node, self.code(node), "becomes `load`")

    def _is_simple(self, node: cst.Call, parent: cst.CSTNode) -> bool:
        """Whether only that is asked of a model's version that bridge's has, and nothing catches its absence."""
        if any(isinstance(one, cst.Try) and _catches(one) for one in parents(self, node)):
            return False
        if isinstance(parent, cst.Attribute):
            return parent.attr.value in VERSION_HAS
        target = self.get_metadata(Parents, node)
        if not (isinstance(target, cst.Assign) and isinstance(target.targets[0].target, cst.Name)):
            return isinstance(parent, cst.Expr)
        return self.read_of[target.targets[0].target.value] <= VERSION_HAS

    def _is_loaded(self, node: cst.Call, parent: cst.CSTNode) -> bool:
        if isinstance(parent, cst.Attribute):
            grand = self.get_metadata(Parents, parent)
            return parent.attr.value == "load" and isinstance(grand, cst.Call) and not grand.args
        if parent in self.arguments:
            return True
        if isinstance(parent, cst.Assign) and isinstance(parent.targets[0].target, cst.Name):
            return parent.targets[0].target.value in self.loaded
        return False

    def _is_called(self, node: cst.Attribute) -> bool:
        parent = self.get_metadata(Parents, node)
        return isinstance(parent, cst.Call) and parent.func is node


def _aliased(call: cst.Call) -> str:
    """What to say if a version is asked for by a word that no stage and no number is."""
    name, version = (next(filter(None, (text_of(argument(call, word, at)) for word in words)), None)
                     for at, words in enumerate((NAMES, VERSIONS)))  # fmt: skip
    if version is None or version.isdigit() or version.lower() in {"production", "staging", "latest", "archived"}:
        return ""
    model = name or "name"
    return f'. An alias must be called "{version}", `bridge.promote("{model}@3", to="{version}")`; or write a number'


def _catches(statement: cst.Try) -> bool:
    return any(one.type is not None and "KeyError" in code_of(one.type) for one in statement.handlers)


def wanted_of(call: cst.Call) -> cst.BaseExpression | None:
    """The selector of what a client is asked for; None if that cannot be written."""
    if not only(call, *NAMES, *VERSIONS, positions=2):
        return None
    name = next((found for word in NAMES if (found := argument(call, word, 0)) is not None), None)
    version = next((found for word in VERSIONS if (found := argument(call, word, 1)) is not None), None)
    return selector(name, version)


def _loads(module: cst.Module, name: str) -> int:
    """How often `name.load()` is called."""
    pattern = m.Call(func=m.Attribute(value=m.Name(name), attr=m.Name("load")), args=[])
    return len(m.findall(module, pattern))
