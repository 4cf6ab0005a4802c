"""Western Kenya's constituencies, people and votes: tables, measures and what moved between them.

Nothing in this package draws: it knows neither Streamlit nor Plotly.
"""
