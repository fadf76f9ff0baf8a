import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import type { Form } from '../../view-model/form.ts'

const kinds = {
  text: { type: 'text' },
  email: { type: 'email' },
  password: { type: 'password' },
} as const

export interface FieldProps {
  form: Form
  name: string
  label: string
  hint?: string | undefined
  kind?: keyof typeof kinds
  autocomplete?: string
  /** Where the person is to begin. */
  isFirst?: boolean
  value?: string
}

/** A labelled field that says beside itself what is wrong with it. */
export function Field({ form, name, label, hint, kind = 'text', isFirst = false, ...rest }: FieldProps) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    if (isFirst) input.current?.focus()
  }, [isFirst])
  const fault = form.faults.value[name]
  const note = fault ?? hint
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        ref={input}
        {...kinds[kind]}
        id={id}
        name={name}
        autocomplete={rest.autocomplete ?? 'off'}
        autofocus={isFirst}
        defaultValue={rest.value ?? ''}
        aria-invalid={fault !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
      />
      {note !== undefined && (
        <p id={`${id}-note`} class={fault === undefined ? 'hint' : 'fault'}>
          {note}
        </p>
      )}
    </div>
  )
}
