import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { texts } from '../../texts/texts.ts'
import { exportForm } from '../../view-model/account/own-data-forms.ts'
import type { App } from '../../view-model/app.ts'
import { Done } from './done.tsx'
import { FormView } from './form.tsx'

export function ExportDialog({ app }: { app: App }) {
  const { account: words } = texts
  const done = useSignal<string | undefined>(undefined)
  const form = useMemo(() => exportForm(app, done), [app, done])
  return (
    <>
      <p>{words.exportNote}</p>
      <FormView form={form} label={words.export} submit={words.exportButton} busy={words.exporting} />
      <Done text={done.value} />
    </>
  )
}
