"""Where recorded answers and opinions are buffered, spooled and delivered, beside the program that records them."""
