"""Routes the pages; nothing else. Run with ``streamlit run app.py``."""

import streamlit as st

from components import shell

# No icons here: Streamlit would fetch a page's icon as a favicon from a third-party host.
shell.run(
    [
        st.Page("components/pages/brief.py", title="Brief", default=True),
        st.Page("components/pages/map.py", title="Map", url_path="map"),
        st.Page("components/pages/flows.py", title="Flows", url_path="flows"),
        st.Page("components/pages/leaders.py", title="Leaders & MPs", url_path="leaders"),
        st.Page("components/pages/scenario.py", title="Scenario", url_path="scenario"),
        st.Page("components/pages/compare.py", title="Compare", url_path="compare"),
        st.Page("components/pages/evidence.py", title="Evidence", url_path="evidence"),
    ]
)
