"""Where machine learning lives: one package or module a kind, pure, knowing no database, broker or HTTP."""
