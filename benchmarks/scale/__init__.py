"""Growth: what each stage takes from a thousand segments to ten million, and what an interruption costs."""
