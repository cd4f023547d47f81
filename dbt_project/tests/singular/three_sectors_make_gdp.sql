{{ identity_within_document('gdp', ['va_primary', 'va_secondary', 'va_tertiary']) }}
