"""Forms drawn from their declaration: filled in, read, with materials; and data forms of acts. See each module.

`build.form_box` (fill in) · `read.read_sections` (read only, with changes) · `papers.slot_boxes` (materials) ·
`data.data_form` / `data.read_posted` (acts) · `render` (the last ones straight to HTML).
"""
