/** What the prompts of environments with state rest on: stored bodies. No set of facts holds plan and module together. */
import { z } from 'zod';
import { DesignReply, Scenario } from '../schema.ts';

export const ScenarioFacts = z.object({ scenario: Scenario });
export const PlanFacts = z.object({ design: DesignReply });

export const NoParams = z.object({});
