"""Loggers."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

GET = ("zenml.logger.get_logger", "zenml.get_logger")


class Logger(ZenRule):
    """`get_logger(__name__)` of ZenML's becomes `logging.getLogger(__name__)`, which it is.

    ZenML shows such lines; Prefect shows those of the loggers that `PREFECT_LOGGING_EXTRA_LOGGERS` names, also on the
    run's page. Within tasks and flows `prefect.get_run_logger()` gives the run's own.
    """

    name = "zenml/logger"
    words = ("get_logger",)
    pairs = (
        Pair(
            "from zenml.logger import get_logger\n\nlogger = get_logger(__name__)\n",
            "from zenml.logger import get_logger\nimport logging\n\nlogger = logging.getLogger(__name__)\n",
            ("approximate",),
            says="PREFECT_LOGGING_EXTRA_LOGGERS",
        ),
        Pair(
            "import logging\nfrom zenml.logger import get_logger as g\n\nlogger = g('x')\n",
            "import logging\nfrom zenml.logger import get_logger as g\n\nlogger = logging.getLogger('x')\n",
            ("approximate",),
        ),
        Pair("from structlog import get_logger\n\nlogger = get_logger(__name__)\n"),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Make it Python's."""
        if not self.means(original_node.func, *GET) or "logging" in self.bindings.assigned:
            return updated_node
        self.imports.add("logging")
        self.report(
            "approximate",
            original_node,
            self.code(original_node),
            "is Python's; `PREFECT_LOGGING_EXTRA_LOGGERS` names those that Prefect is to show",
        )
        return updated_node.with_changes(func=cst.parse_expression("logging.getLogger"))
