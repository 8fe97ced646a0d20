"""Who shares patients with whom: graphs of practices and clinicians, their measures, and a picture."""
