from needs.catalogue import CATALOGUE
from needs.models import Need


def test_every_field_has_its_entry():
    assert set(CATALOGUE) == {"Need"}
    assert set(CATALOGUE["Need"]) == {field.name for field in Need._meta.fields}
