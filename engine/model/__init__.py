"""Tables, the database behind them, and the unit of work."""
