"""What stands around the pages when hosted: headers, known paths, readiness, logs, numbers.

Nothing here knows what a page shows. ``server.py`` puts the parts around ``app.py``.
"""
