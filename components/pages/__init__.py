"""One file per page: read the view, ask ``mulembe``, draw."""
