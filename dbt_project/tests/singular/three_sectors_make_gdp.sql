{{ broken_identity('three_sectors') }}
