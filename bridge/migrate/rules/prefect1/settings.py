"""Settings of Prefect 1 in the environment."""

from __future__ import annotations

import re

import libcst as cst

from bridge.migrate.nodes import text_of
from bridge.migrate.rule import Pair, Rule

BEGINNING = "PREFECT__"
"""How they began; those of Prefect 3 have one underscore."""

INSTEAD = {
    "LOGGING__LEVEL": "`PREFECT_LOGGING_LEVEL`",
    "LOGGING__EXTRA_LOGGERS": '`PREFECT_LOGGING_EXTRA_LOGGERS`, names with commas: "boto3,sklearn"',
    "LOGGING__FORMAT": "a `logging.yml` of your own, named by `PREFECT_LOGGING_SETTINGS_PATH`",
    "CLOUD__API": "`PREFECT_API_URL`",
    "SERVER__ENDPOINT": "`PREFECT_API_URL`",
    "CLOUD__API_KEY": "`PREFECT_API_KEY`",
    "CLOUD__AUTH_TOKEN": "`PREFECT_API_KEY`",
    "CLOUD__AGENT__AUTH_TOKEN": "`PREFECT_API_KEY`",
    "HOME_DIR": "`PREFECT_HOME`",
    "USER_CONFIG_PATH": "profiles: `prefect profile create`",
    "FLOWS__CHECKPOINTING": "`PREFECT_RESULTS_PERSIST_BY_DEFAULT`; what bridge keeps needs no setting",
    "TASKS__DEFAULTS__MAX_RETRIES": "`PREFECT_TASKS_DEFAULT_RETRIES`",
    "TASKS__DEFAULTS__RETRY_DELAY": "`PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS`",
    "TASKS__DEFAULTS__TIMEOUT": "`@task(timeout_seconds=…)`",
    "ENGINE__EXECUTOR__DEFAULT_CLASS": "`@flow(task_runner=…)`",
}

SECRET = "CONTEXT__SECRETS__"
GENERAL = "Prefect 3 reads `PREFECT_…` with one underscore: `prefect config view --show-defaults` lists what there is"


class Settings(Rule):
    """`PREFECT__LOGGING__LEVEL` and its like are reported, with what Prefect 3 reads.

    Prefect 3 does not read them and does not say so. Their values are often written otherwise, so that none is
    changed. Those that are made outside of the code, in images, manifests and by the shell, are not seen: look for
    `PREFECT__` there.
    """

    name = "prefect1/settings"
    words = (BEGINNING,)
    pairs = (
        Pair(
            'import os\nimport prefect\n\nos.environ["PREFECT__LOGGING__LEVEL"] = "DEBUG"\n',
            kinds=("manual",),
            says="`PREFECT_LOGGING_LEVEL`",
        ),
        Pair(
            'import os\nimport prefect\n\nprint(os.getenv("PREFECT__CONTEXT__SECRETS__TOKEN"))\n',
            kinds=("manual",),
            says='`Secret(value=…).save("token")`',
        ),
        Pair(
            'import prefect\n\nENV = {"PREFECT__MY__OWN": "1"}\n',
            kinds=("manual",),
            says="with one underscore",
        ),
        Pair('import prefect\n\nprint("PREFECT__ is how they began, PREFECT__LOGGING__LEVEL too")\n'),
    )

    def visit_SimpleString(self, node: cst.SimpleString) -> None:  # noqa: N802  LibCST's
        """A setting's name as a text."""
        name = text_of(node)
        if name is None or not re.fullmatch(rf"{BEGINNING}\w+", name):
            return
        short = name.removeprefix(BEGINNING)
        if short.startswith(SECRET):
            block = short.removeprefix(SECRET).lower().replace("_", "-")
            how = f'a block, made once: `Secret(value=…).save("{block}")`, read with `Secret.load("{block}").get()`'
        else:
            how = INSTEAD.get(short, GENERAL)
        self.report("manual", node, f"`{name}`", f"Prefect 3 does not read it: {how}" if how is not GENERAL else how)
