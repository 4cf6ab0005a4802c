"""The map anyone would write first, as the baseline of first_map.py.

The same 38 polygons in one ``go.Choroplethmap``, with the geometry inside the figure, and a select
box that switches between two columns.
"""

import json
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
GEO = ROOT / "static" / "geo"

results = pd.read_csv(ROOT / "data" / "results.csv", dtype={"unit_code": str, "election_id": str})
results = results[(results["election_id"] == "2022") & (results["unit"] == "constituency")]
votes = results.pivot(index="unit_code", columns="candidate_id", values="votes")
shares = votes.div(votes.sum(axis=1), axis=0)
geometry = json.loads((GEO / json.loads((GEO / "index.json").read_text())["west"]).read_text())
codes = [feature["id"] for feature in geometry["features"]]

column = st.selectbox("Layer", ["odinga", "ruto"])
figure = go.Figure(go.Choroplethmap(geojson=geometry, locations=codes, z=shares.loc[codes, column]))
figure.update_layout(
    map={"style": "white-bg", "center": {"lon": 34.7, "lat": 0.6}, "zoom": 7.9}, height=640
)
st.plotly_chart(figure)
