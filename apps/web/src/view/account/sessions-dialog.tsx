import { useMemo } from 'preact/hooks'
import { texts } from '../../texts/texts.ts'
import { openSessions, type SessionRow } from '../../view-model/account/sessions.ts'
import type { App } from '../../view-model/app.ts'
import { Done } from './done.tsx'

export function SessionsDialog({ app }: { app: App }) {
  const { account: words } = texts
  const sessions = useMemo(() => openSessions(app.session), [app])
  const rows = sessions.rows.value
  return (
    <>
      <p>{words.sessionsNote}</p>
      {rows === undefined && sessions.trouble.value === undefined && <p>{words.sessionsLoading}</p>}
      <ul class="sessions" aria-label={words.sessions}>
        {rows?.map((row) => (
          <Row key={row.id} row={row} end={() => sessions.end(row.id)} />
        ))}
      </ul>
      <p class="fault" role="alert">
        {sessions.trouble.value}
      </p>
      <Done text={sessions.done.value} />
      {rows !== undefined && rows.length > 2 && (
        <div class="actions">
          <button type="button" onClick={sessions.endOthers}>
            {words.endOtherSessions}
          </button>
        </div>
      )}
    </>
  )
}

/** This device's own ends by signing out, which takes care of what is unsent. */
function Row({ row, end }: { row: SessionRow; end: () => void }) {
  const { account: words } = texts
  return (
    <li>
      <span>
        <strong>{row.name}</strong> <small>{row.note}</small>
      </span>
      {!row.isCurrent && (
        <button type="button" aria-label={`${words.endSession}: ${row.name}`} onClick={end}>
          {words.endSession}
        </button>
      )}
    </li>
  )
}
