-- Answers of tool servers: each row is a step from one state of a server to the next. What stands here is never carried
-- out again, and a whole chain of rows is what brings a server that was started anew back to a state.
create table tool_record (
  next_state text primary key,
  previous_state text not null,
  -- Hash of the server as it stands in the pool. No reference: recordings may come from another store.
  server text not null,
  request text not null references blob,
  observation text not null references blob,
  created_at timestamptz not null default now()
);
-- Which runs an answer served.
create table tool_use (
  run_id text not null references run,
  state text not null references tool_record,
  primary key (run_id, state)
);
-- Calls that were begun on servers whose state cannot be brought back.
create table tool_attempt (
  next_state text primary key,
  created_at timestamptz not null default now()
);
-- What servers listed last, by the hash of their source.
create table tool_listing (
  source text primary key,
  listing text not null references blob,
  updated_at timestamptz not null default now()
);
create table tool_listing_use (
  run_id text not null references run,
  source text not null references tool_listing,
  primary key (run_id, source)
);
