import { type ReadonlySignal, signal } from '@preact/signals'
import { TasklaneError } from '@tasklane/client'

export type Values = Readonly<Record<string, string>>
export type Faults = Readonly<Record<string, string>>

export interface Form {
  readonly isBusy: ReadonlySignal<boolean>
  /** What is wrong, by the name of the field. */
  readonly faults: ReadonlySignal<Faults>
  /** What went wrong with the whole. */
  readonly trouble: ReadonlySignal<string | undefined>
  /** Resolves with whether it was done. */
  submit(values: Values): Promise<boolean>
}

export interface FormOptions {
  check?(values: Values): Faults
  act(values: Values): Promise<void>
  /** A sentence for a failure, where the usual one does not do. */
  explain?(error: unknown): string | undefined
  /** The sentence for a network that fails. */
  unreachable: string
}

/** A form that is checked here first, sent once at a time, and says beside each field what was refused. */
export function createForm({ check = () => ({}), act, explain, unreachable }: FormOptions): Form {
  const isBusy = signal(false)
  const faults = signal<Faults>({})
  const trouble = signal<string | undefined>(undefined)
  return {
    isBusy,
    faults,
    trouble,
    async submit(values) {
      if (isBusy.value) return false
      trouble.value = undefined
      faults.value = check(values)
      if (Object.keys(faults.value).length > 0) return false
      isBusy.value = true
      try {
        await act(values)
        return true
      } catch (error) {
        faults.value = faultsOf(error, values)
        const isTold = Object.keys(faults.value).length > 0
        if (!isTold) trouble.value = explain?.(error) ?? sentenceOf(error, unreachable)
        return false
      } finally {
        isBusy.value = false
      }
    },
  }
}

/** Those of a refused request that are about a field of this form. */
function faultsOf(error: unknown, values: Values): Faults {
  const told = error instanceof TasklaneError ? (error.problem.errors ?? []) : []
  const own = told.map(({ path, message }) => [path.slice(1), message] as const)
  return Object.fromEntries(own.filter(([name]) => name in values))
}

function sentenceOf(error: unknown, unreachable: string): string {
  return error instanceof TasklaneError && error.status < 500 ? error.message : unreachable
}
