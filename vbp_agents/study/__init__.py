"""One way to run: tasks, each some scenarios on the same people with the same luck, and all that is made of them."""
