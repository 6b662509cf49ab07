def test_the_cast_stands(cast):
    assert cast.grid_li.path.startswith(cast.east.path)
    assert cast.li.is_business
