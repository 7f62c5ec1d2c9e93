"""Input of blocks: the pool of projects as columns, profiles of subjects, taxonomies."""
