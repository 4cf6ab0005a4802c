"""The Compare page, one file per view."""
