"""Looking and listening: the only part that writes evidence.

Each stage is a folder with a port and one file per backend; stages never import each other.
"""

import os

# onnxruntime would keep a database of its use in the home folder; it reads this when it is first imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
