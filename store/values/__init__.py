"""Values of the domain: ids, multilingual text, money, partial dates, and the column types that keep them."""
