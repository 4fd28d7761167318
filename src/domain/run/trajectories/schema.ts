/**
 * Configuration of the stage "trajectories" (method §2 to §7): tools, chains, tasks, episodes, judgement, selection.
 * Every default that the paper leaves open is named as ours in docs/paper-map.md.
 */
import { z } from 'zod';
import { type EpisodeKind, FailureKind } from '../../episode/schema.ts';
import { AugmentationMode } from '../../task/schema.ts';

/** One file of tools (§2): an mcpServers file, ASTRA's mcp_servers.jsonl, OpenAI tool lists, told apart by content. */
export const ToolSource = z.strictObject({
  /** JSON or JSONL, plain or gzip; relative to the configuration file. */
  file: z.string().min(1),
  /** Only servers of these names. */
  include: z.array(z.string().min(1)).min(1).optional(),
  /** Use at most this many servers of the file, in its order. */
  count: z.int().min(1).optional(),
  /** Domain and licence of servers that name none. */
  domain: z.string().min(1).optional(),
  licence: z.string().min(1).optional(),
  /** Skip and count lines that cannot be read instead of refusing the file. */
  skipInvalid: z.boolean().default(false),
});
export type ToolSource = z.infer<typeof ToolSource>;

/** How chains are proposed, walked and verified (§3). */
const Chains = z
  .strictObject({
    /** Proposals asked for per server and slice of its tools. */
    samples: z.int().min(1).max(20).default(3),
    /** Walks drawn per server. */
    walks: z.int().min(1).max(10_000).default(60),
    /** Tools of a chain. */
    minLength: z.int().min(2).max(10).default(2),
    maxLength: z.int().min(2).max(10).default(5),
    /** Most chains of a server, and drawn ones of a server with the same number of tools: covering an edge comes first. */
    perServer: z.int().min(1).max(900).default(20),
    perLength: z.int().min(1).max(900).default(8),
    /** Lets a walk visit a tool more than once. */
    allowCycles: z.boolean().default(false),
    /** Share of the edges that extra walks try to reach. */
    coverage: z.number().min(0).max(1).default(0.9),
    /** Operators that a chain has to pass, in the order they are asked (§3.3). */
    operators: z
      .array(z.enum(['dependency', 'vote', 'back_translation']))
      .refine((list) => new Set(list).size === list.length, 'an operator stands twice')
      .default(['dependency', 'vote', 'back_translation']),
    votes: z.int().min(1).max(9).default(3),
    backTranslations: z.int().min(1).max(9).default(1),
    /** Asks per prompt before an unusable reply counts as missing. */
    reask: z.int().min(1).max(20).default(3),
  })
  .refine((chains) => chains.minLength <= chains.maxLength, 'minLength must not be greater than maxLength');

/** An optional file of personas: JSON or JSONL, plain or gzip; relative to the configuration file. */
const Personas = z.strictObject({ file: z.string().min(1), licence: z.string().min(1) });

/** One file of tasks in ASTRA's layout: JSON or JSONL, plain or gzip; relative to the configuration file. */
const TaskImport = z.strictObject({
  file: z.string().min(1),
  /** Use at most this many rows of the file, in its order. */
  count: z.int().min(1).optional(),
  /** Skip and count rows that cannot be read instead of refusing the file. */
  skipInvalid: z.boolean().default(false),
});
export type TaskImport = z.infer<typeof TaskImport>;

const Score = z.number().min(1).max(5);

/** How tasks are written, augmented and scored (§4). */
const Tasks = z
  .strictObject({
    /** Tasks asked for per verified chain. */
    perChain: z.int().min(0).max(20).default(1),
    /** Server-level tasks (§4.1): numbers of tools, and tasks asked for each. */
    free: z
      .strictObject({
        toolCounts: z.array(z.int().min(1).max(10)).default([1, 2]),
        perCount: z.int().min(0).max(20).default(1),
      })
      .prefault({}),
    /** Tasks of other people for servers of the pool: checked, augmented and scored like our own. */
    imports: z.array(TaskImport).default([]),
    /** Augmentations of each task (§4.3); "persona" needs personas. */
    augment: z
      .strictObject({
        modes: z.array(AugmentationMode).default(['diverse', 'complicate']),
        /** Variations per mode; for personas: per persona. */
        variations: z.int().min(1).max(10).default(1),
        personasPerTask: z.int().min(1).max(10).default(1),
        personas: Personas.optional(),
      })
      .refine((augment) => !augment.modes.includes('persona') || augment.personas !== undefined, {
        message: 'mode "persona" needs "personas: { file, licence }"',
      })
      .prefault({}),
    /** Least scores, all of which a task must reach (§4.4). */
    thresholds: z
      .strictObject({
        question_quality: Score.default(4),
        scenario_realism: Score.default(4),
        tool_use_necessity: Score.default(4),
        tool_selection_difficulty: Score.default(1),
        tool_selection_uniqueness: Score.default(1),
      })
      .prefault({}),
    /** Ask the agent's model without tools first; what it can answer needs none (§4.4). */
    measureNecessity: z.boolean().default(false),
    /** Share of shared word triples above which the later of two questions of a server is a near-duplicate. */
    nearDuplicate: z.number().gt(0).max(1).default(0.7),
    /** Asks per prompt before an unusable reply quarantines the item. */
    reask: z.int().min(1).max(20).default(3),
  })
  .prefault({});

