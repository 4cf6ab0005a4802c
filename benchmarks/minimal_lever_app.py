"""A page with one lever that computes nothing, as the baseline of lever.py.

A slider, a number and a bar chart that show where the slider stands, in one fragment: what any
Streamlit page must pay between the release of a lever and a repainted result.
"""

import plotly.graph_objects as go
import streamlit as st

st.set_page_config(layout="wide")


@st.fragment
def page() -> None:
    """Draw the lever and what it says."""
    value = st.slider("delivers at home", 0.0, 100.0, 50.0, 1.0, format="%g%%")
    with st.container(key="headline"):
        st.metric("Share", f"{value:.1f}%")
    st.plotly_chart(go.Figure(go.Bar(x=[value, 100 - value], y=["A", "B"], orientation="h")))


page()
