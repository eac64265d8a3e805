"""Where the aliases of models point: gates, approval, one atomic change, and a log of every decision.

`bridge.promote` is what flows call; this is the logic without Prefect.

```python
from bridge.models import promotion

promotion.decisions("churn", 3)
```
"""

from bridge.domain.decision import Answer, Decision, GateResult
from bridge.models.promotion.audit import Audit, Fault
from bridge.models.promotion.following import reconcile_aliases
from bridge.models.promotion.history import decision, decisions
from bridge.models.promotion.promoting import Question, check, promote
from bridge.models.promotion.returning import demote, rollback
from bridge.models.promotion.verifying import verify
from bridge.workspace.promotion_rules import Approval

__all__ = [
    "Answer",
    "Approval",
    "Audit",
    "Decision",
    "Fault",
    "GateResult",
    "Question",
    "check",
    "decision",
    "decisions",
    "demote",
    "promote",
    "reconcile_aliases",
    "rollback",
    "verify",
]
