-- Groups of places: the province, within which a member has a rank of its own.
{{ index_member_group(ref('int_index_unit')) }}
