"""The pods that each kind makes: a file for each controller, in the words of its own source."""
