"""Reports as one page for a browser: no network, no script, light and dark, and a table for whoever sees no picture."""
