"""What must get through, one file for each way in which a tree says so."""
