"""A collection: a folder of sessions' files that is kept up to date, each file made again only when it would change."""
