"""The bundled sample: a short recipe video that never was, with its truth. ``python -m clipsight.testing.sample`` renders it."""
