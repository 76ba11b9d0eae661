"""massctl: run trigger point release programs on percussion massagers, safely.

The package holds no code of its own here: importing it loads nothing else, so that a front end pays only for what it uses.
"""

__version__ = "0.1.0"
