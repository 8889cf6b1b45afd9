"""Findings, told in the forms that people and their tools read; each form is a file with one `render(told) -> str`."""
