"""Projects of QDA programs: what comes over, what comes back, what a large one costs."""
