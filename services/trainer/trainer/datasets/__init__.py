"""Where the rows come from that jobs train on: uploaded datasets, and approved examples."""
