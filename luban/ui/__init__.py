"""The design system: words, view objects, layouts, components, styles and scripts. See docs/look.md."""