const KindShare = z.number().min(0).default(0);

/** How episodes are played (§5). */
const Episodes = z.strictObject({
  /** Episodes per kept task. */
  perTask: z.int().min(1).max(20).default(1),
  /** Most episodes of the run, in plan order; absent: all. */
  count: z.int().min(1).optional(),
  /** Relative shares of the kinds of episode. */
  kinds: z
    .strictObject({
      single: z.number().min(0).default(1),
      missing_parameter: KindShare,
      missing_tool: KindShare,
      changed_mind: KindShare,
      multi_request: KindShare,
    } satisfies Record<EpisodeKind, unknown>)
    .refine((kinds) => Object.values(kinds).some((share) => share > 0), 'one kind must have a share above 0')
    .prefault({}),
  /** Calls of the agent's model per episode. */
  maxCalls: z.int().min(1).max(100).default(20),
  /** Tokens of one request to the agent, history included, above which the episode ends. */
  maxContextTokens: z.int().min(1_000).default(58_000),
  /** Whole attempts at an episode that failed, before it is recorded as failed. */
  attempts: z.int().min(1).max(5).default(2),
  systemPrompt: z.string().default(''),
  /** Failures that are made up, drawn before the episode (§5.3). */
  failures: z
    .strictObject({
      /** Per call, for emulated servers; the paper's figure. */
      rate: z.number().min(0).max(1).default(0.2),
      /** Per call, for servers that run. */
      liveRate: z.number().min(0).max(1).default(0),
      weights: z.partialRecord(FailureKind, z.number().min(0)).default({}),
    })
    .prefault({}),
  /** Chance that the emulator sees the request (§5.3). */
  showQuestion: z.number().min(0).max(1).default(0.5),
  /** reuse: a recorded answer stands for the same call in the same state. only: no server is started. fresh: every episode asks anew. */
  recordings: z.enum(['reuse', 'only', 'fresh']).default('reuse'),
  /** Recordings exported by another run. */
  recordingsFile: z.string().min(1).optional(),
  reask: z.int().min(1).max(20).default(3),
});

/** How conversations are judged, and which go into training data (§7). */
const Judging = z.strictObject({
  /** Share of the episodes that a second judge is asked about, for the agreement. */
  repeatShare: z.number().min(0).max(1).default(0.1),
  reask: z.int().min(1).max(20).default(3),
});

const SftSelection = z.strictObject({
  /** Least overall score. */
  overall: z.number().min(0).max(1).default(0.8),
  /** Least number of dimensions that apply. */
  coverage: z.int().min(1).max(7).default(4),
  /** Most rows of one task, its variants and episodes together; absent: all. */
  perTask: z.int().min(1).optional(),
  /** Most rows of one server, as a share of what every other rule let through; absent: all. */
  serverShare: z.number().gt(0).max(1).optional(),
  /** Share of shared word triples from which the worse of two questions is left out. */
  nearDuplicate: z.number().gt(0).max(1).default(0.8),
  /** Files whose rows no question may resemble: JSON or JSONL, plain or gzip; relative to the configuration file. */
  contamination: z.array(z.string().min(1)).default([]),
});

export const Trajectories = z.strictObject({
  servers: z.array(ToolSource).min(1),
  /** Servers with fewer usable tools are left out (§2). */
  minTools: z.int().min(1).default(3),
  chains: Chains.prefault({}),
  tasks: Tasks,
  episodes: Episodes.prefault({}),
  judging: Judging.prefault({}),
  selection: SftSelection.prefault({}),
  /** Stop after the chains, or after the tasks: nothing is played. */
  stopAfter: z.enum(['chains', 'tasks', 'trajectories']).default('trajectories'),
});
export type Trajectories = z.infer<typeof Trajectories>;
