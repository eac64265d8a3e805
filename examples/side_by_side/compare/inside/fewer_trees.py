"""A tool's pipeline with other parameters than its default: `python fewer_trees.py TOOL`."""

import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

if __name__ == "__main__":
    importlib.import_module(f"{sys.argv[1]}_pipeline").training(trees=5)
