/** The few icons of the page, drawn on a 16 by 16 grid with the text's colour. Decorative: the text beside them speaks. */
const paths = {
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  close: 'M3.5 3.5l9 9m0-9l-9 9',
  pause: 'M5.5 3.5v9m5-9v9',
  play: 'M5 3.2v9.6l7.5-4.8Z',
  filter: 'M2 4h12M4.5 8h7M6.5 12h3',
  send: 'M14 2 7 9m7-7-4.5 12L7 9 2 6.500Z',
  chevronDown: 'M4 6l4 4 4-4',
  chevronRight: 'M6 4l4 4-4 4',
  arrowUp: 'M8 13V3m0 0L4 7m4-4 4 4',
  check: 'M3 8.500l3.200 3L13 4.500',
  warning: 'M8 2.200 14.500 13.500h-13ZM8 6.500v3.200m0 1.900v.1',
  refresh: 'M13 8a5 5 0 1 1-1.500-3.600L13 6m0-3.500V6H9.500',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.500m0 11V15M1 8h1.500m11 0H15M3 3l1.100 1.100m7.800 7.800L13 13m0-10-1.100 1.100M4.100 11.900 3 13',
  moon: 'M13.500 9.500A6 6 0 0 1 6.500 2.500a6 6 0 1 0 7 7Z',
  system: 'M2 3h12v8H2Zm4 11h4m-2-3v3',
  signOut: 'M6 2.500H3v11h3M7 8h6.500m-2.500-3 3 3-3 3',
  copy: 'M5.500 5.500V2.500h8v8h-3m-8-5h8v8h-8Z',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      className="icon" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor"
      strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
