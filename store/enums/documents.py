"""Vocabularies of documents."""

from store.enums.described import Described


class DocumentKind(Described):
    """What a document is."""

    PLAN = "PLAN", "A business plan."
    DECK = "DECK", "Slides for a talk."
    PICTURE = "PICTURE", "A picture, such as a logo or a product."
    VIDEO = "VIDEO", "A film, or a link to one."
    PHOTO = "PHOTO", "A photograph of an event or of people."
    DECLARATION = "DECLARATION", "A signed statement, such as a consent or a commitment."
    CONTRACT = "CONTRACT", "A contract or a letter of intent."
    SCORE_SHEET = "SCORE_SHEET", "A signed score sheet."
    OTHER = "OTHER", "Anything else."
