"""The views of the evidence page: one module each."""
