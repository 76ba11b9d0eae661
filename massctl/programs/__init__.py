"""Programs: their files, the linter, the catalogue, and the planner that makes them concrete."""
