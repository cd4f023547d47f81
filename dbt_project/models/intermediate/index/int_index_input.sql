-- What enters the indices: members' series and the corridor (macro index_member_input).
{{ index_member_input(ref('int_member_series')) }}
