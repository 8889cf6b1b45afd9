"""What a repository begins with: pipelines, the scripts that they call, and the first files of people.

Everything below `files/` is copied as it stands but for a few `__WORDS__`, so that linters judge what users get.
"""
