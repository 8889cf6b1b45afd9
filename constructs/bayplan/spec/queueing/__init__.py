"""What queues mean in numbers: flavors, quotas, cohorts, and the jobs that wait in them.

Kueue's objects are rendered from these, its admissions predicted by them, and what could never be admitted is told when
files are read. Plain integers: CPU in thousandths of a core, memory and disk in bytes, all else by the piece.
"""
