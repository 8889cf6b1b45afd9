"""The command line: parse, call the pipeline, tell, leave with an exit code. One file a command.

argparse and not a richer library: importing cyclopts or click costs 140 to 300 ms, more than a check of a thousand
objects, and every command of a pre-commit hook would pay it.
"""
