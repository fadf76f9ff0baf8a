import { useSignal } from '@preact/signals'
import { useId, useMemo } from 'preact/hooks'
import { texts } from '../../texts/texts.ts'
import { importForm } from '../../view-model/account/own-data-forms.ts'
import type { App } from '../../view-model/app.ts'
import { Done } from './done.tsx'
import { FormView } from './form.tsx'

export function ImportDialog({ app }: { app: App }) {
  const { account: words } = texts
  const id = useId()
  const done = useSignal<string | undefined>(undefined)
  const file = useSignal<File | undefined>(undefined)
  const form = useMemo(() => importForm(app, file, done), [app, file, done])
  const fault = form.faults.value.file
  return (
    <>
      <p>{words.importNote}</p>
      <FormView form={form} label={words.import} submit={words.importButton} busy={words.importing}>
        <div class="field">
          <label for={id}>{words.importFile}</label>
          <input
            id={id}
            type="file"
            accept=".ndjson,application/x-ndjson"
            aria-invalid={fault !== undefined}
            aria-describedby={fault === undefined ? undefined : `${id}-note`}
            onChange={({ currentTarget }) => {
              file.value = currentTarget.files?.[0]
            }}
          />
          {fault !== undefined && (
            <p id={`${id}-note`} class="fault">
              {fault}
            </p>
          )}
        </div>
      </FormView>
      <Done text={done.value} />
    </>
  )
}
