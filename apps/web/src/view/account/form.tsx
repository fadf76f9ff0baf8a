import type { ComponentChildren } from 'preact'
import { useId, useRef } from 'preact/hooks'
import type { Form, Values } from '../../view-model/form.ts'

export interface FormViewProps {
  form: Form
  /** The form's name. */
  label: string
  submit: string
  busy: string
  children?: ComponentChildren
  isDangerous?: boolean
  /** Beside another form, which is the one that the dialog is for. */
  isQuiet?: boolean
}

/** A form whose button says what is going on, and whose first fault gets the focus. */
export function FormView({ form, label, submit, busy, children, ...look }: FormViewProps) {
  const element = useRef<HTMLFormElement>(null)
  const troubleId = useId()
  const send = async () => {
    if (element.current === null) return
    const isDone = await form.submit(valuesOf(element.current))
    if (!isDone) focusFault(element.current)
  }
  const isBusy = form.isBusy.value
  return (
    <form
      ref={element}
      class="form"
      aria-label={label}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      {children}
      <p id={troubleId} class="fault" role="alert">
        {form.trouble.value}
      </p>
      <div class="actions">
        <button type="submit" class={classOf(look)} aria-disabled={isBusy}>
          {isBusy ? busy : submit}
        </button>
      </div>
    </form>
  )
}

function classOf({ isDangerous, isQuiet }: Partial<FormViewProps>): string {
  if (isQuiet) return 'secondary'
  return isDangerous ? 'primary dangerous' : 'primary'
}

function valuesOf(form: HTMLFormElement): Values {
  const texts = [...new FormData(form)].filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  )
  return Object.fromEntries(texts)
}

function focusFault(form: HTMLFormElement | null): void {
  // Once it is drawn.
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
}
