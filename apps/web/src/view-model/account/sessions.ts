import { type ReadonlySignal, signal } from '@preact/signals'
import type { OpenSession } from '../../model/account/issuer.ts'
import { texts } from '../../texts/texts.ts'
import type { Session } from '../session.ts'

export interface SessionRow {
  id: string
  name: string
  note: string
  isCurrent: boolean
}

export interface Sessions {
  /** Undefined until they have come. */
  readonly rows: ReadonlySignal<readonly SessionRow[] | undefined>
  readonly done: ReadonlySignal<string | undefined>
  readonly trouble: ReadonlySignal<string | undefined>
  end(id: string): Promise<void>
  endOthers(): Promise<void>
}

const { account: words } = texts

/** Where the person is signed in. */
export function openSessions(session: Session): Sessions {
  const rows = signal<readonly SessionRow[] | undefined>(undefined)
  const done = signal<string | undefined>(undefined)
  const trouble = signal<string | undefined>(undefined)
  const attempt = async (work: () => Promise<void>, told?: string) => {
    trouble.value = undefined
    try {
      await work()
      rows.value = (await session.withSession((issuer) => issuer.sessions())).map(rowOf)
      done.value = told
    } catch {
      trouble.value = words.unreachable
    }
  }
  void attempt(async () => {})
  return {
    rows,
    done,
    trouble,
    end: (id) => attempt(() => session.withSession((issuer) => issuer.endSession(id)), words.sessionEnded),
    endOthers: () =>
      attempt(() => session.withSession((issuer) => issuer.endOtherSessions()), words.otherSessionsEnded),
  }
}

function rowOf({ id, createdAt, lastUsedAt, isCurrent }: OpenSession): SessionRow {
  return {
    id,
    name: isCurrent ? words.thisSession : words.otherSession(new Date(createdAt)),
    note: words.lastUsed(new Date(lastUsedAt)),
    isCurrent,
  }
}
