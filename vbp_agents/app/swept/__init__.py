"""What the view Sweeps is made of: the folders that it may read, a sweep that is followed, its figures and points."""
