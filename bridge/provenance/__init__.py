"""What a run or a step depended on: code, packages, machine, variables, seeds."""
