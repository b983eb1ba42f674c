"""Where it is looked after how tasks do, by themselves and when somebody asks."""
