"""Where it is found out whether what comes in and goes out is still what a version was trained on."""
