"""Forms: form-js schemas read, rendered on the server, and checked with form-js's own semantics."""

from engine.form.checking import Checked
from engine.form.files import Files, Upload
from engine.form.form import Form, Key, read
from engine.form.reader import FormRefused
from engine.form.review import lint
from engine.form.widget import Page

__all__ = ["Checked", "Files", "Form", "FormRefused", "Key", "Page", "Upload", "lint", "read"]
