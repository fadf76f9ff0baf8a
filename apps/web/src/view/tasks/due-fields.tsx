import { useState } from 'preact/hooks'
import { hasTime, timeOf, withTime } from '../../model/day.ts'
import type { Task } from '../../model/task.ts'
import { isTimeZone } from '../../model/zone.ts'
import { texts } from '../../texts/texts.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'

/** The day, the time on it, and where that clock hangs. */
export function DueFields({ task, workspace: { verbs, board } }: { task: Task; workspace: Workspace }) {
  const { tasks } = texts
  const { due = '' } = task
  const change = (day: string, time: string | undefined) => {
    const next = day === '' ? null : withTime(day, time)
    if (next !== (task.due ?? null)) void verbs.change([task.id], { due: next })
  }
  return (
    <div class="fields">
      <p class="field">
        <label for="task-due">{tasks.due}</label>
        <input
          id="task-due"
          type="date"
          max="9999-12-31"
          value={due.slice(0, 10)}
          onChange={({ currentTarget }) => change(currentTarget.value, timeOf(due))}
        />
      </p>
      <p class="field">
        <label for="task-time">{tasks.time}</label>
        <input
          id="task-time"
          type="time"
          value={timeOf(due) ?? ''}
          onChange={({ currentTarget: { value } }) =>
            change(due === '' ? board.reader.value.today : due.slice(0, 10), value === '' ? undefined : value)
          }
        />
      </p>
      <ZoneField
        key={task.time_zone ?? ''}
        task={task}
        isOff={!hasTime(due)}
        onZone={(zone) => void verbs.change([task.id], { time_zone: zone })}
      />
    </div>
  )
}

interface ZoneProps {
  task: Task
  isOff: boolean
  onZone: (zone: string | null) => void
}

function ZoneField({ task, isOff, onZone }: ZoneProps) {
  const { tasks } = texts
  const [isWrong, setWrong] = useState(false)
  const keep = (value: string) => {
    const zone = value.trim()
    const isKnown = zone === '' || isTimeZone(zone)
    setWrong(!isKnown)
    if (isKnown && zone !== (task.time_zone ?? '')) onZone(zone === '' ? null : zone)
  }
  return (
    <p class="field wide">
      <label for="task-zone">{tasks.timeZone}</label>
      <input
        id="task-zone"
        list="time-zones"
        autocomplete="off"
        placeholder={tasks.zoneOwn}
        disabled={isOff}
        defaultValue={task.time_zone ?? ''}
        aria-invalid={isWrong}
        aria-describedby="task-zone-fault"
        onChange={({ currentTarget }) => keep(currentTarget.value)}
      />
      <span id="task-zone-fault" class="fault">
        {isWrong && tasks.zoneUnknown}
      </span>
      <datalist id="time-zones">
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </p>
  )
}
