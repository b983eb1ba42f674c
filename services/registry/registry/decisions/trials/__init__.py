"""Where versions that serve side by side are compared and judged, by sums over their units."""
