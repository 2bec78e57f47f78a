-- The decimals of a currency (ISO 4217), as in domain/money.ts; a test holds the two together.
create function currency_decimals(currency text) returns integer
  language sql immutable parallel safe
  return case
    when currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') then 0
    when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3
    else 2
  end;
--> statement-breakpoint
-- Minor units as the decimal that people read: 3998 EUR is 39.98.
create function major_units(minor bigint, currency text) returns numeric
  language sql immutable parallel safe
  return round(minor::numeric / (10 ^ currency_decimals(currency))::integer, currency_decimals(currency));
