"""The rules, one file each: folders are families, and a file that lies here is a rule that runs."""
