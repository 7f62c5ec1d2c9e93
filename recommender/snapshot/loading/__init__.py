"""From the store to columns: projects, taxonomies, and the profiles of subjects, by column queries."""

from recommender.snapshot.loading.investors import load_investors
from recommender.snapshot.loading.places import load_places
from recommender.snapshot.loading.pool import load_projects, project_profile
from recommender.snapshot.loading.ranked_kinds import load_ranked
from recommender.snapshot.loading.taxonomies import load_taxonomies

__all__ = ["load_investors", "load_places", "load_projects", "load_ranked", "load_taxonomies", "project_profile"]
