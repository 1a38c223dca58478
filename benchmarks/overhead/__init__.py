"""What recording costs, as ratios of processor time to plain pytest, beside other tools in the same run."""
