"""What storage and readers withstand: cut-off writes, full disks, limits, mutated files, other computers."""
