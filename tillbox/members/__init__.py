"""What the commands about members share: this home's HQ, and their words."""
