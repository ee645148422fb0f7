"""What people and jobs do to the system: one verb a file, one transaction each."""
