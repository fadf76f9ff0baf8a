import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { texts } from '../../texts/texts.ts'
import { deleteForm, exportForm } from '../../view-model/account/own-data-forms.ts'
import type { App } from '../../view-model/app.ts'
import { Done } from './done.tsx'
import { Field } from './field.tsx'
import { FormView } from './form.tsx'

/** The one thing that cannot be undone: typed out, with the export offered first. */
export function DeleteDialog({ app }: { app: App }) {
  const { account: words } = texts
  const exported = useSignal<string | undefined>(undefined)
  const [form, exporting] = useMemo(() => [deleteForm(app), exportForm(app, exported)], [app, exported])
  return (
    <>
      <p>{words.deleteNote}</p>
      <FormView
        form={exporting}
        label={words.export}
        submit={words.exportFirst}
        busy={words.exporting}
        isQuiet
      />
      <Done text={exported.value} />
      <FormView form={form} label={words.delete} submit={words.delete} busy={words.deleting} isDangerous>
        <Field form={form} name="confirm" label={words.deleteConfirm(words.deleteWord)} />
      </FormView>
    </>
  )
}
