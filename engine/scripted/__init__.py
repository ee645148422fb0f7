"""A staff that works by itself: it gave the demo company its past, and it works through the day that is measured."""
