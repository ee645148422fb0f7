"""Timers, service tasks and deliveries: rows in our own database, and what runs them when they are due."""
