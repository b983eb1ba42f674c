"""Where the main job is played for somebody who watches, through the public API alone."""
