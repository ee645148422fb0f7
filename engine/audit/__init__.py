"""The history's proof: how entries are chained, and how the whole is checked."""
