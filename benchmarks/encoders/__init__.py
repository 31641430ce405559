"""What each encoder is good for, and what it costs."""
