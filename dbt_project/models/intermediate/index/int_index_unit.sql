-- Places and years of every framework; the corridor is a reference and never ranked.
{{ index_member_unit(ref('int_index_input')) }}
