"""What blocks look at: the pool of projects as columns, profiles of subjects, taxonomies."""
