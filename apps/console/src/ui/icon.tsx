/** Shapes on a grid of 16, drawn as lines. */
const PATHS = {
  ok: 'M3 8.5 6.5 12 13 4.5',
  bad: 'M4 4l8 8M12 4l-8 8',
  warn: 'M8 2.5 14.5 13.5h-13ZM8 6.5v3.2M8 11.6v.2',
  busy: 'M2.5 8h9M8 4l4 4-4 4',
  wait: 'M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2ZM8 5v3.2l2.2 1.6',
  off: 'M4 8h8',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8Z',
  done: 'M3 8.5 6.5 12 13 4.5',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.3 14 14',
  close: 'M4 4l8 8M12 4l-8 8',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M5 3l8 5-8 5Z',
  person: 'M8 2.5a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6ZM2.8 14c.4-3 2.6-4.4 5.2-4.4s4.8 1.4 5.2 4.4',
  keyboard: 'M1.5 4h13v8h-13ZM4 6.7h.1M6.7 6.7h.1M9.3 6.7h.1M12 6.7h.1M5 9.5h6',
  arrow: 'M3 8h10M9 4l4 4-4 4',
  overview: 'M2.5 13.5v-5M6.2 13.5v-9M9.8 13.5v-6M13.5 13.5v-11',
  deliveries: 'M2 4h12v8.5H2ZM2 4.5l6 4.5 6-4.5',
  dead_letters: 'M2 4h12v8.5H2ZM5.5 6l5 4.5M10.5 6l-5 4.5',
  malformed: 'M3 2h6.5L13 5.5V14H3ZM8 6v3.4M8 11.4v.2',
  plans: 'M13 6A5.3 5.3 0 0 0 3.6 5M3 2.5V5.5H6M3 10a5.3 5.3 0 0 0 9.4 1M13 13.5V10.5H10',
  templates: 'M2.5 2.5h11v3h-11ZM2.5 8.5h4.5v5h-4.5ZM10 8.5h3.5v5H10Z',
  actions: 'M3 3.5h10M3 8h10M3 12.5h6',
} as const;

export type IconName = keyof typeof PATHS;

/** Beside words only: it says nothing to a screen reader. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
