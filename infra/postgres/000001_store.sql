-- Everything a pipeline run keeps: bodies by hash, items and their outcomes, calls of models and what they cost.
-- Bodies never change; timestamps serve people and rates only and never reach an exported file.

create table blob (
  hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
  -- Canonical JSON text: text instead of jsonb keeps every byte that was hashed.
  body text not null,
  created_at timestamptz not null default now()
);

create table run (
  id text primary key,
  config text not null,
  config_hash text not null,
  status text not null default 'running' check (status in
    ('running', 'paused', 'awaiting_approval', 'awaiting_correction', 'completed', 'failed', 'cancelled')),
  phase text not null default 'opened',
  note text not null default '',
  -- What planning found; null until all sources are read.
  planned_questions integer,
  planned_rejected integer,
  -- Score from which instances were selected; null until then, or when none had a score.
  threshold double precision,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table item (
  run_id text not null references run,
  kind text not null check (kind in ('question', 'instance')),
  id text not null,
  -- Position in the plan: order of claims and of every export.
  ordinal bigint not null check (ordinal >= 0),
  -- Question of an instance.
  parent_id text,
  body text not null references blob,
  status text not null default 'open' check (status in ('open', 'ok', 'rejected', 'failed', 'quarantined')),
  -- Rule of a rejection, class of a failure, judge of a quarantine; empty for the others.
  reason text not null default '',
  detail text not null default '',
  outcome_key text not null generated always as (case reason when '' then status else status || ':' || reason end) stored,
  -- Equal for instances that differ in spelling only; null for questions, refused rows and duplicates.
  duplicate_key text,
  -- A question that already is a decomposition.
  imported boolean not null default false,
  result_id text,
  result_body text references blob,
  -- Necessity, checks and score of an instance as they were decided.
  verdict text references blob,
  score double precision,
  selected boolean not null default false,
  tool_nodes integer[] not null default '{}',
  -- How often the item was opened again.
  round integer not null default 0,
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  primary key (run_id, kind, id),
  unique (run_id, kind, ordinal)
);
create index item_open on item (run_id, kind, ordinal) where status = 'open';
create unique index item_duplicate on item (run_id, duplicate_key) where duplicate_key is not null;
create index item_parent on item (run_id, parent_id) where parent_id is not null;
create index item_id on item (id);
create index item_result on item (result_id) where result_id is not null;
create index item_closed on item (run_id, closed_at) where closed_at is not null;

create table lineage (
  run_id text not null references run,
  child text not null,
  parent text not null,
  relation text not null,
  primary key (run_id, child, parent, relation)
);
create index lineage_child on lineage (child);
create index lineage_parent on lineage (parent);

create table proof (
  run_id text not null references run,
  instance_id text not null,
  nodes integer[] not null,
  candidate_hash text not null,
  accepted boolean not null,
  results text not null references blob,
  -- Rules that failed, in order.
  rules text[] not null,
  created_at timestamptz not null default now(),
  primary key (run_id, instance_id, nodes, candidate_hash)
);

create table llm_call (
  call_key text primary key,
  prompt text not null,
  prompt_hash text not null,
  model text not null,
  endpoint text not null,
  sample integer not null,
  request text not null,
  -- JSON of {content, reasoning}: a plain text column cannot hold every string a model may send (NUL, lone surrogates).
  response text not null,
  finish_reason text not null,
  prompt_tokens bigint not null,
  completion_tokens bigint not null,
  cost double precision not null,
  latency_ms double precision not null,
  attempt integer not null,
  created_at timestamptz not null default now()
);

create table call_use (
  run_id text not null references run,
  call_key text not null references llm_call,
  subject text not null,
  workflow_id text not null,
  prompt text not null,
  reply text references blob,
  problems text[] not null,
  created_at timestamptz not null default now(),
  primary key (run_id, call_key, subject)
);
create index call_use_subject on call_use (run_id, subject text_pattern_ops);
create index call_use_recent on call_use (run_id, created_at);
create index call_use_call on call_use (call_key);

-- What a run has used so far and may use; one row a run. Money is numeric: sums do not depend on the order of calls.
create table ledger (
  run_id text primary key references run,
  cost numeric not null default 0,
  prompt_tokens bigint not null default 0,
  completion_tokens bigint not null default 0,
  max_cost numeric,
  max_tokens bigint
);

-- The calls a run paid for: the journal behind its ledger row.
create table charge (
  run_id text not null references run,
  call_key text not null references llm_call,
  cost numeric not null,
  prompt_tokens bigint not null,
  completion_tokens bigint not null,
  primary key (run_id, call_key)
);

create table reservation (
  run_id text not null references run,
  call_key text not null,
  cost numeric not null,
  tokens bigint not null,
  -- A worker that dies never gives its reservation back; none outlives the longest call by much.
  expires_at timestamptz not null,
  primary key (run_id, call_key)
);

create table gate (
  queue text primary key,
  state text not null check (state in ('open', 'closed')),
  cause text not null default '',
  reason text not null default '',
  run_id text not null,
  since timestamptz not null default now()
);

-- Looks a call up and, when it is new, sets its estimate aside against the run's caps: one round trip, atomic.
-- A function and not one statement, because the sum must be read after the lock on the ledger row is held.
create function claim_call(for_run text, for_key text, estimated_cost numeric, estimated_tokens bigint)
returns json language plpgsql as $$
declare
  recorded json;
  spent ledger;
  aside record;
begin
  select row_to_json(c) into recorded from llm_call c where c.call_key = for_key;
  if recorded is not null then
    return json_build_object('status', 'recorded', 'call', recorded);
  end if;

  select * into spent from ledger where run_id = for_run;
  if not found then
    return json_build_object('status', 'unknown_run');
  end if;
  if spent.max_cost is null and spent.max_tokens is null then
    return json_build_object('status', 'reserved');
  end if;

  select * into spent from ledger where run_id = for_run for update;
  select coalesce(sum(cost), 0) as cost, coalesce(sum(tokens), 0)::bigint as tokens into aside
    from reservation where run_id = for_run and call_key <> for_key and expires_at > now();
  if spent.cost + aside.cost + estimated_cost > spent.max_cost
     or spent.prompt_tokens + spent.completion_tokens + aside.tokens + estimated_tokens > spent.max_tokens then
    return json_build_object('status', 'refused',
      'max_cost', spent.max_cost, 'max_tokens', spent.max_tokens,
      'cost', spent.cost, 'tokens', spent.prompt_tokens + spent.completion_tokens,
      'aside_cost', aside.cost, 'aside_tokens', aside.tokens);
  end if;
  insert into reservation (run_id, call_key, cost, tokens, expires_at)
    values (for_run, for_key, estimated_cost, estimated_tokens, now() + interval '2 hours')
    on conflict (run_id, call_key) do update
      set cost = excluded.cost, tokens = excluded.tokens, expires_at = excluded.expires_at;
  return json_build_object('status', 'reserved');
end $$;
