"""Everything that draws: Streamlit and Plotly. Domain numbers come from ``mulembe``."""
