"""What to say now: lines by situation, fewer with experience, and what a rule pack has said."""
