"""What starting costs: imports, and the demo's first and second run."""
