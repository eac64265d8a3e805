"""What two versions, or two values, differ in."""

from bridge.lineage.differences.asking import diff, diff_versions, version_before
from bridge.lineage.differences.nested import compare_nested
from bridge.lineage.differences.texts import compare_texts
from bridge.lineage.differences.values import Comparison

__all__ = ["Comparison", "compare_nested", "compare_texts", "diff", "diff_versions", "version_before"]
