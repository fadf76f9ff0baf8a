import type { Signal } from '@preact/signals'
import { BrokenExport } from '../../model/account/own-data.ts'
import { texts } from '../../texts/texts.ts'
import type { App } from '../app.ts'
import { createForm, type Form } from '../form.ts'

type Told = Signal<string | undefined>

const { account: words } = texts
const { unreachable } = words

/** @param done is told how many tasks the file has. */
export function exportForm(app: App, done: Told): Form {
  return createForm({
    async act() {
      done.value = undefined
      done.value = words.exported(await downloadAll(app))
    },
    explain: explainExport,
    unreachable,
  })
}

export function importForm(app: App, file: Signal<File | undefined>, done: Told): Form {
  return createForm({
    check: () => (file.value === undefined ? { file: words.fileNeeded } : {}),
    async act() {
      done.value = undefined
      if (file.value !== undefined) done.value = words.imported(await app.ownData.import(file.value))
    },
    unreachable,
  })
}

/** Deletes the account once the word is typed; nothing of it stays on this device. */
export function deleteForm(app: App): Form {
  const word = words.deleteWord
  return createForm({
    check: ({ confirm = '' }) =>
      confirm.trim().toLocaleLowerCase() === word ? {} : { confirm: words.deleteConfirm(word) },
    async act() {
      await app.ownData.delete()
      await app.forget()
    },
    unreachable,
  })
}

async function downloadAll(app: App): Promise<number> {
  const { content, tasks } = await app.ownData.export()
  const day = new Date().toISOString().slice(0, 10)
  app.download(content, `tasklane-${day}.ndjson`)
  return tasks
}

function explainExport(error: unknown): string | undefined {
  return error instanceof BrokenExport ? words.exportBroken : undefined
}
