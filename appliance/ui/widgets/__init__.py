"""Our own widgets: flat colour, boxes, lines, pictures and text, drawn again only where they changed."""
