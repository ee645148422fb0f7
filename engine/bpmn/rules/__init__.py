"""The rules of the lint by subject: each module gives `check(subject)` and names its rules in constants."""
