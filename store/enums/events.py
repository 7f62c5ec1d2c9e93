"""Vocabularies of events and of who takes part in them."""

from store.enums.described import Described


class EventType(Described):
    """Kinds of events."""

    SUMMIT = "SUMMIT", "A summit or conference."
    ENTREPRENEURSHIP_WEEK = "ENTREPRENEURSHIP_WEEK", "A week of events."
    ROADSHOW = "ROADSHOW", "Projects present themselves."
    SIGNING_CEREMONY = "SIGNING_CEREMONY", "Contracts are signed, often collectively."
    CLOUD_SIGNING = "CLOUD_SIGNING", "Contracts are signed online."
    CLOUD_EXCHANGE = "CLOUD_EXCHANGE", "An exchange held online."
    FORUM = "FORUM", "A forum."
    EXCHANGE_MEETING = "EXCHANGE_MEETING", "A meeting for exchange."
    EXHIBITION = "EXHIBITION", "An exhibition."
    PRODUCT_RELEASE = "PRODUCT_RELEASE", "A product is released."
    POLICY_RELEASE = "POLICY_RELEASE", "A policy is presented."
    PROMOTION_MEETING = "PROMOTION_MEETING", "A place or programme is introduced."
    COMPETITION = "COMPETITION", "A competition."
    REGISTRATION = "REGISTRATION", "A registration period."
    PRELIMINARY_REVIEW = "PRELIMINARY_REVIEW", "First review of entries."
    DEFENCE = "DEFENCE", "Entrants defend their projects."
    FINAL = "FINAL", "A final."
    AWARD_CEREMONY = "AWARD_CEREMONY", "Awards are given."
    MATCHING_NEGOTIATION = "MATCHING_NEGOTIATION", "Projects and places negotiate."
    TRACKING = "TRACKING", "Follow-up of matches."
    INTERNSHIP = "INTERNSHIP", "Internships."
    OPENING_CEREMONY = "OPENING_CEREMONY", "An opening ceremony."
    UNVEILING = "UNVEILING", "A facility is unveiled."
    OTHER = "OTHER", "Another kind."


class EventMode(Described):
    """How an event is held."""

    ONSITE = "ONSITE", "In one place."
    ONLINE = "ONLINE", "Online."
    ONLINE_LIVE = "ONLINE_LIVE", "Broadcast live."
    HYBRID = "HYBRID", "On site and online."


class EventStatus(Described):
    """Whether an event has been held."""

    PLANNED = "PLANNED", "Announced."
    HELD = "HELD", "Held."
    CANCELLED = "CANCELLED", "Called off."


class EventLevel(Described):
    """Level of a series of events."""

    NATIONAL = "NATIONAL", "National."
    PROVINCIAL = "PROVINCIAL", "Provincial."
    MUNICIPAL = "MUNICIPAL", "Municipal."
    DISTRICT = "DISTRICT", "Of a district."


class OrganisationRole(Described):
    """An organisation's role in an event."""

    HOST = "HOST", "Hosts or sponsors."
    ORGANISER = "ORGANISER", "Organises."
    CO_ORGANISER = "CO_ORGANISER", "Organises together with others."
    GUIDING_UNIT = "GUIDING_UNIT", "Guides."
    IMPLEMENTER = "IMPLEMENTER", "Carries out."
    SUPPORTER = "SUPPORTER", "Supports."
    RECOMMENDATION_CHANNEL = "RECOMMENDATION_CHANNEL", "Recommends entrants."
    VENUE = "VENUE", "Provides the venue."
    STATION = "STATION", "An overseas station of the series."
    PARTICIPANT = "PARTICIPANT", "Takes part."
    SIGNATORY = "SIGNATORY", "Signs."
    PUBLISHER = "PUBLISHER", "Publishes."


class PersonRole(Described):
    """A person's role in an event."""

    SPEAKER = "SPEAKER", "Speaks."
    WITNESS = "WITNESS", "Witnesses a signing."
    SIGNATORY = "SIGNATORY", "Signs."
    ATTENDEE = "ATTENDEE", "Attends."
    JUDGE = "JUDGE", "Judges."
    PRESENTER = "PRESENTER", "Presents a project."
    ORGANISER = "ORGANISER", "Organises."
