"""Tries the layers and prints which ones hold; what :func:`confinement.available` starts."""

from __future__ import annotations

import sys

from clipsight.media.sandbox.child import leave_network
from clipsight.media.sandbox.confinement import SandboxPolicy, as_json, confine

alone = leave_network()
sys.stdout.write(as_json(confine(SandboxPolicy(require=False), without_network=alone)))
