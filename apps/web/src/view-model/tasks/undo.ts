import { type ReadonlySignal, signal } from '@preact/signals'
import type { Action } from '@tasklane/client/replica'

const STEPS = 50

export interface Toast {
  text: string
  /** Undefined where there is nothing to take back. */
  action?: Action
}

/** What was done last, and the way back through what was done before. */
export class Undo {
  readonly #take: (action: Action) => Promise<unknown>
  readonly #steps: { action: Action; text: string }[] = []
  readonly #toast = signal<Toast | undefined>(undefined)

  constructor(take: (action: Action) => Promise<unknown>) {
    this.#take = take
  }

  get toast(): ReadonlySignal<Toast | undefined> {
    return this.#toast
  }

  done(text: string, action: Action): void {
    this.#steps.push({ action, text })
    if (this.#steps.length > STEPS) this.#steps.shift()
    this.#toast.value = { text, action }
  }

  say(text: string): void {
    this.#toast.value = { text }
  }

  /** The last action that was not taken back yet. */
  async back(say: (text: string) => string, nothing: string): Promise<Action | undefined> {
    const step = this.#steps.pop()
    if (step === undefined) {
      this.say(nothing)
      return undefined
    }
    await this.#take(step.action)
    this.say(say(step.text))
    return step.action
  }

  /** Not one that has come in its place meanwhile. */
  hide(toast: Toast): void {
    if (this.#toast.value === toast) this.#toast.value = undefined
  }
}
