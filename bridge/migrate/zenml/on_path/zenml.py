"""What `import zenml` finds while `bridge run --as zenml` runs a script: it puts the stand-in in its own place."""

from __future__ import annotations

import bridge.migrate.zenml  # noqa: F401  which stands in for this module from here on
