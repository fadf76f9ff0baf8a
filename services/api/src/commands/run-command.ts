import type { Config } from '../config.ts'

/** What was given by `--name` or `--name=value`. */
export type Options = Readonly<Record<string, string | boolean | undefined>>

/** Does what the command says. @returns what was done, in a line for the operator. */
export type RunCommand = (config: Config, operands: readonly string[], options: Options) => Promise<string>
