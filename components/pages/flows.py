"""stub"""

from components.strip import strip

strip()
