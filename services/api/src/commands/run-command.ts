import type { Config } from '../config.ts'

/** Does what the command says. @returns what was done, in a line for the operator. */
export type RunCommand = (config: Config, operands: readonly string[]) => Promise<string>
