"""One file a driver. The folder is the list: see docs/adding-a-driver.md."""
