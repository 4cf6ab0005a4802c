"""The Scenario page, one file per view: the line-up, the result, the questions asked of it."""
