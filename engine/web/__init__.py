"""The pages: one blueprint a file, templates, static files and both languages."""
