-- Training: the plan of a run, groups of rollouts, steps, checkpoints, jobs and evaluations. Bodies lie in blob.
create table training_plan (
  run_id text primary key references run,
  plan text not null references blob,
  created_at timestamptz not null default now()
);

create table training_job (
  run_id text not null references run,
  key text not null,
  job text not null,
  -- SHA-256 of the file of rows.
  dataset text not null,
  -- [{step, loss}], as far as the job told it.
  metrics text not null default '[]',
  created_at timestamptz not null default now(),
  primary key (run_id, key)
);

create table rollout_group (
  run_id text not null references run,
  group_no integer not null check (group_no >= 0),
  -- Versioned name of the weights that sampled it.
  policy text not null,
  version integer not null check (version >= 0),
  task text not null,
  body text not null references blob,
  wanted integer not null,
  rewards double precision[] not null,
  solved integer not null,
  lost integer not null,
  tokens integer not null,
  calls integer not null,
  seconds double precision not null,
  created_at timestamptz not null default now(),
  primary key (run_id, group_no, policy)
);
create index rollout_group_task on rollout_group (run_id, task);

create table checkpoint (
  run_id text not null references run,
  -- base, sft, step-7.
  name text not null,
  kind text not null check (kind in ('base', 'sft', 'rl')),
  step integer not null check (step >= 0),
  model text not null,
  manifest text not null,
  weights text not null,
  -- Manifest of what it was made from.
  parent text,
  -- SHA-256 of the rows or of the batch.
  data text,
  created_at timestamptz not null default now(),
  primary key (run_id, name)
);
create index checkpoint_manifest on checkpoint (manifest);

create table training_step (
  run_id text not null references run,
  step integer not null check (step >= 1),
  epoch integer not null,
  checkpoint text not null,
  manifest text not null,
  weights text not null,
  parent text not null,
  batch text not null,
  path text not null,
  groups text[] not null,
  tried integer not null,
  carried integer not null,
  stale integer not null,
  lost integer not null,
  metrics text not null,
  seconds double precision not null,
  created_at timestamptz not null default now(),
  primary key (run_id, step)
);

create table policy_evaluation (
  run_id text not null references run,
  manifest text not null,
  mode text not null check (mode in ('sampled', 'greedy')),
  settings text not null,
  label text not null,
  repeats integer not null,
  measures text not null,
  body text not null references blob,
  created_at timestamptz not null default now(),
  primary key (run_id, manifest, mode, settings)
);
