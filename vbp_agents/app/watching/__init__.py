"""What the view Watch shows: two worlds lived month by month, what is made of them, and its pieces of the page."""
