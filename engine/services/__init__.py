"""Job types by subject: what the diagrams' service tasks do to the records of the trade."""
