"""Promotions at HQ: written and checked, tried on a basket, pushed, counted from sales, reported."""
