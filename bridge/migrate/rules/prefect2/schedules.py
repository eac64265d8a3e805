"""Schedules of deployments."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.arguments import argument, names_of, with_arguments
from bridge.migrate.rule import Pair, Rule

HOMES = ("prefect.orion.schemas.schedules", "prefect.server.schemas.schedules")

NEW = {
    "CronSchedule": ("Cron", "cron", {"cron", "timezone", "day_or"}),
    "IntervalSchedule": ("Interval", "interval", {"interval", "anchor_date", "timezone"}),
    "RRuleSchedule": ("RRule", "rrule", {"rrule", "timezone"}),
}


class Schedules(Rule):
    """`CronSchedule(cron="0 9 * * *")` becomes `Cron("0 9 * * *")`, as deployments take it; so do the others."""

    name = "prefect2/schedules"
    words = ("Schedule",)
    pairs = (
        Pair(
            "from prefect.orion.schemas.schedules import CronSchedule\n\n"
            'CronSchedule(cron="0 9 * * *", timezone="UTC")\n',
            'from prefect.schedules import Cron\n\nCron("0 9 * * *", timezone="UTC")\n',
            ("direct",),
        ),
        Pair(
            "from prefect.server.schemas.schedules import IntervalSchedule as Every\n\nEvery(interval=day)\n",
            "from prefect.schedules import Interval as Every\n\nEvery(day)\n",
            ("direct",),
        ),
        Pair("from prefect.schedules import Cron\n\nCron('* * * * *')\n"),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802  LibCST's
        """The schedule by its new name."""
        for old, (kind, first, known) in NEW.items():
            if not self.means(original_node.func, *(f"{home}.{old}" for home in HOMES)):
                continue
            given = argument(updated_node, first, 0)
            if given is None or names_of(original_node.args) - known:
                self.report("manual", original_node, self.code(original_node), f"`{kind}(…)` (from prefect.schedules)")
                return updated_node
            self.report("direct", original_node, self.code(original_node), f"`{kind}`")
            for home in HOMES:
                self.imports.move(home, old, to="prefect.schedules", called=kind)
            func = original_node.func
            if isinstance(func, cst.Attribute):
                self.imports.add("prefect.schedules", kind)
            is_plain = isinstance(func, cst.Attribute) or (isinstance(func, cst.Name) and func.value == old)
            bare = given.with_changes(keyword=None, equal=cst.MaybeSentinel.DEFAULT)
            args = [bare, *(arg for arg in updated_node.args if arg is not given)]
            return with_arguments(updated_node.with_changes(func=cst.Name(kind) if is_plain else func), args)
        return updated_node
