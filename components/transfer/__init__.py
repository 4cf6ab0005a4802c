"""Who moved where, drawn: the estimate of vote flows with its doubt."""
