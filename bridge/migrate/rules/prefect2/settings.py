"""Settings by the names that they had."""

from __future__ import annotations

import re

import libcst as cst

from bridge.migrate.nodes import code_of, text_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.scopes import parents

HOME = "prefect.settings"

NAMES = {
    "PREFECT_AGENT_QUERY_INTERVAL": "PREFECT_WORKER_QUERY_SECONDS",
    "PREFECT_AGENT_PREFETCH_SECONDS": "PREFECT_WORKER_PREFETCH_SECONDS",
}
"""Settings that have another name."""

BEGINNINGS = {
    "PREFECT_LOGGING_ORION_": "PREFECT_LOGGING_TO_API_",
    "PREFECT_ORION_DATABASE_": "PREFECT_API_DATABASE_",
    "PREFECT_ORION_SERVICES_": "PREFECT_API_SERVICES_",
    "PREFECT_ORION_BLOCKS_": "PREFECT_API_BLOCKS_",
    "PREFECT_ORION_UI_": "PREFECT_UI_",
    "PREFECT_ORION_": "PREFECT_SERVER_",
}
"""How names of settings began, and begin."""

GONE = re.compile(r"PREFECT_EXPERIMENTAL_\w+$")


class Settings(Rule):
    """`PREFECT_ORION_API_HOST` becomes `PREFECT_SERVER_API_HOST`, in texts and where it is imported.

    So do the others of Orion, by the names that Prefect gave them when it dropped that word. `PREFECT_EXPERIMENTAL_…`
    are reported: what they turned on is part of Prefect 3, or not there any more. Settings that are made outside of the
    code, in profiles, in images, by the shell, are not seen: `prefect config validate` lists those that Prefect 3 does
    not know.
    """

    name = "prefect2/settings"
    words = ("PREFECT_ORION_", "PREFECT_LOGGING_ORION_", "PREFECT_AGENT_", "PREFECT_EXPERIMENTAL_")
    pairs = (
        Pair(
            "import os\nfrom prefect.settings import PREFECT_ORION_API_HOST as h, PREFECT_ORION_UI_ENABLED\n\n"
            'os.environ["PREFECT_ORION_DATABASE_CONNECTION_URL"] = "sqlite://"\nprint(h, PREFECT_ORION_UI_ENABLED)\n',
            "import os\nfrom prefect.settings import PREFECT_SERVER_API_HOST as h, PREFECT_UI_ENABLED\n\n"
            'os.environ["PREFECT_API_DATABASE_CONNECTION_URL"] = "sqlite://"\nprint(h, PREFECT_UI_ENABLED)\n',
            ("direct", "direct", "direct"),
        ),
        Pair(
            "import os\n\nos.environ['PREFECT_EXPERIMENTAL_ENABLE_WORKERS'] = 'true'\n",
            kinds=("manual",),
            says="part of Prefect 3",
        ),
        Pair("import os\n\nprint('PREFECT_ORION_ is a word', os.environ['PREFECT_API_URL'])\n"),
    )

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802  LibCST's
        """Settings that are imported."""
        if node.relative or node.module is None or isinstance(node.names, cst.ImportStar):
            return
        if code_of(node.module) != HOME:
            return
        for alias in node.names:
            self._report(node, alias.evaluated_name)
            new = _renamed(alias.evaluated_name)
            if new is not None:
                self.imports.move(HOME, alias.evaluated_name, to=HOME, called=new)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802  LibCST's
        """Where an imported setting is used."""
        new = _renamed(original_node.value)
        is_import = isinstance(next(parents(self, original_node)), (cst.ImportAlias, cst.AsName))
        if new is None or is_import or not self.means(original_node, f"{HOME}.{original_node.value}"):
            return updated_node
        return updated_node.with_changes(value=new)

    def leave_SimpleString(  # noqa: N802  LibCST's
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        """A setting's name as a text."""
        name = text_of(original_node)
        if name is None:
            return updated_node
        self._report(original_node, name)
        new = _renamed(name)
        return (
            updated_node.with_changes(value=updated_node.value.replace(name, new)) if new is not None else updated_node
        )

    def _report(self, node: cst.CSTNode, name: str) -> None:
        new = _renamed(name)
        if new is not None:
            self.report("direct", node, f"`{name}`", f"`{new}`")
        elif GONE.match(name):
            self.report("manual", node, f"`{name}`", "leave it out: what it turned on is part of Prefect 3, or is gone")


def _renamed(name: str) -> str | None:
    if not re.fullmatch(r"PREFECT_\w+", name):
        return None
    for old, new in BEGINNINGS.items():
        if name.startswith(old) and name != old:
            return name.replace(old, new, 1)
    return NAMES.get(name)
