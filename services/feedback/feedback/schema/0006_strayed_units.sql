-- Units that came by while the route was settling, and were answered by the version of the route before.
ALTER TABLE exposures ADD COLUMN strayed bigint NOT NULL DEFAULT 0;
