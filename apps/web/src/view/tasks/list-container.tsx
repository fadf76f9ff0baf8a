import type { ComponentChildren, CSSProperties, Ref } from 'preact'
import { texts } from '../../texts/texts.ts'

interface Props {
  style: CSSProperties
  children: ComponentChildren
  ref?: Ref<HTMLUListElement>
}

/** The list, which virtua fills with the rows that are near. */
export function ListContainer({ ref, ...props }: Props) {
  return <ul ref={ref ?? null} class="tasks" aria-label={texts.tasks.list} {...props} />
}
