"""The founding study's steps where material allows a measurement: significant statements, stance."""
