"""What is done with a model version that the client has given."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, call_of, named, only
from bridge.migrate.nodes import code_of, has_comment, text_of
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

LOAD = m.Name("load")
KNOWN = {"set_stage", "load_artifact", "number", "name"}
"""What is understood of a version; where more is asked of it, it stays ZenML's."""

ARTIFACTS = {"get_artifact", "get_data_artifact", "get_model_artifact", "get_deployment_artifact"}


class ModelVersions(ZenRule):
    """`version.set_stage("production")` becomes `promote(version.selector, to="production")`, which gates may refuse.

    `version.load_artifact("data")` becomes `load(f"data@run:{version.run_id}")`: what the run made that made the
    version. Only for variables that hold what `Client().get_model_version(…)` gives.
    """

    name = "zenml/model-versions"
    words = ("get_model_version",)
    pairs = (
        Pair(
            "from zenml.client import Client\n\nv = Client().get_model_version('m', '1')\n"
            "v.set_stage('production', force=True)\n",
            "from zenml.client import Client\nfrom bridge import promote\n\nv = Client().get_model_version('m', '1')\n"
            "promote(v.selector, to='production')\n",
            ("approximate",),
            says="refuse",
        ),
        Pair(
            "from zenml.client import Client\n\nv = Client().get_model_version('m')\n"
            "a = v.load_artifact('data')\nb = v.get_artifact(name='clf').load()\n",
            "from zenml.client import Client\nfrom bridge import load\n\nv = Client().get_model_version('m')\n"
            'a = load(f"data@run:{v.run_id}")\nb = load(f"clf@run:{v.run_id}")\n',
            ("approximate", "approximate"),
        ),
        Pair(
            "from zenml.client import Client\n\nv = Client().get_model_version('m')\nv.get_artifact('clf').uri\n"
            "v.set_stage('staging')\n",
        ),
        Pair("v = registry.get_model_version('m')\nv.set_stage('production')\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the variables."""
        super().visit_Module(node)
        self.versions = {
            name
            for name, values in self.bindings.assigned.items()
            if name not in self.bindings.imported and all(self.asks(value, "get_model_version") for value in values)
        }
        loads = m.Call(
            func=m.Attribute(value=m.Call(func=m.SaveMatchedNode(m.Attribute(m.Name()), "of")), attr=LOAD), args=[]
        )
        loaded = {found["of"] for found in m.extractall(node, loads)}
        for one in m.findall(node, m.Attribute(value=m.Name())):
            attribute = cst.ensure_type(one, cst.Attribute)
            word = attribute.attr.value
            if word not in KNOWN and not (word in ARTIFACTS and one in loaded):
                self.versions.discard(cst.ensure_type(attribute.value, cst.Name).value)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Change what is done with one."""
        function = original_node.func
        if not isinstance(function, cst.Attribute):
            return updated_node
        word = function.attr.value
        if self._is_version(function.value):
            if word == "set_stage":
                return self._promoted(original_node, updated_node)
            if word == "load_artifact":
                return self._loaded(original_node, original_node, updated_node)
        inner = function.value
        if word == "load" and not original_node.args and self._gets(inner):
            return self._loaded(original_node, cst.ensure_type(inner, cst.Call), updated_node)
        return updated_node

    def _is_version(self, node: cst.CSTNode) -> bool:
        return isinstance(node, cst.Name) and node.value in self.versions

    def _gets(self, node: cst.CSTNode) -> bool:
        return (
            isinstance(node, cst.Call)
            and isinstance(node.func, cst.Attribute)
            and node.func.attr.value in ARTIFACTS
            and self._is_version(node.func.value)
        )

    def _promoted(self, node: cst.Call, now: cst.Call) -> cst.BaseExpression:
        stage = argument(now, "stage", 0)
        if stage is None or not only(now, "stage", "force", positions=2) or has_comment(node):
            self.report("manual", node, self.code(node), 'write `bridge.promote(version.selector, to="production")`')
            return now
        version = code_of(cst.ensure_type(node.func, cst.Attribute).value)
        self.report("approximate", node, self.code(node), "gates of the project may refuse it; `force` is not needed")
        selector = cst.parse_expression(f"{version}.selector")
        return call_of(self.bridges("promote"), [cst.Arg(selector), named("to", stage.value)])

    def _loaded(self, node: cst.Call, call: cst.Call, now: cst.Call) -> cst.BaseExpression:
        name = argument(call, "name", 0) or argument(call, "artifact_name", 0)
        text = text_of(name)
        known = text is not None and not set(text) & set('{}"\\@')
        if not known or not only(call, "name", "artifact_name", positions=1) or has_comment(node):
            self.report("manual", node, self.code(node), 'write `bridge.load(f"name@run:{version.run_id}")`')
            return now
        version = code_of(cst.ensure_type(call.func, cst.Attribute).value)
        self.report("approximate", node, self.code(node), "is what the run made that made the version")
        wanted = cst.parse_expression(f'f"{text}@run:{{{version}.run_id}}"')
        return call_of(self.bridges("load"), [cst.Arg(wanted)])
