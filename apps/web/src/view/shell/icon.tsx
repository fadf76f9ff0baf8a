const paths = {
  all: 'M4 6.5l1.7 1.7L8.5 5M12 6.8h8M4 16.8l1.7 1.7 2.8-3.2M12 17h8',
  today: 'M5 6h14v13H5zM5 10h14M9 3.5V7M15 3.5V7M12 13.2v2.6M10.7 14.5h2.6',
  upcoming:
    'M5 6h14v13H5zM5 10h14M9 3.5V7M15 3.5V7M8.5 13.5h.01M12 13.5h.01M15.5 13.5h.01M8.5 16h.01M12 16h.01',
  tag: 'M4 5v6.2l8.8 8.3 6.7-6.7L11 4.5H4.5zM8.2 8.6h.01',
  completed: 'M12 4a8 8 0 100 16 8 8 0 000-16zM8.5 12.2l2.4 2.4 4.6-5',
  trash: 'M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.3 10.5v5.5M13.7 10.5v5.5',
  account: 'M12 12.2a3.6 3.6 0 100-7.2 3.6 3.6 0 000 7.2zM5 19.5c1-3.4 3.7-5 7-5s6 1.6 7 5',
  plus: 'M12 5.5v13M5.5 12h13',
  search: 'M11 5a6 6 0 100 12 6 6 0 000-12zM15.5 15.5L20 20',
  repeat:
    'M5 11V9.5A2.5 2.5 0 017.5 7H18M15.5 4.5L18 7l-2.5 2.5M19 13v1.5a2.5 2.5 0 01-2.5 2.5H6M8.5 19.5L6 17l2.5-2.5',
  note: 'M5.5 8h13M5.5 12h13M5.5 16h7',
  close: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
} as const
export type IconName = keyof typeof paths

/** A picture beside words: nothing that is read out. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
