import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { hasTime, timeOf, withTime } from '../../model/day.ts'
import type { Task } from '../../model/task.ts'
import { isTimeZone } from '../../model/zone.ts'
import { texts } from '../../texts/texts.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'

interface Props {
  task: Task
  workspace: Workspace
}

/** The day, the time on it, and where that clock hangs. */
export function DueFields({ task, workspace }: Props) {
  const { tasks } = texts
  const { due = '' } = task
  const { onDay, onTime } = useChosenDue(task, workspace)
  return (
    <div class="fields">
      <p class="field">
        <label for="task-due">{tasks.due}</label>
        <input
          id="task-due"
          type="date"
          max="9999-12-31"
          value={due.slice(0, 10)}
          onChange={({ currentTarget }) => onDay(currentTarget.value)}
        />
      </p>
      <p class="field">
        <label for="task-time">{tasks.time}</label>
        <input
          id="task-time"
          type="time"
          value={timeOf(due) ?? ''}
          onChange={({ currentTarget }) => onTime(currentTarget.value)}
        />
      </p>
      <ZoneField
        key={task.time_zone ?? ''}
        task={task}
        isOff={!hasTime(due)}
        onZone={(zone) => void workspace.verbs.change([task.id], { time_zone: zone })}
      />
    </div>
  )
}

/** A time joins the day that was chosen right before it, whether that is kept already or is still on its way. */
function useChosenDue({ id, due = '' }: Task, { verbs, board }: Workspace) {
  const chosen = useRef(due)
  useLayoutEffect(() => {
    chosen.current = due
  }, [due])
  const choose = (day: string, time: string | undefined) => {
    const next = day === '' ? '' : withTime(day, time)
    if (next === chosen.current) return
    chosen.current = next
    void verbs.change([id], { due: next === '' ? null : next })
  }
  return {
    onDay: (day: string) => choose(day, timeOf(chosen.current)),
    onTime: (time: string) => {
      const day = chosen.current === '' ? board.reader.value.today : chosen.current.slice(0, 10)
      choose(day, time === '' ? undefined : time)
    },
  }
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
