"""Gates: what a model version has to pass before an alias moves to it.

```python
from bridge.models import gates

bridge.promote("churn@3", gates=[gates.metric("accuracy >= 0.9"), gates.better("accuracy", by=0.01), is_fair])
```

A function or a task of your own is a gate as it is: it gets the model version, and returns True, False, or either of
them with a reason.
"""

from bridge.models.gates.candidate import Candidate, Gate
from bridge.models.gates.facts import fresh, tagged
from bridge.models.gates.metrics import better, metric
from bridge.models.gates.own import custom

__all__ = ["Candidate", "Gate", "better", "custom", "fresh", "metric", "tagged"]
