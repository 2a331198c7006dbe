"""What an ESC/POS printer's driver needs: columns, bytes, pictures, status. Nothing here reaches a device."""
