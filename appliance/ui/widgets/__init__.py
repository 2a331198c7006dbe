"""Our own widgets: flat colour, rounded boxes, lines, pictures and text, drawn again only where they changed."""
