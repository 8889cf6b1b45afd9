"""What is said where people review: one comment on a pull request, edited in place, and a commit status.

    from bayplan.forge.post import Note, post
    from bayplan.forge.target import Target, open_forge

A forge is one file with one small class (`forge.py` says what it must do). Text comes in rendered: this room knows
neither reviews nor manifests. It is the only one that carries a token, and the only one that speaks to a server which
is not of this machine.
"""
