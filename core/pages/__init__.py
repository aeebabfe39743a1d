"""Parts of a page that every room shows in one form: what their templates are given."""
