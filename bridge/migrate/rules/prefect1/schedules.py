"""Schedules and clocks."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m
from libcst.metadata import Scope

from bridge.migrate.arguments import argument, named, names_of, with_arguments
from bridge.migrate.nodes import code_of, has_comment
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.scopes import bindings, nearest, scope_of

_HOMES = ("prefect.schedules", "prefect.schedules.schedules", "prefect.schedules.clocks")


def _anywhere(*names: str) -> tuple[str, ...]:
    return tuple(f"{home}.{name}" for home in _HOMES for name in names)


CRON = _anywhere("CronSchedule", "CronClock")
INTERVAL = _anywhere("IntervalSchedule", "IntervalClock")
CLOCK = _anywhere("IntervalClock")
"""Takes the interval first, as `IntervalSchedule` does not."""

RRULE = _anywhere("RRuleSchedule", "RRuleClock")
SCHEDULE = _anywhere("Schedule")

KNOWN = {
    "Cron": {"cron", "start_date", "end_date", "parameter_defaults", "day_or", "labels"},
    "Interval": {"interval", "start_date", "end_date", "parameter_defaults", "labels"},
}


INSTEAD = {
    "next": "a schedule of Prefect 3 says when, not which times those are; the server works them out",
    "start_date": "`anchor_date`, of an interval",
    "end_date": "a schedule of Prefect 3 has no end: pause the deployment",
    "clocks": "a list of schedules",
}
"""What stands for attributes of a schedule."""


class Schedules(Rule):
    """`CronSchedule("0 9 * * *")` becomes `Cron("0 9 * * *")`, `IntervalSchedule(interval=…)` becomes `Interval(…)`.

    So do clocks. A `Schedule` without filters becomes its clock, or the list of its clocks. The start of an
    interval is its anchor; one of a cron schedule is left out, and ends are, too: Prefect 3 has none. What a schedule
    is for is said by `flow.serve(schedule=…)`, or `schedules=[…]` for several.
    """

    name = "prefect1/schedules"
    words = ("Schedule", "Clock")
    pairs = (
        Pair(
            'from prefect.schedules import CronSchedule\n\ndaily = CronSchedule("0 9 * * *")\n',
            'from prefect.schedules import Cron\n\ndaily = Cron("0 9 * * *")\n',
            ("direct",),
        ),
        Pair(
            "from prefect.schedules import Schedule\nfrom prefect.schedules.clocks import IntervalClock\n\n"
            "s = Schedule(clocks=[IntervalClock(start_date=now, interval=day, parameter_defaults={'a': 1})])\n",
            "from prefect.schedules import Interval\n\ns = Interval(day, anchor_date=now, parameters={'a': 1})\n",
            ("direct", "direct"),
        ),
        Pair(
            "from prefect.schedules import IntervalClock, IntervalSchedule\n\n"
            "a = IntervalClock(day, now)\nb = IntervalSchedule(now, interval=day)\n",
            "from prefect.schedules import Interval\n\n"
            "a = Interval(day, anchor_date=now)\nb = Interval(day, anchor_date=now)\n",
            ("direct", "direct"),
        ),
        Pair(
            "from prefect.schedules import Schedule, CronClock\n\ns = Schedule(clocks=[a, CronClock('0 9 * * *')])\n",
            "from prefect.schedules import Cron\n\ns = [a, Cron('0 9 * * *')]\n",
            ("direct", "direct"),
        ),
        Pair(
            'from prefect.schedules import CronSchedule\n\ndaily = CronSchedule(cron="0 9 * * *", start_date=now)\n',
            'from prefect.schedules import Cron\n\ndaily = Cron("0 9 * * *")\n',
            ("approximate",),
            "start_date",
        ),
        Pair(
            "from prefect.schedules import Schedule, filters\n\n"
            "s = Schedule(clocks=[a], filters=[filters.is_weekday])\n",
            kinds=("manual",),
        ),
        Pair(
            "from prefect.schedules import IntervalSchedule\n\ns = IntervalSchedule(interval=day)\n"
            "print(s.start_date, s.next(2))\n",
            "from prefect.schedules import Interval\n\ns = Interval(day)\nprint(s.start_date, s.next(2))\n",
            ("direct", "manual", "manual"),
            "anchor_date",
        ),
        Pair(
            "from prefect.schedules import IntervalSchedule\n\ns = IntervalSchedule(\n    interval=day,  # each\n)\n",
            kinds=("manual",),
            says="`Interval(day)`",
        ),
        Pair("from prefect.schedules import Cron\n\nCron('* * * * *')\n"),
    )

    def visit_Attribute(self, node: cst.Attribute) -> None:  # noqa: N802  LibCST's
        """What a schedule is asked for."""
        instead = INSTEAD.get(node.attr.value)
        if instead is None or not isinstance(node.value, cst.Name):
            return
        scope = scope_of(self, node)
        bound = (
            [one for each in scope[node.value.value] for one in bindings(each.scope, node.value.value)] if scope else []
        )
        values = [cst.ensure_type(one, cst.Assign).value for one in map(self._assign, bound) if one is not None]
        made = [value for value in values if isinstance(value, cst.Call)]
        if made and all(self.means(value.func, *CRON, *INTERVAL, *RRULE, *SCHEDULE) for value in made):
            self.report("manual", node, self.code(node), instead)

    def _assign(self, node: cst.CSTNode) -> cst.Assign | None:
        return nearest(self, node, cst.Assign)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """The schedule by its new name."""
        func = original_node.func
        if self.means(func, *SCHEDULE):
            return self._schedule(original_node, updated_node)
        if self.means(func, *RRULE):
            self.report(
                "manual", original_node, self.code(original_node), "`RRule('FREQ=DAILY')` (from prefect.schedules)"
            )
            return updated_node
        for names, kind in ((CRON, "Cron"), (INTERVAL, "Interval")):
            if self.means(func, *names):
                return self._made(original_node, updated_node, kind)
        return updated_node

    def _made(self, original: cst.Call, updated: cst.Call, kind: str) -> cst.BaseExpression:
        first = {"Cron": "cron", "Interval": "interval"}[kind]
        positional = [arg for arg in original.args if arg.keyword is None]
        if names_of(original.args) - KNOWN[kind] or len(positional) > (1 if kind == "Cron" else 2):
            self.report("manual", original, self.code(original), f"`{kind}(…)` (from prefect.schedules)")
            return updated
        args: list[cst.Arg] = []
        left_out = names_of(original.args) & {"end_date", "labels", *(["start_date"] if kind == "Cron" else [])}
        if kind == "Interval" and positional:
            order = ("interval", "start_date") if self.means(original.func, *CLOCK) else ("start_date", "interval")
            values = dict(zip(order, [arg.value for arg in updated.args if arg.keyword is None], strict=False))
        else:
            values = {}
        for arg in updated.args:
            if arg.keyword is not None:
                values[arg.keyword.value] = arg.value
            elif kind == "Cron":
                values["cron"] = arg.value
        if first not in values:
            self.report("manual", original, self.code(original), f"`{kind}(…)` (from prefect.schedules)")
            return updated
        if has_comment(original):
            said = ", ".join([code_of(values[first]), *(["anchor_date=…"] if "start_date" in values else [])])
            note = f"has comments between its arguments: `{kind}({said})` (from prefect.schedules); no end_date"
            self.report("manual", original, self.code(original.func), note)
            return updated
        args.append(cst.Arg(values[first]))
        new_names = {"start_date": "anchor_date", "parameter_defaults": "parameters", "day_or": "day_or"}
        args += [named(name, values[old]) for old, name in new_names.items() if old in values and old not in left_out]
        self._import(original, kind)
        if left_out:
            names = ", ".join(sorted(left_out))
            self.report("approximate", original, self.code(original), f"`{kind}`, without {names}: Prefect 3 has none")
        else:
            self.report("direct", original, self.code(original), f"`{kind}`")
        return with_arguments(updated.with_changes(func=cst.Name(kind), args=[]), args)

    def _schedule(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        clocks = argument(original, "clocks", 0)
        then = argument(updated, "clocks", 0)
        if len(original.args) == 1 and clocks is not None and then is not None:
            value = then.value
            if isinstance(value, cst.List) and value.elements and all(_is_made(one.value) for one in value.elements):
                for home in _HOMES:
                    self.imports.drop_unused(home, "Schedule")
                self.report("direct", original, self.code(original), "its clocks")
                return value.elements[0].value if len(value.elements) == 1 else value
        how = "give the clocks to the deployment, `flow.serve(schedules=[Cron(…), Interval(…)])`; filters: a cron text"
        self.report("manual", original, self.code(original), how)
        return updated

    def _import(self, original: cst.Call, kind: str) -> None:
        name = min(self.names(original.func))
        module, _, plain = name.rpartition(".")
        self.imports.add("prefect.schedules", kind)
        self.imports.drop_unused(module, plain)


def _is_made(value: cst.BaseExpression) -> bool:
    return m.matches(value, m.Name() | m.Call(func=m.Name("Cron") | m.Name("Interval")))


def given(rule: Rule, schedule: cst.BaseExpression, scope: Scope) -> cst.Arg:
    """A schedule as an argument of `serve`: `schedules=` for a list of several."""
    value: cst.CSTNode = schedule
    if isinstance(schedule, cst.Name):
        for bound in bindings(scope, schedule.value):
            assign = nearest(rule, bound, cst.Assign)
            value = assign.value if assign is not None else value
    return named("schedules" if isinstance(value, cst.List) else "schedule", schedule)
