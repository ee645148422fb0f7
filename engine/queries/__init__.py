"""What pages and scripts read; nothing here writes, but for the time a session was last seen."""
