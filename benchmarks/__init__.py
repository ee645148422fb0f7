"""What Restock costs: `make bench` measures it on this machine and prints one table."""
